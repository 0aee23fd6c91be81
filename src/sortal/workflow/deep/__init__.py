"""Networks trained by backpropagation, from a collection to a model file; needs ``sortal[deep]``.

Nothing here is imported before a person asks for such a training.
"""
