"""Which pictures a report shows, and what it says of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Cache, Embedded
from sortal.evaluation import SuspectedLabel, suspected_labels
from sortal.modelfile import Model
from sortal.pictures import Fit
from sortal.report import Exhibit, Gallery, KinSummary
from sortal.split import Kin
from sortal.workflow.exhibits import heat, squares, thumbnails

Ints = NDArray[np.int64]

WRONG_PER_CELL: Final = 12
RIGHT_PER_CELL: Final = 4
MOST_IN_CELLS: Final = 400
MISTAKES: Final = 12
SUSPECTED: Final = 24

_REGIMES: Final = {
    "head": "frozen, its last layer fitted anew",
    "last": "its last layers trained further, the others frozen",
    "full": "trained further as a whole",
    "scratch": "trained from random weights",
}


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """Pictures with their labels and the answers they got from models that had not seen them.

    Attributes:
        embedded: all pictures at hand.
        rows: int64, shape (m,): which of them were answered.
        truth: int64, shape (m,): their labels.
        probabilities: float64, shape (m, classes).
        classes: names of the classes.
    """

    embedded: Embedded
    rows: Ints
    truth: Ints
    probabilities: NDArray[np.float64]
    classes: tuple[str, ...]

    @property
    def answers(self) -> Ints:
        """int64, shape (m,): the likeliest class of each."""
        return np.asarray(self.probabilities.argmax(axis=1), np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Showcase:
    """The pictures of a report.

    Attributes:
        cells: (true class, answer) to the pictures in that cell of the confusion matrix.
        mistakes: the surest wrong answers, with heat.
        suspected: labels that may be wrong.
    """

    cells: dict[tuple[int, int], Gallery]
    mistakes: Gallery
    suspected: Gallery


def showcase(
    answered: Answered, model: Model, *, cache: Cache | None, workers: int | None
) -> Showcase:
    """Choose pictures, fetch their thumbnails and let the model show where it looked."""
    cells = _cells(answered)
    wrong = _mistakes(answered)
    doubted = suspected_labels(answered.probabilities, answered.truth)
    shown = [i for members in cells.values() for i in members.shown]
    shown += [*wrong[:MISTAKES], *(d.index for d in doubted[:SUSPECTED])]
    pictures = thumbnails(
        answered.embedded, answered.rows[shown].tolist(), cache=cache, workers=workers
    )
    warmth = _heat(answered, wrong[:MISTAKES], model) if model.has_features else {}
    return Showcase(
        cells={
            cell: Gallery(
                tuple(_exhibit(answered, i, pictures) for i in members.shown), members.total
            )
            for cell, members in cells.items()
        },
        mistakes=Gallery(
            tuple(_exhibit(answered, i, pictures, warmth.get(i)) for i in wrong[:MISTAKES]),
            len(wrong),
        ),
        suspected=Gallery(
            tuple(_doubted(answered, d, pictures) for d in doubted[:SUSPECTED]), len(doubted)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    shown: list[int]
    total: int


def _cells(answered: Answered) -> dict[tuple[int, int], _Cell]:
    """The pictures of each cell, the surest answers first; fewer where there are many cells."""
    order = np.argsort(-answered.probabilities.max(axis=1), kind="stable")
    answers = answered.answers
    members: dict[tuple[int, int], list[int]] = {}
    for i in order.tolist():
        members.setdefault((int(answered.truth[i]), int(answers[i])), []).append(i)
    share = max(1, MOST_IN_CELLS // max(1, len(members)))
    return {
        (truth, answer): _Cell(
            rows[: min(share, RIGHT_PER_CELL if truth == answer else WRONG_PER_CELL)], len(rows)
        )
        for (truth, answer), rows in sorted(members.items())
    }


def _mistakes(answered: Answered) -> list[int]:
    wrong = np.flatnonzero(answered.answers != answered.truth)
    order = np.argsort(-answered.probabilities[wrong].max(axis=1), kind="stable")
    return [int(i) for i in wrong[order]]


def _heat(answered: Answered, shown: list[int], model: Model) -> dict[int, NDArray[np.float32]]:
    """Where the model sees evidence for the wrong answer, in the frame of each picture."""
    if not shown:
        return {}
    rows = answered.rows[shown]
    images, kept = squares(answered.embedded, rows, size=model.card.size, fit=model.card.fit)
    of_row = dict(zip(rows.tolist(), shown, strict=True))
    places = [of_row[row] for row in kept.tolist()]
    prints = [answered.embedded.fingerprints[row] for row in kept]
    sizes = [(p.width, p.height) for p in prints]
    planes = heat(model, images, answered.answers[places], sizes)
    return dict(zip(places, planes, strict=True))


def _exhibit(
    answered: Answered,
    i: int,
    pictures: dict[int, bytes],
    warmth: NDArray[np.float32] | None = None,
) -> Exhibit:
    row = int(answered.rows[i])
    answer = int(answered.probabilities[i].argmax())
    sample = answered.embedded.collection.samples[row]
    return Exhibit(
        path=sample.path,
        thumbnail=pictures.get(row),
        truth=answered.classes[answered.truth[i]],
        answer=answered.classes[answer],
        confidence=float(answered.probabilities[i, answer]),
        heat=warmth,
        group=sample.group,
    )


def _doubted(answered: Answered, doubt: SuspectedLabel, pictures: dict[int, bytes]) -> Exhibit:
    row = int(answered.rows[doubt.index])
    return Exhibit(
        path=answered.embedded.collection.samples[row].path,
        thumbnail=pictures.get(row),
        truth=answered.classes[doubt.given],
        answer=answered.classes[doubt.suggested],
        confidence=float(answered.probabilities[doubt.index, doubt.suggested]),
    )


def kin_summary(kin: Kin, groups: Sequence[str | None]) -> KinSummary:
    """How many pictures had to stay together, and why."""
    whys = [link.why for link in kin.links]
    return KinSummary(
        groups=kin.n_groups,
        exact=whys.count("exact"),
        near=whys.count("near"),
        bursts=whys.count("burst"),
        user_groups=len({g for g in groups if g is not None}),
    )


WAYS: Final[Mapping[Fit, str]] = {
    "pad": "padded with a border, nothing cut away",
    "squash": "squashed to a square, nothing cut away",
    "crop": "cut to a square around the middle",
    "handwriting": "the ink drawn anew, white on black, as the digits of MNIST were",
}
"""What a report says of how pictures became square."""


def network_facts(model: Model) -> dict[str, str]:
    """What a report says of the network."""
    trunk, regime = model.card.trunk, str(model.card.recipe.get("regime", "head"))
    return {
        "Network": f"{trunk.name}: {trunk.source}; {_REGIMES.get(regime, regime)}",
        "Pictures": f"{model.card.size} x {model.card.size} pixels, {WAYS[model.card.fit]}",
        "Licence of the weights": trunk.licence,
    }
