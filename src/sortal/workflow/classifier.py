"""A classifier as a person holds it: it predicts, it can be judged, it can be saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sortal.collection import Collection
from sortal.evaluation import (
    Evaluation,
    evaluation_from_dict,
    in_set,
    nearness_quantiles,
    share_nearer,
)
from sortal.modelfile import Answers, Card, Model, load_model, save_model
from sortal.pictures import (
    Fault,
    PicturePool,
    Pixels,
    Progress,
    find_digits,
    fit_square,
    is_prepared,
    read_picture,
    silent,
)
from sortal.report import evaluation_card, facts_card
from sortal.workflow.arguments import require_number, require_pixels
from sortal.workflow.evaluating import Judged, evaluate_model
from sortal.workflow.feed import BATCH, Asked, Fed, Named, batches, feed, named_pictures
from sortal.workflow.values import NO_INK, JsonObject, Prediction


class Classifier:
    """A trained model, ready to use; made by ``train`` or ``load``.

    Attributes:
        model: the graph with its card.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

    def __repr__(self) -> str:
        more = ", ..." if len(self.classes) > 6 else ""
        return f"Classifier({', '.join(self.classes[:6])}{more})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        facts = {name: value for name, value in self.facts().items() if name != "How good"}
        return evaluation_card(self.evaluation) + facts_card("Its card", facts)

    @property
    def evaluation(self) -> Evaluation:
        """How good it was found to be when it was trained.

        Raises:
            InputError: the card's record is not one.
        """
        return evaluation_from_dict(self.card.evaluation)

    def facts(self) -> dict[str, str]:
        """What a person wants to know first: kinds, score, origin, licence."""
        card = self.card
        learned = f"{sum(card.data.per_class):,} pictures in {card.data.groups:,} groups"
        limit = card.unknown_threshold
        unknown = "never" if limit is None else f"beyond a distance of {limit:.3f}"
        return {
            "How good": self.evaluation.headline,
            "Kinds": ", ".join(card.classes),
            "Learned from": f"{card.data.name}: {learned}",
            "Tested by": card.split.scheme,
            "Network": f"{card.trunk.name} ({card.trunk.source})",
            "Picture": f"{card.size} x {card.size} pixels, {card.fit}",
            "Says “I don't know”": unknown,
            "Made with": ", ".join(f"{name} {v}" for name, v in card.versions.items()),
            "Licence of the weights": card.licence,
            "SHA-256": self.model.sha256,
        }

    @property
    def classes(self) -> tuple[str, ...]:
        """The kinds that it tells apart."""
        return self.model.classes

    @property
    def card(self) -> Card:
        """All that must be known to use it rightly and to judge it."""
        return self.model.card

    def card_dict(self) -> JsonObject:
        """The card as plain JSON types."""
        return {"sha256": self.model.sha256, **asdict(self.card)}

    def save(self, path: str | Path) -> None:
        """Write the model file, whole or not at all.

        Raises:
            OutputError: it cannot be written; what was there is kept.
        """
        save_model(self.model, path)

    def predict(self, picture: str | Path | bytes | Pixels, *, top: int = 1) -> Prediction:
        """Say what one picture shows; of handwriting, all that is written as one digit.

        Args:
            picture: a file, the bytes of one, or uint8 RGB pixels (height, width, 3).
            top: how many kinds to name.

        Raises:
            PictureError: the file cannot be used as a picture.
            UsageError: it is neither, or ``top`` is below 1.
        """
        require_number(top, "top", least=1)
        name, pixels, notes = _read(picture)
        square = fit_square(pixels, self.card.size, self.card.fit)
        if self.is_of_handwriting:
            notes = (*notes, *_remarks(pixels, square))
        answers = self.model.run(square[None])
        return self._prediction(answers, 0, Asked(name, notes), top=top)

    def predict_and_look(
        self, square: Pixels, *, top: int = 1
    ) -> tuple[Prediction, NDArray[np.float32] | None]:
        """Answer to a picture that has the network's shape already, with what it saw on the way.

        Args:
            square: uint8 RGB, shape (size, size, 3), as ``fit_square`` makes them.
            top: how many kinds to name.

        Returns:
            The answer, and the last feature map, float32 (1, width, grid, grid), for
            ``class_activation``; None where the model has none.
        """
        answers = self.model.run(square[None], features=self.model.has_features)
        return self._prediction(answers, 0, Asked("<pixels>"), top=top), answers.features

    @property
    def is_of_handwriting(self) -> bool:
        """Whether pictures are prepared as handwriting, so that one may hold several digits."""
        return self.card.fit == "handwriting"

    def evaluate(
        self,
        collection: Collection,
        *,
        workers: int | None = None,
        progress: Progress = silent,
    ) -> Judged:
        """Judge the model on new labelled pictures; see ``evaluate_model``."""
        return evaluate_model(self.model, collection, workers=workers, progress=progress)

    def predict_many(
        self, paths: Iterable[str | Path], *, top: int = 1, workers: int | None = None
    ) -> Iterator[Prediction | Fault]:
        """Say what files show, in the order given, in flat memory; folders and zips are walked.

        Of handwriting, each digit of a picture has an answer of its own, with its box.

        Args:
            paths: files, folders, zips.
            top: how many kinds to name for each.
            workers: processes that decode; None for one a core.
        """
        pictures = named_pictures(Path(path) for path in paths)
        for _, answer in self.answers(pictures, top=top, workers=workers):
            yield answer

    def answers(
        self, pictures: Iterable[Named | Fault], *, top: int = 1, workers: int | None = None
    ) -> Iterator[tuple[Fed, Prediction | Fault]]:
        """Like ``predict_many``, each answer with the picture that went in.

        Args:
            pictures: names for people, and where the bytes are; a fault goes through as it is.
            top: how many kinds to name for each.
            workers: processes that decode; None for one a core.
        """
        require_number(top, "top", least=1)
        card = self.card
        with PicturePool(
            size=card.size, fit=card.fit, apart=self.is_of_handwriting, workers=workers
        ) as pool:
            for batch in batches(feed(pictures, pool), BATCH):
                yield from self._answer(batch, top=top)

    def _answer(self, batch: list[Fed], *, top: int) -> Iterator[tuple[Fed, Prediction | Fault]]:
        shown = [square for fed in batch for square in fed.squares]
        answers = self.model.run(np.stack(shown)) if shown else None
        row = 0
        for fed in batch:
            if fed.fault:
                yield fed, fed.fault
            elif answers:
                for asked in fed.asked:
                    yield fed, self._prediction(answers, row, asked, top=top)
                    row += 1

    def _prediction(self, answers: Answers, row: int, asked: Asked, *, top: int) -> Prediction:
        shares = answers.probabilities[row].astype(np.float64)
        order = np.argsort(-shares, kind="stable")
        # At a learned picture itself, rounding makes it a little less than nothing.
        distance = None if answers.distance is None else max(0.0, float(answers.distance[row]))
        limit = self.card.unknown_threshold
        members = in_set(shares, self.card.calibration.threshold)
        return Prediction(
            path=asked.path,
            kinds=tuple((self.classes[k], float(shares[k])) for k in order[:top].tolist()),
            unknown=asked.is_blank
            or (distance is not None and limit is not None and distance > limit),
            distance=distance,
            likely=tuple(self.classes[k] for k in order.tolist() if members[k]),
            notes=asked.notes,
            nearer=self._nearer(distance),
            box=asked.box,
            part=asked.part,
        )

    def _nearer(self, distance: float | None) -> float | None:
        if distance is None or self._quantiles is None:
            return None
        return share_nearer(self._quantiles, distance)

    @cached_property
    def _quantiles(self) -> tuple[float, ...] | None:
        """How far learned pictures were, as the card records it."""
        return nearness_quantiles(self.card.drift)


def _read(picture: str | Path | bytes | Pixels) -> tuple[str, Pixels, tuple[str, ...]]:
    """Return name, pixels and repairs of a picture given in one of the ways there are."""
    if not isinstance(picture, str | Path | bytes):
        require_pixels(picture)
        return "<pixels>", picture, ()
    source = Path(picture) if isinstance(picture, str) else picture
    read = read_picture(source)
    name = "<bytes>" if isinstance(source, bytes) else str(source)
    return name, read.pixels, read.fingerprint.repairs


def _remarks(pixels: Pixels, square: Pixels) -> Iterator[str]:
    """What a person should know of handwriting that is answered as one digit."""
    if not square.any():
        yield NO_INK
    elif not is_prepared(pixels) and (n := len(find_digits(pixels))) > 1:
        yield f"{n} digits were found and read as one; predict_many reads them one by one"


def load(path: str | Path) -> Classifier:
    """Load a model file that ``train`` wrote.

    Raises:
        ModelFileError: it is not there, damaged, hostile, or not one of Sortal's.
    """
    return Classifier(load_model(path))
