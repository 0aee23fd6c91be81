"""One file per method: what did it look at."""

from sortal.explanation.activation import class_activation

__all__ = ["class_activation"]
