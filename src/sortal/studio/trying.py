"""A model at work: what it says of one picture, where it looked, and when it does not know."""

from __future__ import annotations

import base64
import io
import time
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from sortal.errors import Fault, PictureError, UsageError
from sortal.pictures import PicturePool, Pixels, Prepared, Source
from sortal.studio.desk import Desk
from sortal.studio.messages import (
    LikelyMessage,
    PredictionMessage,
    SetThresholdMessage,
    ThresholdMessage,
)
from sortal.studio.receiving import passing_file, receive
from sortal.studio.routes import MEBI, Call, Route

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sortal.workflow import Classifier

    Features = NDArray[np.float32]

_SHOWN_SIDE: Final = 480
_FRAME_LIMIT: Final = 32 * MEBI


class Trying:
    """Handlers that answer to pictures with a run's model."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        return [
            Route(
                "POST",
                "/api/runs/{id}/predict",
                self.predict,
                "What the model says of a picture",
                takes=bytes,
                gives=PredictionMessage,
                limit=_FRAME_LIMIT,
                query={"heat": "1 to get where it looked too"},
                is_async=True,
            ),
            Route(
                "GET",
                "/api/runs/{id}/heat/{picture}",
                self.heat,
                "Where the model saw evidence for its answer",
                gives=bytes,
                query={"answer": "the kind to explain; none: its answer"},
            ),
            Route(
                "GET",
                "/api/runs/{id}/threshold",
                self.threshold,
                'When the model answers "I don\'t know"',
                gives=ThresholdMessage,
            ),
            Route(
                "PUT",
                "/api/runs/{id}/threshold",
                self.set_threshold,
                'Set when the model answers "I don\'t know"',
                takes=SetThresholdMessage,
                gives=ThresholdMessage,
            ),
        ]

    async def predict(self, call: Call) -> PredictionMessage:
        """Answer to the bytes of one picture, which is forgotten afterwards."""
        run, wanted = call.number("id"), call.query.get("heat") == "1"
        with passing_file(self._desk.scratch) as path:
            await receive(call.stream, path, headers=call.headers)
            return await run_in_threadpool(self._predict, run, Source(path), wanted)

    def _predict(self, run: int, source: Source, wanted: bool) -> PredictionMessage:
        began = time.monotonic()
        classifier = self._desk.models.get(run)
        prepared = _prepared(source, classifier, side=_SHOWN_SIDE if wanted else None)
        many, drawn = len(classifier.classes), None
        if wanted and classifier.model.has_features:
            prediction, features = classifier.predict_and_look(prepared.square, top=many)
            drawn = _url(_warm(classifier, prepared, features, prediction.kinds[0][0]))
        else:
            prediction = classifier.predict(prepared.square, top=many)
        return PredictionMessage(
            kinds=[LikelyMessage(kind=k, probability=p) for k, p in prediction.kinds],
            unknown=prediction.unknown,
            distance=prediction.distance,
            threshold=classifier.card.unknown_threshold,
            likely=list(prediction.likely),
            notes=[*prepared.fingerprint.repairs, *prediction.notes],
            heat=drawn,
            seconds=time.monotonic() - began,
        )

    def heat(self, call: Call) -> Response:
        """Return a picture of the project with what the model saw in it."""
        classifier = self._desk.models.get(call.number("id"))
        if not classifier.model.has_features:
            raise UsageError("This model has no feature map, so it cannot say where it looked.")
        source = self._desk.project.pictures.source(call.number("picture"))
        prepared = _prepared(source, classifier, side=_SHOWN_SIDE)
        prediction, features = classifier.predict_and_look(prepared.square)
        answer = call.query.get("answer") or prediction.kinds[0][0]
        content = _warm(classifier, prepared, features, answer)
        headers = {"cache-control": "private, max-age=3600"}
        return Response(content, media_type="image/jpeg", headers=headers)

    def threshold(self, call: Call) -> ThresholdMessage:
        """Return from which distance on the model does not know."""
        from sortal.evaluation import nearness_quantiles

        run = self._desk.project.runs.get(call.number("id"))
        card = self._desk.models.get(run.id).card
        unknown = None if run.result is None else run.result["evaluation"]["unknown"]
        quantiles = nearness_quantiles(card.drift)
        return ThresholdMessage(
            threshold=card.unknown_threshold,
            found=None if unknown is None else unknown["threshold"],
            is_own=run.threshold is not None,
            quantiles=None if quantiles is None else list(quantiles),
        )

    def set_threshold(self, call: Call) -> ThresholdMessage:
        """Set it; a change like any other, which can be taken back."""
        run = self._desk.project.runs.get(call.number("id"))
        if run.result is None or run.result["evaluation"]["unknown"] is None:
            raise UsageError('This model measures no distance, so it cannot say "I don\'t know".')
        self._desk.project.changes.set_threshold(run.id, call.body.threshold)
        return self.threshold(call)


def _prepared(source: Source, classifier: Classifier, *, side: int | None) -> Prepared:
    """Read a picture as `sortal predict` does; one that kills its decoder costs a process.

    Raises:
        PictureError: it cannot be used.
    """
    card = classifier.card
    with PicturePool(size=card.size, fit=card.fit, thumbnail=side, workers=1) as pool:
        (answer,) = pool.read([("the picture", source)])
    if isinstance(answer, Fault):
        raise PictureError(answer)
    return answer


def _warm(
    classifier: Classifier, prepared: Prepared, features: Features | None, answer: str
) -> bytes:
    """Draw the heat for an answer over its picture, as a JPEG."""
    import numpy as np

    from sortal.explanation import class_activation, heat_in_picture, heat_overlay

    card = classifier.card
    if answer not in card.classes:
        raise UsageError(f"The model knows no kind called {answer!r}.")
    if features is None:
        raise UsageError("This model has no feature map, so it cannot say where it looked.")
    index = np.array([card.classes.index(answer)], np.int64)
    plane = class_activation(features, classifier.model.head, index)[0]
    under = _under(prepared, is_square=classifier.is_of_handwriting)
    height, width = under.shape[:2]
    return _jpeg(
        heat_overlay(under, heat_in_picture(plane, width=width, height=height, fit=card.fit))
    )


def _under(prepared: Prepared, *, is_square: bool) -> Pixels:
    """What the heat is drawn over: the picture, or the square where a written digit was found."""
    import numpy as np
    from PIL import Image

    if is_square or prepared.thumbnail is None:
        return prepared.square
    with Image.open(io.BytesIO(prepared.thumbnail), formats=("JPEG",)) as image:
        return np.asarray(image.convert("RGB"))


def _jpeg(pixels: Pixels) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _url(content: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
