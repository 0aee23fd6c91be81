"""The groups that a user names: by a pattern on the path, or by a metadata column."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sortal.collection.names import counted, listed
from sortal.collection.table import Collection, Sample
from sortal.errors import UsageError

_COLUMN_PREFIX: Final = "column:"


def group(collection: Collection, rule: str) -> Collection:
    """Give every sample the group that ``rule`` says.

    Args:
        collection: what to group.
        rule: ``column:NAME`` or the bare name of a metadata column, or else a regular
            expression searched in the path: its first group names the group, or the whole
            match where it has no groups.

    Raises:
        UsageError: no such column, not a regular expression, or it groups nothing.
    """
    name_of = _namer(collection, rule)
    samples = tuple(replace(sample, group=name_of(sample) or None) for sample in collection)
    alone = sum(sample.group is None for sample in samples)
    if alone == len(samples):
        example = samples[0].path if samples else "none"
        raise UsageError(
            f"--group-by {rule!r} matches none of {counted(len(samples), 'picture')} "
            f"(the first is {example!r}), so it would group nothing."
        )
    notes = collection.notes
    if alone:
        notes += (f"--group-by {rule!r} gives no group to {counted(alone, 'picture')}.",)
    return replace(collection, samples=samples, notes=notes)


def _namer(collection: Collection, rule: str) -> Callable[[Sample], str | None]:
    columns = {column for sample in collection for column in sample.metadata}
    if rule.startswith(_COLUMN_PREFIX) or rule in columns:
        column = rule.removeprefix(_COLUMN_PREFIX)
        if column not in columns:
            known = listed(sorted(columns)) or "none, as no metadata table was read"
            raise UsageError(f"--group-by: there is no column {column!r}. There are: {known}.")
        return lambda sample: sample.metadata.get(column)
    try:
        pattern = re.compile(rule)
    except re.error as error:
        raise UsageError(
            f"--group-by: {rule!r} is neither a metadata column nor a regular expression ({error})."
        ) from error
    return lambda sample: _matched(pattern, sample.path)


def _matched(pattern: re.Pattern[str], path: str) -> str | None:
    found = pattern.search(path)
    if found is None:
        return None
    return found[1] if pattern.groups else found[0]
