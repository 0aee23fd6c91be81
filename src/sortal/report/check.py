"""The report on a collection before anything is trained: what a person should look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sortal.report import material
from sortal.report.budget import Budget
from sortal.report.gallery import cut_note, gallery, pairs, plain_caption, suspects
from sortal.report.markup import Child, Markup, fragment, named, tag
from sortal.report.page import Section, facts, page
from sortal.report.story import Burst, CheckStory, Gallery, Pair, Pairs
from sortal.report.wording import count, many, unbroken

PAIRS_SHOWN: Final = 24
PICTURES_SHOWN: Final = 24
BURSTS_SHOWN: Final = 12
BURST_PICTURES: Final = 8


@dataclass(frozen=True, slots=True)
class _Finding:
    """One thing that was looked for, how often it was found, and what to show of it."""

    section: Section
    n: int


def check_report(story: CheckStory) -> str:
    """Return the report as one self-contained HTML document; see ``training_report``."""
    findings = _findings(story, Budget())
    return page(
        kind="Collection check",
        title=story.title,
        hero=fragment(_hero(story), _summary(findings)),
        sections=[
            *(finding.section for finding in findings if finding.n),
            Section("pictures", "The pictures", _pictures(story)),
            Section("made", "How it was made", material.made(story.made)),
        ],
    )


def _hero(story: CheckStory) -> Markup:
    kinds = f" of {many(len(story.labels), 'kind')}" if story.labels else ""
    claim = f"{many(story.n_used, 'picture')}{kinds} can be used."
    lost = story.n_given - story.n_used
    rest = (
        f"{many(lost, 'file')} cannot." if lost > 0 else "Every file that was given is one of them."
    )
    words = tag("div", tag("p", claim, class_="headline"), tag("p", rest, class_="rest"))
    return tag("div", words, class_="hero")


def _summary(findings: list[_Finding]) -> Markup:
    items = [_tile(finding) for finding in findings if finding.n]
    missing = [f.section.heading.lower() for f in findings if not f.n]
    none = tag("p", "Looked for and not found: " + ", ".join(missing) + ".") if missing else None
    found = tag("ul", items, class_="tiles") if items else None
    return tag("section", found, none, aria_label="What was found", class_="summary")


def _tile(finding: _Finding) -> Markup:
    section = finding.section
    return tag(
        "li", tag("a", tag("b", count(finding.n)), " ", section.heading, href=f"#{section.name}")
    )


def _findings(story: CheckStory, budget: Budget) -> list[_Finding]:
    """List what was looked for, what matters most first; pictures are handed out in that order."""
    return [
        _shortcuts(story.shortcuts),
        _suspected(story.suspected, budget),
        _found(
            "exact-across", "Exact duplicates under different labels", story.exact.across, budget
        ),
        _found("near-across", "Near-duplicates under different labels", story.near.across, budget),
        _found("exact-within", "Exact duplicates under one label", story.exact.within, budget),
        _found("near-within", "Near-duplicates under one label", story.near.within, budget),
        _bursts(story.bursts, budget),
        _odd("odd", "Odd ones", story.odd, budget),
        _odd("blurred", "Blurred", story.blurred, budget),
        _odd("dark", "Dark", story.dark, budget),
        _odd("bright", "Washed out", story.bright, budget),
        _odd("flat", "Without contrast", story.flat, budget),
        _odd("tiny", "Tiny", story.tiny, budget),
    ]


_LEADS: Final[dict[str, str]] = {
    "exact-across": "The same bytes carry two labels. At most one of them can be right.",
    "near-across": "Nearly the same picture carries two labels: one of them may be wrong.",
    "exact-within": "The same bytes appear twice. They stay on one side of every split.",
    "near-within": "Copies, crops or mirror images. They stay on one side of every split.",
    "odd": "These look least like the other pictures of their label.",
    "blurred": "There is little fine detail: out of focus, shaken, or enlarged.",
    "dark": "So dark that little can be seen.",
    "bright": "So bright that little can be seen.",
    "flat": "All of one grey: fog, a lens cap, or an empty scan.",
    "tiny": "So few pixels that the network sees them enlarged.",
}


def _shortcuts(sentences: tuple[str, ...]) -> _Finding:
    lead = (
        "A label can be guessed from these without looking at what a picture shows. A classifier "
        "may learn them instead of the kinds."
    )
    items = [tag("li", unbroken(text)) for text in sentences]
    body = fragment(tag("p", lead), tag("ul", items, class_="notes"))
    return _Finding(Section("shortcuts", "Shortcuts", body), len(sentences))


def _suspected(shelf: Gallery, budget: Budget) -> _Finding:
    lead = (
        "Models that never saw the picture keep seeing another kind in it. Suspected means: "
        "look for yourself; nothing was changed."
    )
    kept = budget.take(shelf, most=PICTURES_SHOWN)
    body = fragment(tag("p", lead), suspects(kept))
    return _Finding(Section("suspected", "Labels suspected to be wrong", body), len(shelf))


def _found(name: str, heading: str, found: Pairs, budget: Budget) -> _Finding:
    body = fragment(tag("p", _LEADS[name]), pairs(_kept(found, budget)))
    return _Finding(Section(name, heading, body), len(found))


def _kept(found: Pairs, budget: Budget) -> Pairs:
    """Keep whole pairs only, as many as fit."""
    chosen: list[Pair] = []
    for pair in found.pairs[:PAIRS_SHOWN]:
        if not budget.afford(pair.first, pair.second):
            break
        chosen.append(pair)
    return Pairs(tuple(chosen), total=len(found))


def _odd(name: str, heading: str, shelf: Gallery, budget: Budget) -> _Finding:
    kept = budget.take(shelf, most=PICTURES_SHOWN)
    body = fragment(tag("p", _LEADS[name]), gallery(kept, plain_caption))
    return _Finding(Section(name, heading, body), len(shelf))


def _bursts(found: tuple[Burst, ...], budget: Budget) -> _Finding:
    lead = "One camera took these within moments. They stay on one side of every split."
    shown = [_burst(i, burst, budget) for i, burst in enumerate(found[:BURSTS_SHOWN], start=1)]
    body = fragment(tag("p", lead), shown, cut_note(len(shown), len(found)))
    return _Finding(Section("bursts", "Bursts", body), len(found))


def _burst(index: int, burst: Burst, budget: Budget) -> Markup:
    kept = budget.take(burst.gallery, most=BURST_PICTURES)
    length = f" in {burst.seconds:,.0f} seconds" if burst.seconds is not None else ""
    title = f"Burst {index}: {many(len(burst.gallery), 'picture')}{length}"
    return fragment(tag("h3", title), gallery(kept, plain_caption))


def _pictures(story: CheckStory) -> Markup:
    rows: list[tuple[Child, Child]] = [(named(k), count(n)) for k, n in story.labels.items()]
    return fragment(
        tag("p", material.used(story.n_given, story.n_used)),
        material.notes(story.notes),
        material.faults(story.faults),
        (tag("h3", "Pictures of each label"), facts(rows)) if rows else None,
        tag("h3", "What was put right"),
        material.repairs(story.repairs),
    )
