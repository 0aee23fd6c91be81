"""A split as JSON text, keyed by content hash, and back; read strictly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, get_args

import numpy as np

from sortal.errors import SplitError, UsageError
from sortal.split.value import Scheme, Split

FORMAT: Final = "sortal.split"
VERSION: Final = 1
_FIELDS: Final = {"format", "version", "scheme", "seed", "repeats", "samples"}
_TEST: Final = "test"
_EXCLUDED: Final = "excluded"
_MAX_FOLDS: Final = 1_000


def split_to_json(split: Split, hashes: Sequence[str]) -> str:
    """Write a split as JSON text.

    Each sample stands under its content hash as ``[group, part]``; part is "test",
    "excluded", or the list of its folds, one a repeat. Exact copies share an entry.

    Raises:
        UsageError: ``hashes`` is not one text a sample, or two samples of equal content
            were given different places, as only a split that ignores kin does.
    """
    if len(hashes) != len(split.test):
        raise UsageError(f"split_to_json: {len(hashes)} hashes for {len(split.test)} samples.")
    samples: dict[str, list[Any]] = {}
    for i, key in enumerate(hashes):
        entry = [int(split.groups[i]), _place(split, i)]
        if samples.setdefault(key, entry) != entry:
            raise UsageError(
                f"split_to_json: two pictures with the same content ({key[:12]}...) are in "
                "different places of the split; only a split that respects kin can be stored."
            )
    document = {
        "format": FORMAT,
        "version": VERSION,
        "scheme": split.scheme,
        "seed": split.seed,
        "repeats": split.repeats,
        "samples": dict(sorted(samples.items())),
    }
    return json.dumps(document, separators=(",", ":"))


def split_from_json(text: str, hashes: Sequence[str]) -> Split:
    """Read a split for the samples with these content hashes.

    Raises:
        SplitError: the text is not a split of this version, is inconsistent (kin that
            straddle it, a fold out of range), or is of other pictures than these.
    """
    document = _parsed(text)
    repeats, samples = document["repeats"], document["samples"]
    _require_same_pictures(samples, hashes)
    entries = [_entry(samples[key], key=key, repeats=repeats) for key in hashes]
    split = Split(
        scheme=document["scheme"],
        seed=document["seed"],
        groups=np.array([group for group, _, _ in entries], np.int64),
        test=np.array([test for _, test, _ in entries], np.bool_),
        folds=np.array([folds for _, _, folds in entries], np.int16).reshape(-1, repeats).T.copy(),
    )
    _require_consistent(split)
    return split


def _place(split: Split, index: int) -> str | list[int]:
    if split.test[index]:
        return _TEST
    folds = [int(fold) for fold in split.folds[:, index]]
    return _EXCLUDED if folds[0] < 0 else folds


def _refuse(what: str) -> SplitError:
    return SplitError(f"A stored split cannot be used: {what}. Make the split anew.")


def _parsed(text: str) -> dict[str, Any]:
    """The document with its head checked."""
    try:
        document = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise _refuse(f"it is not JSON ({error})") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _refuse(f"it is not a {FORMAT} document")
    if document.get("version") != VERSION:
        raise _refuse(f"it has version {document.get('version')!r}, this Sortal reads {VERSION}")
    if set(document) != _FIELDS:
        odd = ", ".join(sorted(set(document) ^ _FIELDS))
        raise _refuse(f"its fields are not those of version {VERSION} (see {odd})")
    if document["scheme"] not in get_args(Scheme):
        raise _refuse(f"scheme {document['scheme']!r} is unknown")
    for field in ("seed", "repeats"):
        if type(document[field]) is not int or document[field] < (field == "repeats"):
            raise _refuse(f"{field} is {document[field]!r}")
    if not isinstance(document["samples"], dict):
        raise _refuse("its samples are not a table by content hash")
    return document


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return found


def _require_same_pictures(samples: dict[str, Any], hashes: Sequence[str]) -> None:
    given, stored = set(hashes), set(samples)
    if given != stored:
        raise _refuse(
            f"it is of other pictures ({len(given - stored):,} of those given are not in it, "
            f"{len(stored - given):,} of its own are missing)"
        )


def _entry(value: Any, *, key: str, repeats: int) -> tuple[int, bool, list[int]]:
    """Group, whether it is tested, and folds of one sample."""
    match value:
        case [int() as group, "test" | "excluded" as part] if type(group) is int and group >= 0:
            return group, part == _TEST, [-1] * repeats
        case [int() as group, [*folds]] if type(group) is int and group >= 0:
            if len(folds) == repeats and all(
                type(fold) is int and 0 <= fold < _MAX_FOLDS for fold in folds
            ):
                return group, False, folds
    raise _refuse(f"the entry of {key[:12]} is {str(value)[:60]!r}")


def _require_consistent(split: Split) -> None:
    """Refuse a split across which kin straddle or whose parts contradict its scheme."""
    if split.scheme == "cross-validation" and (split.folds < 0).any():
        raise _refuse("it is a cross-validation in which some samples have no fold")
    if split.scheme != "cross-validation" and not split.test.any():
        raise _refuse(f"it is a {split.scheme} split without a test part")
    if split.n_folds < 2:
        raise _refuse("it has fewer than two folds")
    _, group = np.unique(split.groups, return_inverse=True)
    for places in (split.test, *split.folds):
        known = places >= 0 if places.dtype != np.bool_ else ~split.excluded
        low = np.full(group.max() + 1, np.iinfo(np.int64).max)
        high = np.full(group.max() + 1, np.iinfo(np.int64).min)
        np.minimum.at(low, group[known], places[known])
        np.maximum.at(high, group[known], places[known])
        if ((high > low) & (high != np.iinfo(np.int64).min)).any():
            raise _refuse("kin straddle it")
