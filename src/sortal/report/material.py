"""The parts of a report about the pictures themselves and about how the report was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from sortal.errors import Fault
from sortal.report.markup import Child, Markup, caption, filename, fragment, named, tag
from sortal.report.page import disclosure, facts, scrolling
from sortal.report.story import KinSummary
from sortal.report.wording import count, many, shown

FAULTS_SHOWN: Final = 500

_REASONS: Final[dict[str, str]] = {
    "empty": "empty file",
    "unreadable": "could not be opened",
    "not-a-picture": "not a picture",
    "missing-codec": "decoder not installed",
    "truncated": "cut short",
    "damaged": "damaged",
    "too-large": "too large",
    "decoder-crash": "stopped its decoder",
    "decoder-timeout": "took its decoder too long",
    "bad-record": "unusable record",
}


def used(n_given: int, n_used: int) -> str:
    """Say how many of the files given were used."""
    verb = "was" if n_used == 1 else "were"
    return f"{count(n_used)} of {many(n_given, 'file')} {verb} used."


def faults(found: tuple[Fault, ...]) -> Markup:
    """Return every file that could not be used, with its reason."""
    if not found:
        return tag("p", "Every file that was given could be used.")
    reasons = Counter(_REASONS.get(fault.reason, fault.reason) for fault in found)
    summary = ", ".join(f"{reason}: {count(n)}" for reason, n in sorted(reasons.items()))
    head = tag("tr", [tag("th", word, scope="col") for word in ("File", "Reason", "What is wrong")])
    rows = [_fault(fault) for fault in found[:FAULTS_SHOWN]]
    table = tag(
        "table",
        caption(f"Files that could not be used. {shown(len(rows), len(found))}".strip()),
        tag("thead", head),
        tag("tbody", rows),
        class_="faults",
    )
    title = f"{many(len(found), 'file')} could not be used: {summary}"
    return disclosure(title, scrolling(table, label="Files that could not be used"))


def _fault(fault: Fault) -> Markup:
    return tag(
        "tr",
        tag("th", filename(fault.path), scope="row"),
        tag("td", _REASONS.get(fault.reason, fault.reason)),
        tag("td", fault.message),
    )


def notes(sentences: tuple[str, ...]) -> Markup | None:
    """Return remarks about the reading of the collection."""
    return tag("ul", [tag("li", text) for text in sentences], class_="notes") if sentences else None


def repairs(applied: Mapping[str, int]) -> Markup:
    """Return what was put right in memory, and for how many pictures."""
    if not applied:
        return tag("p", "No picture needed repair.")
    ordered = sorted(applied.items(), key=lambda item: (-item[1], item[0]))
    rows: list[tuple[Child, Child]] = [(rule, many(n, "picture")) for rule, n in ordered]
    said = "Put right in memory by written rule; the files themselves are untouched."
    return fragment(tag("p", said), facts(rows))


def kin(summary: KinSummary | None, *, scheme: str) -> Markup:
    """Say what belongs together, and what that was good for under ``scheme``."""
    if summary is None:
        return tag("p", "Nobody looked for duplicates or bursts.")
    counted = (
        (summary.exact, "pair of exact duplicates", "pairs of exact duplicates"),
        (summary.near, "pair of near-duplicates", "pairs of near-duplicates"),
        (summary.bursts, "burst by one camera", "bursts by one camera"),
        (summary.user_groups, "group named by the user", "groups named by the user"),
    )
    parts = [many(n, one, more) for n, one, more in counted if n]
    purpose = "Pictures of one group were never split between learning and testing."
    if scheme == "new pictures":
        purpose = "The intervals count groups, not pictures."
    found = ", ".join(parts) if parts else "no kin"
    return tag(
        "p",
        f"Found {found}: {many(summary.groups, 'group')} in all. {purpose}",
    )


def made(entries: Mapping[str, str]) -> Markup:
    """Return how it was made: terms with code-like values."""
    rows: list[tuple[Child, Child]] = [
        (term, tag("code", value)) for term, value in entries.items()
    ]
    return facts(rows) if rows else tag("p", "Nothing was recorded.")


def plain_facts(entries: Mapping[str, str]) -> Markup | None:
    """Return facts in words, or nothing where there are none."""
    rows: list[tuple[Child, Child]] = [(term, named(value)) for term, value in entries.items()]
    return facts(rows) if rows else None
