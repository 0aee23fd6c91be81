"""Finds kin; decides once who trains, validates and tests; a stored value."""

from sortal.split.making import make_split, straddling
from sortal.split.storage import split_from_json, split_to_json
from sortal.split.value import Scheme, Split

__all__ = [
    "Scheme",
    "Split",
    "make_split",
    "split_from_json",
    "split_to_json",
    "straddling",
]
