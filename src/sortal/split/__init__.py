"""Finds kin; decides once who trains, validates and tests; a stored value."""

from sortal.split.kin import BURST_SECONDS, KIN_VERSION, find_kin
from sortal.split.links import Kin, Link, Why, join
from sortal.split.making import N_FOLDS, make_split, straddling
from sortal.split.parts import VALIDATION_SHARE, hold_out, learning_rows, validation_rows
from sortal.split.storage import split_from_json, split_to_json
from sortal.split.value import Scheme, Split

__all__ = [
    "BURST_SECONDS",
    "KIN_VERSION",
    "N_FOLDS",
    "VALIDATION_SHARE",
    "Kin",
    "Link",
    "Scheme",
    "Split",
    "Why",
    "find_kin",
    "hold_out",
    "join",
    "learning_rows",
    "make_split",
    "split_from_json",
    "split_to_json",
    "straddling",
    "validation_rows",
]
