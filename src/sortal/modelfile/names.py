"""Names in the graph and in the metadata, the same in every model file."""

from __future__ import annotations

from typing import Final

INPUT: Final = "image"
PROBABILITIES: Final = "probabilities"
EMBEDDING: Final = "embedding"
FEATURES: Final = "features"
DISTANCE: Final = "distance"
"""The graph's input and outputs."""

WEIGHTS: Final = "head.weights"
BIAS: Final = "head.bias"
TEMPERATURE: Final = "head.temperature"
LOGITS: Final = "head.logits"
SCALED: Final = "head.scaled"
"""The head's stored numbers, and what it makes on the way."""

CARD_KEY: Final = "sortal.card"
CHECKSUM_KEY: Final = "sortal.checksum"
"""Keys of the file's metadata."""
