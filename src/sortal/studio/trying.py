"""A model at work: what it says of one picture, and where it looked."""

from __future__ import annotations

import base64
import io
import threading
import time

from PIL import Image
from starlette.responses import Response

from sortal.errors import PictureError, UsageError
from sortal.explanation import class_activation, heat_in_picture, heat_overlay
from sortal.pictures import Fault, Pixels, fit_square, read_picture
from sortal.studio.desk import Desk
from sortal.studio.looking import jpeg
from sortal.studio.messages import LikelyMessage, PredictionMessage
from sortal.studio.routes import MEBI, Call, Route
from sortal.workflow import Classifier, load

_SHOWN_SIDE = 480
_FRAME_LIMIT = 100 * MEBI


class Trying:
    """Handlers that answer to pictures with a run's model."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._loaded: tuple[int, Classifier] | None = None

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        heat = {"heat": "1 to get where it looked too"}
        return [
            Route(
                "POST",
                "/api/runs/{id}/predict",
                self.predict,
                "What the model says of a picture",
                takes=bytes,
                gives=PredictionMessage,
                limit=_FRAME_LIMIT,
                query=heat,
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
        ]

    async def predict(self, call: Call) -> PredictionMessage:
        """Answer to the bytes of one picture."""
        from starlette.concurrency import run_in_threadpool

        content = b"".join([chunk async for chunk in call.stream])
        run, wanted = call.number("id"), call.query.get("heat") == "1"
        return await run_in_threadpool(self._predict, run, content, wanted)

    def _predict(self, run: int, content: bytes, wanted: bool) -> PredictionMessage:
        began = time.monotonic()
        classifier = self._classifier(run)
        pixels, notes = _pixels(content)
        prediction = classifier.predict(pixels, top=len(classifier.classes))
        drawn = None
        if wanted and classifier.model.has_features:
            drawn = _url(_warm(classifier, pixels, prediction.kinds[0][0]))
        return PredictionMessage(
            kinds=[LikelyMessage(kind=k, probability=p) for k, p in prediction.kinds],
            unknown=prediction.unknown,
            distance=prediction.distance,
            threshold=classifier.card.unknown_threshold,
            likely=list(prediction.likely),
            notes=list(notes),
            heat=drawn,
            seconds=time.monotonic() - began,
        )

    def heat(self, call: Call) -> Response:
        """Return a picture of the project with what the model saw in it."""
        classifier = self._classifier(call.number("id"))
        if not classifier.model.has_features:
            raise UsageError("This model has no feature map, so it cannot say where it looked.")
        drawn = jpeg(self._desk.project.pictures.source(call.number("picture")), side=_SHOWN_SIDE)
        if isinstance(drawn, Fault):
            raise PictureError(drawn)
        pixels, _ = _pixels(drawn)
        answer = call.query.get("answer") or classifier.predict(pixels).kinds[0][0]
        return Response(_warm(classifier, pixels, answer), media_type="image/jpeg")

    def _classifier(self, run: int) -> Classifier:
        """Return a run's model, kept until another is asked for."""
        with self._lock:
            if self._loaded is None or self._loaded[0] != run:
                self._desk.project.runs.get(run)
                self._loaded = (run, load(self._desk.project.model_file(run)))
            return self._loaded[1]


def _pixels(content: bytes) -> tuple[Pixels, tuple[str, ...]]:
    """Decode a picture; the page sends JPEG or PNG that it made itself, or a dropped file."""
    read = read_picture(content)
    return read.pixels, read.fingerprint.repairs


def _warm(classifier: Classifier, pixels: Pixels, answer: str) -> bytes:
    """Draw the heat for an answer over its picture, as a JPEG."""
    import numpy as np

    card = classifier.card
    if answer not in card.classes:
        raise UsageError(f"The model knows no kind called {answer!r}.")
    square = fit_square(pixels, card.size, card.fit)
    features = classifier.model.run(square[None], features=True).features
    if features is None:
        raise UsageError("This model has no feature map, so it cannot say where it looked.")
    index = np.array([card.classes.index(answer)], np.int64)
    plane = class_activation(features, classifier.model.head, index)[0]
    height, width = pixels.shape[:2]
    small = _reduced(pixels)
    shown = heat_in_picture(plane, width=width, height=height, fit=card.fit)
    if shown.shape != small.shape[:2]:
        size = (small.shape[1], small.shape[0])
        shown = np.asarray(Image.fromarray(shown).resize(size, Image.Resampling.BILINEAR))
    buffer = io.BytesIO()
    Image.fromarray(heat_overlay(small, shown)).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _reduced(pixels: Pixels) -> Pixels:
    import numpy as np

    image = Image.fromarray(pixels)
    image.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
    return np.asarray(image)


def _url(content: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
