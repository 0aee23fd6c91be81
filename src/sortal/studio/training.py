"""Training a project's pictures: the same call as the command line's, in the queue."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sortal.errors import SortalError, UsageError
from sortal.evaluation import suspected_labels
from sortal.project import Answer
from sortal.studio.desk import Desk
from sortal.studio.following import job_message
from sortal.studio.jobs import CancelledError, Teller, Told
from sortal.studio.messages import EstimateMessage, JobMessage, TrainMessage
from sortal.studio.routes import Call, Route

if TYPE_CHECKING:
    from sortal.workflow import Trained

_MOST_SUSPECTS: Final = 500
_MOST_KIN: Final = 500
_DEEP: Final = ("network", "recipe", "regime", "epochs")


class Training:
    """Handlers that train, and say how long it will take."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pace = _Pace()

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        return [
            Route(
                "POST",
                "/api/train",
                self.train,
                "Train on what is labelled",
                takes=TrainMessage,
                gives=JobMessage,
            ),
            Route(
                "GET",
                "/api/estimate",
                self.estimate,
                "How long training will take",
                gives=EstimateMessage,
            ),
        ]

    def estimate(self, _: Call) -> EstimateMessage:
        """Return how long training will take, from the pace of earlier ones on this machine."""
        pictures = self._desk.project.pictures
        ids = pictures.collection(name="")[1]
        hashes = pictures.contents(ids)
        new = len(hashes) - len(self._desk.cache.thumbnails(sorted(set(hashes))))
        return EstimateMessage(
            seconds=self._pace.seconds(len(ids)), pictures=len(ids), new=max(0, new)
        )

    def train(self, call: Call) -> JobMessage:
        """Put a training into the queue."""
        asked: TrainMessage = call.body
        names = [kind.name for kind in self._desk.project.changes.kinds() if kind.pictures]
        if len(names) < 2:
            raise UsageError(
                "Training tells kinds apart: it needs pictures of at least two; "
                f"there {'is one' if names else 'are none'} with pictures so far."
            )
        return job_message(
            self._desk.jobs.submit("train", lambda teller: self._train(asked, teller))
        )

    def _train(self, asked: TrainMessage, teller: Teller) -> Told:
        runs = self._desk.project.runs
        run = runs.begin(_options(asked))
        try:
            return self._run(run, asked, teller)
        except CancelledError:
            runs.end(run, "cancelled", "Stopped by the person.")
            raise
        except SortalError as error:
            runs.end(run, "failed", str(error))
            raise
        except Exception as error:
            runs.end(run, "failed", f"{type(error).__name__}: {error}")
            raise

    def _run(self, run: int, asked: TrainMessage, teller: Teller) -> Told:
        from sortal.workflow import train

        began = time.monotonic()
        project = self._desk.project
        collection, _ = project.pictures.collection(name=project.name)
        deep: dict[str, Any] = {k: v for k in _DEEP if (v := getattr(asked, k)) is not None}
        if deep:
            deep["watch"] = lambda event: _tell_event(event, teller)
        trained = train(
            collection,
            backbone=asked.backbone,
            fit=asked.fit,
            seed=asked.seed,
            progress=teller.step,
            **deep,
        )
        trained.save(project.model_file(run))
        seconds = time.monotonic() - began
        project.runs.finish(run, _result(trained, seconds), _answers(trained))
        if not deep:
            self._pace.note(len(collection), seconds)
        self._desk.jobs.announce({"run": run})
        return {"run": run, "headline": trained.evaluation.headline, "seconds": seconds}


class _Pace:
    """How long the last training took, for the next person's patience."""

    def __init__(self) -> None:
        self._measured: tuple[int, float] | None = None

    def note(self, pictures: int, seconds: float) -> None:
        self._measured = (pictures, seconds)

    def seconds(self, pictures: int) -> float | None:
        """Scale the last training to so many pictures."""
        if self._measured is None:
            return None
        count, took = self._measured
        return took * pictures / max(1, count)


def _options(asked: TrainMessage) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in asked.__struct_fields__}


def _tell_event(event: Any, teller: Teller) -> None:
    """Relay an event of a training by backpropagation, named as its class is."""
    name = type(event).__name__.lower()
    if name != "batch":
        fields = {key: getattr(event, key) for key in event.__slots__}
        teller.tell({"event": name, **fields})
    else:
        teller.check()


def _ids(trained: Trained) -> list[int]:
    """The project's ids of the pictures, with which their paths begin."""
    return [int(s.path.partition("/")[0]) for s in trained.evidence.material.collection]


def _answers(trained: Trained) -> list[Answer]:
    evidence, ids = trained.evidence, _ids(trained)
    classes, labels = evidence.material.classes, evidence.material.labels
    judged, shares = evidence.judgement.judged, evidence.judgement.probabilities
    best = shares.argmax(axis=1)
    return [
        Answer(ids[row], classes[labels[row]], classes[answer], float(shares[i, answer]))
        for i, (row, answer) in enumerate(zip(judged.tolist(), best.tolist(), strict=True))
    ]


def _result(trained: Trained, seconds: float) -> dict[str, Any]:
    evaluation = trained.evaluation
    return {
        "headline": evaluation.headline,
        "evaluation": evaluation.to_dict(),
        "classes": list(evaluation.classes),
        "notes": list(trained.notes),
        "suspects": _suspects(trained),
        "kin": _kin(trained),
        "sha256": trained.model.sha256,
        "seconds": round(seconds, 2),
    }


def _suspects(trained: Trained) -> list[dict[str, Any]]:
    evidence, ids = trained.evidence, _ids(trained)
    judged, classes = evidence.judgement.judged, evidence.material.classes
    found = suspected_labels(evidence.judgement.probabilities, evidence.material.labels[judged])
    return [
        {
            "picture": ids[judged[s.index]],
            "given": classes[s.given],
            "suggested": classes[s.suggested],
            "score": s.score,
        }
        for s in found[:_MOST_SUSPECTS]
    ]


def _kin(trained: Trained) -> list[dict[str, Any]]:
    """Groups of more than one picture, the largest first, with what binds them."""
    kin, ids = trained.evidence.material.kin, _ids(trained)
    members: dict[int, list[int]] = {}
    for row, group in enumerate(kin.groups.tolist()):
        members.setdefault(group, []).append(row)
    why: dict[int, Counter[str]] = {}
    for link in kin.links:
        why.setdefault(int(kin.groups[link.first]), Counter())[link.why] += 1
    large = sorted(
        (g for g, rows in members.items() if len(rows) > 1), key=lambda g: -len(members[g])
    )
    return [
        {"pictures": [ids[row] for row in members[g]], "why": sorted(why.get(g, ()))}
        for g in large[:_MOST_KIN]
    ]
