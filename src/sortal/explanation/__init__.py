"""One file per method: what did it look at."""

from sortal.explanation.activation import class_activation
from sortal.explanation.faithfulness import Faithfulness, faithfulness
from sortal.explanation.occlusion import Score, occlusion
from sortal.explanation.overlay import heat_overlay
from sortal.explanation.place import heat_in_picture

__all__ = [
    "Faithfulness",
    "Score",
    "class_activation",
    "faithfulness",
    "heat_in_picture",
    "heat_overlay",
    "occlusion",
]
