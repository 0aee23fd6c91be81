"""Finds kin; decides once who trains, validates and tests; a stored value."""

from sortal.split.kin import BURST_SECONDS, find_kin
from sortal.split.links import Kin, Link, Why
from sortal.split.making import N_FOLDS, make_split, straddling
from sortal.split.storage import split_from_json, split_to_json
from sortal.split.value import Scheme, Split

__all__ = [
    "BURST_SECONDS",
    "N_FOLDS",
    "Kin",
    "Link",
    "Scheme",
    "Split",
    "Why",
    "find_kin",
    "make_split",
    "split_from_json",
    "split_to_json",
    "straddling",
]
