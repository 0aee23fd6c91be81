"""One file per method: what did it look at."""

from sortal.explanation.activation import class_activation
from sortal.explanation.place import heat_in_picture

__all__ = ["class_activation", "heat_in_picture"]
