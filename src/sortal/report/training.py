"""The report on a trained classifier, or on one that was examined again on new pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sortal.evaluation.values import Evaluation
from sortal.report import judgement, material
from sortal.report.budget import Budget
from sortal.report.gallery import figure, mistakes, suspects
from sortal.report.ladder import ladder
from sortal.report.markup import Markup, brief, fragment, tag
from sortal.report.matrix import MANY_CLASSES, Cells, confused_list, matrix, most_confused, panels
from sortal.report.page import Section, disclosure, page
from sortal.report.story import Gallery, TrainingStory
from sortal.report.wording import count, many

MISTAKES_SHOWN: Final = 24
SUSPECTS_SHOWN: Final = 24
KINDS_SHOWN: Final = 12
CELL_SHOWN: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class _Album:
    """The pictures that fit into the page."""

    mistakes: Gallery
    suspected: Gallery
    kinds: dict[int, Gallery]
    cells: Cells


def _album(story: TrainingStory) -> _Album:
    """Choose pictures: what a person must see first is chosen first."""
    budget = Budget()
    n_kinds = min(len(story.evaluation.classes), KINDS_SHOWN)
    own = {i: story.cells[i, i] for i in range(n_kinds) if (i, i) in story.cells}
    wrong = {place: shelf for place, shelf in sorted(story.cells.items()) if place[0] != place[1]}
    right = {place: shelf for place, shelf in sorted(story.cells.items()) if place[0] == place[1]}
    worst = budget.take(story.mistakes, most=MISTAKES_SHOWN)
    suspected = budget.take(story.suspected, most=SUSPECTS_SHOWN)
    first = budget.share(own, most=1)
    shared = budget.share(wrong, most=CELL_SHOWN) | budget.share(right, most=CELL_SHOWN)
    return _Album(worst, suspected, first, shared)


def training_report(story: TrainingStory) -> str:
    """Return the report as one self-contained HTML document.

    The same story gives the same text, byte for byte. Pictures are cut to what a mailbox
    takes, and every cut is stated.
    """
    album = _album(story)
    again = story.evaluation.scheme == "new pictures"
    return page(
        kind="Evaluation report" if again else "Training report",
        title=story.title,
        hero=fragment(
            judgement.hero(story.evaluation),
            judgement.warnings(story.evaluation.warnings),
            _kinds_strip(story, album),
        ),
        sections=_sections(story, album),
    )


def _sections(story: TrainingStory, album: _Album) -> list[Section]:
    evaluation = story.evaluation
    parts = [
        Section("scores", "How good it is", judgement.scores(evaluation)),
        *_ladder(story),
        Section("drift", "Do the pictures look familiar?", [tag("p", s) for s in story.drift]),
        Section("kinds", "Kind by kind", judgement.kinds(evaluation)),
        Section("confusion", "What it takes for what", _confusion(story, album)),
        Section("mistakes", "Its most confident mistakes", _mistakes(evaluation, album)),
        Section("confidence", "Can its confidence be believed?", judgement.confidence(evaluation)),
        Section("suspected", "Labels worth a second look", _suspected(album)),
        Section("pictures", "The pictures", _pictures(story)),
        Section("made", "How it was made", _made(story)),
    ]
    return [part for part in parts if part.name != "drift" or story.drift]


def _ladder(story: TrainingStory) -> list[Section]:
    if story.ladder is None:
        return []
    return [Section("ladder", "How much of the network learned", ladder(story.ladder))]


def _kinds_strip(story: TrainingStory, album: _Album) -> Markup | None:
    """Show one picture of each kind, so that the reader knows what this is about."""
    classes = story.evaluation.classes
    shelves = sorted(album.kinds.items())
    items = [
        tag("li", figure(shelf.exhibits[0], _kind_caption(story, index)))
        for index, shelf in shelves
        if shelf.exhibits
    ]
    if not items:
        return None
    cut = f"{len(items)} of {len(classes)} kinds shown." if len(items) < len(classes) else None
    note = tag("p", cut, class_="cut") if cut else None
    return tag("section", tag("ul", items, class_="strip"), note, aria_label="The kinds")


def _kind_caption(story: TrainingStory, index: int) -> Markup:
    report = story.evaluation.per_class[index]
    return fragment(
        tag("span", brief(report.name), class_="kind", title=report.name),
        tag("span", f"{count(report.n)} tested", class_="file"),
    )


def _confusion(story: TrainingStory, album: _Album) -> Markup:
    evaluation = story.evaluation
    listed = confused_list(evaluation, album.cells, most=20 if _large(story) else 5)
    table = matrix(evaluation, album.cells)
    hint = tag("p", "Cells with a dotted underline open onto their pictures.", class_="cut screen")
    if _large(story):
        size = count(len(evaluation.classes))
        wide = "The table is left out on paper, which is too narrow for it."
        note = tag("p", wide, class_="cut paper")
        table = disclosure(f"The whole table, {size} by {size} kinds", table, note)
        return fragment(
            tag("h3", "Most often"), listed, table, hint, panels(evaluation, album.cells)
        )
    return fragment(table, hint, tag("h3", "Most often"), listed, panels(evaluation, album.cells))


def _large(story: TrainingStory) -> bool:
    return len(story.evaluation.classes) > MANY_CLASSES


def _mistakes(evaluation: Evaluation, album: _Album) -> Markup:
    if not album.mistakes and not most_confused(evaluation, most=1):
        return tag("p", "There are none: every tested picture was named rightly.")
    if not album.mistakes:
        return tag("p", "No picture of a mistake is at hand.")
    lead = "Wrong, and sure of it. Such pictures teach most about the collection."
    heated = any(exhibit.heat is not None for exhibit in album.mistakes.exhibits)
    key = tag(
        "p",
        "The second picture shows what it looked at: ",
        tag("span", "amber", class_="amber"),
        " spoke for the answer it gave, ",
        tag("span", "blue", class_="blue"),
        " spoke against it.",
    )
    return fragment(tag("p", lead), key if heated else None, mistakes(album.mistakes))


def _suspected(album: _Album) -> Markup:
    if not len(album.suspected):
        return tag("p", "No label is suspected to be wrong.")
    lead = (
        f"{many(len(album.suspected), 'label is', 'labels are')} suspected to be wrong, because "
        "models that never saw the picture keep seeing another kind. Suspected means: look for "
        "yourself; nothing was changed."
    )
    return fragment(tag("p", lead), suspects(album.suspected))


def _pictures(story: TrainingStory) -> Markup:
    return fragment(
        tag("p", material.used(story.n_given, story.n_used)),
        material.notes(story.notes),
        material.faults(story.faults),
        tag("h3", "What belongs together"),
        material.kin(story.kin, scheme=story.evaluation.scheme),
        tag("h3", "What was put right"),
        material.repairs(story.repairs),
    )


def _made(story: TrainingStory) -> Markup:
    return fragment(material.plain_facts(story.facts), material.made(story.made))
