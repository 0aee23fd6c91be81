"""Handwriting made ready as MNIST was: from a photograph to white digits on black."""

from sortal.pictures.handwriting.digits import MOST_DIGITS
from sortal.pictures.handwriting.preparing import each_digit, find_digits, fit_handwriting
from sortal.pictures.handwriting.square import is_prepared

__all__ = ["MOST_DIGITS", "each_digit", "find_digits", "fit_handwriting", "is_prepared"]
