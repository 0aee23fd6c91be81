"""The confusion matrix: a real table whose cells open onto their pictures, without a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sortal.evaluation.values import Evaluation
from sortal.report.gallery import gallery, sure_caption
from sortal.report.markup import Markup, brief, caption, fragment, tag
from sortal.report.palette import shade
from sortal.report.story import Gallery
from sortal.report.wording import count, many, percent

Cells = Mapping[tuple[int, int], Gallery]

MANY_CLASSES: Final = 30
"""Above this many kinds the table is set small and the list of pairs comes first."""

WIDE_ON_PAPER: Final = 14
"""Above this many kinds the table is set small on paper."""

PRINTED: Final = 12
"""Confusions whose pictures are printed; on screen every cell opens."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """One kind taken for another: indices, how often, and what share of the kind."""

    truth: int
    answer: int
    n: float
    share: float


def most_confused(evaluation: Evaluation, *, most: int) -> list[Confusion]:
    """Return the commonest confusions, by number and then by share."""
    found = [
        Confusion(truth, answer, n, n / sum(row))
        for truth, row in enumerate(evaluation.confusion)
        for answer, n in enumerate(row)
        if n > 0 and answer != truth
    ]
    found.sort(key=lambda c: (-c.n, -c.share, c.truth, c.answer))
    return found[:most]


def confused_list(evaluation: Evaluation, cells: Cells, *, most: int) -> Markup:
    """Return the commonest confusions as a list of sentences that open onto pictures."""
    found = most_confused(evaluation, most=most)
    if not found:
        return tag("p", "It mistook no kind for another.")
    items = [tag("li", _confusion(c, evaluation.classes, cells)) for c in found]
    return tag("ol", items, class_="confused")


def _confusion(confusion: Confusion, classes: tuple[str, ...], cells: Cells) -> Markup:
    place = (confusion.truth, confusion.answer)
    sentence = tag(
        "span",
        tag("strong", brief(classes[confusion.truth])),
        " taken for ",
        tag("strong", brief(classes[confusion.answer])),
        f": {many(confusion.n, 'time')}, {percent(confusion.share)} of its pictures.",
    )
    return fragment(
        sentence, " ", _opener(place, "Pictures", hint=None) if _has(cells, place) else None
    )


def matrix(evaluation: Evaluation, cells: Cells) -> Markup:
    """Return the table: row = true kind, column = answer; counts, share of the row, shade."""
    table = tag(
        "table",
        caption(_caption(evaluation)),
        _head(evaluation.classes),
        tag("tbody", [_row(i, evaluation, cells) for i in range(len(evaluation.classes))]),
        class_=_size(len(evaluation.classes)),
    )
    return tag(
        "div", table, class_="scroll", tabindex=0, role="region", aria_label="Confusion matrix"
    )


def _size(n_classes: int) -> str:
    """Return the classes of style: how small the table is set, on screen and on paper."""
    if n_classes > MANY_CLASSES:
        return "matrix small"
    return "matrix middle" if n_classes > WIDE_ON_PAPER else "matrix"


def _caption(evaluation: Evaluation) -> str:
    whole = all(n == int(n) for row in evaluation.confusion for n in row)
    means = "" if whole else " Counts are means over repeats."
    return (
        "Row: what the picture is. Column: what it was called. A cell gives the number of "
        f"pictures and their share of the row; outlined cells are right answers.{means}"
    )


def _head(classes: tuple[str, ...]) -> Markup:
    names = [
        tag("th", tag("span", brief(name), class_="turned"), scope="col", title=name)
        for name in classes
    ]
    corner = tag("td", tag("span", "is ↓"), tag("span", "called →"), class_="corner")
    return tag("thead", tag("tr", corner, names, tag("th", "all", scope="col", class_="sum")))


def _row(truth: int, evaluation: Evaluation, cells: Cells) -> Markup:
    row = evaluation.confusion[truth]
    name = evaluation.classes[truth]
    total = sum(row)
    body = [_cell((truth, answer), n, total, cells) for answer, n in enumerate(row)]
    head = tag("th", tag("span", brief(name)), scope="row", title=name)
    return tag("tr", head, body, tag("td", count(total), class_="sum"))


def _cell(place: tuple[int, int], n: float, total: float, cells: Cells) -> Markup:
    right = place[0] == place[1]
    if n <= 0 and not _has(cells, place):
        return tag("td", "0", class_="hit" if right else None)
    share = n / total if total else 0.0
    ramp = f"{'r' if right else 'w'}{shade(share)}" + (" hit" if right else "")
    inner = fragment(tag("b", count(n)), " ", tag("small", percent(share)))
    if _has(cells, place):
        inner = _opener(place, inner, hint="show pictures")
    return tag("td", inner, class_=ramp)


def _has(cells: Cells, place: tuple[int, int]) -> bool:
    return place in cells and bool(cells[place].exhibits)


def panel_id(place: tuple[int, int]) -> str:
    """Return the id of a cell's pictures."""
    return f"cell-{place[0]}-{place[1]}"


def _opener(place: tuple[int, int], face: Markup | str, *, hint: str | None) -> Markup:
    spoken = tag("span", f" {hint}", class_="spoken") if hint else None
    return tag("button", face, spoken, type="button", popovertarget=panel_id(place))


def panels(evaluation: Evaluation, cells: Cells) -> Markup:
    """Return every cell's pictures; each waits hidden until a button opens it.

    A browser without the popover attribute shows them one after the other; paper shows the
    commonest confusions.
    """
    common = {(c.truth, c.answer) for c in most_confused(evaluation, most=PRINTED)}
    ordered = sorted(place for place in cells if _has(cells, place))
    waiting = [
        _panel(place, evaluation.classes, cells[place], printed=place in common)
        for place in ordered
    ]
    return tag("div", waiting, class_="panels")


def _panel(
    place: tuple[int, int], classes: tuple[str, ...], shelf: Gallery, *, printed: bool
) -> Markup:
    name = panel_id(place)
    truth, answer = (brief(classes[index]) for index in place)
    wrong = place[0] != place[1]
    title = fragment(truth, " called ", answer) if wrong else fragment(truth, ", rightly called so")
    close = tag(
        "button",
        "Close",
        type="button",
        popovertarget=name,
        popovertargetaction="hide",
        class_="close",
    )
    return tag(
        "section",
        tag("div", tag("h3", title, id=f"{name}-title"), close, class_="bar"),
        gallery(shelf, sure_caption),
        id=name,
        popover="auto",
        class_="panel printed" if printed else "panel",
        aria_labelledby=f"{name}-title",
    )
