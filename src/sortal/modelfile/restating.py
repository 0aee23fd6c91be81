"""The same model with another threshold of "I don't know"; nothing else of it changes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from sortal.errors import UsageError
from sortal.modelfile.card_json import card_to_json
from sortal.modelfile.checksum import seal
from sortal.modelfile.names import CARD_KEY
from sortal.modelfile.reader import load_model

if TYPE_CHECKING:
    from sortal.modelfile.model import Model


def with_threshold(model: Model, threshold: float) -> Model:
    """Return the model with another distance from which on it answers "I don't know".

    The graph gives the distance; what is too far is said by the card, which is written anew.

    Args:
        model: one that measures distances.
        threshold: in the model's own unit, above 0.

    Raises:
        UsageError: the model measures no distance, or the number cannot be one.
    """
    if model.card.unknown_threshold is None:
        raise UsageError('This model measures no distance, so it cannot say "I don\'t know".')
    if not 0 < threshold < math.inf:
        raise UsageError(f"A threshold is a distance above 0; {threshold!r} came.")
    import onnx
    from onnx import helper

    proto = onnx.load_model_from_string(model.data)
    card = replace(model.card, unknown_threshold=float(threshold))
    del proto.metadata_props[:]
    helper.set_model_props(proto, {CARD_KEY: card_to_json(card)})
    return load_model(seal(proto.SerializeToString(deterministic=True)))
