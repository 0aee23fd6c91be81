"""Training a project's pictures: the same call as the command line's, in the queue."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sortal.backbones import DEFAULT_FIT, Space, backbone
from sortal.errors import MissingExtraError, OutputError, SortalError, UsageError
from sortal.project import Answer
from sortal.studio.choices import choices, is_deep, options_of, require_names
from sortal.studio.desk import Desk
from sortal.studio.following import job_message
from sortal.studio.jobs import CancelledError, Teller, Told
from sortal.studio.messages import ChoicesMessage, EstimateMessage, JobMessage, TrainMessage
from sortal.studio.pace import Pace
from sortal.studio.routes import Call, Route

if TYPE_CHECKING:
    from sortal.workflow import Trained

_MOST_SUSPECTS: Final = 500
_MOST_KIN: Final = 500
_OFTEN: Final = frozenset({"batch", "epoch"})
_TELL_EVERY: Final = 0.5
"""Seconds between two of those events: each carries the whole curve, and epochs may be short."""


class Training:
    """Handlers that train, and say how long it will take."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pace = Pace(desk.cache)

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
                query={"backbone": "lite0 or lite2; none: lite0"},
            ),
            Route(
                "GET",
                "/api/choices",
                self.choices,
                "What may be chosen about training",
                gives=ChoicesMessage,
            ),
        ]

    def choices(self, _: Call) -> ChoicesMessage:
        """Return what may be chosen."""
        return choices()

    def estimate(self, call: Call) -> EstimateMessage:
        """Return how long fitting the last layer will take on this machine."""
        name = call.query.get("backbone", "lite0")
        n_pictures, new = self._to_learn(name)
        if not n_pictures:
            return EstimateMessage(seconds=None, basis="nothing", pictures=0, new=0)
        expected = self._pace.expected(name, pictures=n_pictures, new=new)
        return EstimateMessage(
            seconds=expected.seconds,
            basis="training" if expected.is_from_training else "trial",
            pictures=n_pictures,
            new=new,
        )

    def _to_learn(self, name: str) -> tuple[int, int]:
        """How many pictures would train and test, and how many of them are not embedded yet."""
        used = backbone(name)
        pictures = self._desk.project.pictures
        hashes = pictures.contents(pictures.collection(name="")[1])
        space = Space(used.sha256, DEFAULT_FIT, used.size, used.width)
        different = sorted(set(hashes))
        return len(hashes), len(different) - len(self._desk.cache.vectors(different, space))

    def train(self, call: Call) -> JobMessage:
        """Put a training into the queue."""
        asked: TrainMessage = call.body
        require_names(asked)
        if is_deep(asked) and not choices().has_deep:
            raise MissingExtraError("Training a network by backpropagation", extra="deep")
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
        run = runs.begin({k: v for k, v in _fields(asked).items() if v is not None})
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
        new = self._to_learn(asked.backbone)[1]
        deep = options_of(asked)
        if deep:
            deep["watch"] = _Course(teller)
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
        self._desk.jobs.announce({"run": run})
        if not deep and not new:
            self._pace.note_training(asked.backbone, pictures=len(collection), seconds=seconds)
        notes = self._report(run, trained)
        return {
            "run": run,
            "headline": trained.evaluation.headline,
            "seconds": seconds,
            "notes": notes,
        }

    def _report(self, run: int, trained: Trained) -> list[str]:
        """Write the report beside the model; a training is not lost for want of it."""
        try:
            trained.write_report(self._desk.project.report_file(run))
        except OutputError as error:
            return [str(error)]
        return []


class _Course:
    """Relays the events of a training by backpropagation, with the curve so far.

    A page that is opened in the middle gets the whole curve with the next event.
    """

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._told: dict[str, Any] = {}
        self._epochs: list[dict[str, Any]] = []
        self._last = 0.0

    def __call__(self, event: Any) -> None:
        """Tell one event; of batches and epochs two a second, for a page cannot show more."""
        name = type(event).__name__.lower()
        fields = {key: getattr(event, key) for key in event.__slots__}
        if name == "begun":
            self._told, self._epochs = {}, []
        if name == "epoch":  # each is kept, and told with the next event at the latest
            self._epochs.append(fields)
        else:
            self._told[name] = fields
        if name in _OFTEN and time.monotonic() - self._last < _TELL_EVERY:
            self._teller.check()
            return
        self._last = time.monotonic()
        self._teller.tell({"epochs": [*self._epochs], **self._told})


def _fields(asked: TrainMessage) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in asked.__struct_fields__}


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
        "has_heat": trained.model.has_features,
        "seconds": round(seconds, 2),
    }


def _suspects(trained: Trained) -> list[dict[str, Any]]:
    from sortal.evaluation import suspected_labels

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
