"""How good a run is and where it errs, with the pictures behind every number."""

from __future__ import annotations

from collections import Counter
from typing import Any

from starlette.responses import FileResponse, Response

from sortal.errors import UsageError
from sortal.project import Answer, Picture, Run
from sortal.studio.desk import Desk
from sortal.studio.mending import picture_message
from sortal.studio.messages import (
    AnswerMessage,
    AnswersMessage,
    CalibrationMessage,
    DifferenceMessage,
    DifferencesMessage,
    JudgementMessage,
    KindScoreMessage,
    KinMessage,
    ReliabilityMessage,
    RunMessage,
    ScoreMessage,
    SuspectMessage,
)
from sortal.studio.routes import Call, Route

_SHOWN_DIFFERENCES = 1_000
_MOST_A_PAGE = 500


class Judging:
    """Handlers over the runs of a project."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        cell = {
            "truth": "only pictures of this kind",
            "answer": "only pictures that were called so",
            "wrong": "1 for mistakes alone",
            "start": "",
            "count": "",
        }
        before = {"before": "the run to compare with"}
        return [
            Route("GET", "/api/runs", self.runs, "All trainings", gives=list[RunMessage]),
            Route("GET", "/api/runs/{id}", self.run, "How good it is", gives=JudgementMessage),
            Route(
                "GET",
                "/api/runs/{id}/answers",
                self.answers,
                "The pictures behind a number, the surest answers first",
                gives=AnswersMessage,
                query=cell,
            ),
            Route(
                "GET",
                "/api/runs/{id}/differences",
                self.differences,
                "What changed since another run, picture by picture",
                gives=DifferencesMessage,
                query=before,
            ),
            Route("GET", "/api/runs/{id}/report", self.report, "The report", gives=bytes),
        ]

    def runs(self, _: Call) -> list[RunMessage]:
        """Return all trainings, the newest first."""
        return [_run_message(run) for run in self._desk.project.runs.all()]

    def run(self, call: Call) -> JudgementMessage:
        """Return how good a run is."""
        run, result = self._finished(call)
        evaluation = result["evaluation"]
        accuracy = evaluation["accuracy"]
        calibration = evaluation["calibration"]
        return JudgementMessage(
            run=_run_message(run),
            headline=result["headline"],
            accuracy=accuracy["value"],
            interval=[accuracy["interval"]["low"], accuracy["interval"]["high"]],
            baseline=evaluation["baseline"],
            warnings=list(evaluation["warnings"]),
            notes=result["notes"],
            classes=result["classes"],
            confusion=_confusion(self._desk.project.runs.answers(run.id), result["classes"]),
            per_kind=[_kind_score(kind) for kind in evaluation["per_class"]],
            calibration=CalibrationMessage(
                error=calibration["error"],
                error_before=calibration["error_before"],
                bins=[ReliabilityMessage(**b) for b in calibration["bins"]],
            ),
            claimed=evaluation["random_split_accuracy"],
            has_heat=result["has_heat"],
            evaluation=evaluation,
            suspects=[SuspectMessage(**s) for s in result["suspects"]],
            kin=[KinMessage(**k) for k in result["kin"]],
            seconds=result["seconds"],
        )

    def answers(self, call: Call) -> AnswersMessage:
        """Return a page of a run's answers."""
        run, _ = self._finished(call)
        truth, answer = call.query.get("truth"), call.query.get("answer")
        wrong = call.query.get("wrong") == "1"
        found = [
            a
            for a in self._desk.project.runs.answers(run.id)
            if truth in (None, a.truth) and answer in (None, a.answer)
            if not wrong or a.truth != a.answer
        ]
        found.sort(key=lambda a: (-a.confidence, a.picture))
        start = call.number("start") if "start" in call.query else 0
        count = call.number("count") if "count" in call.query else 100
        page = found[start : start + min(count, _MOST_A_PAGE)]
        there = self._pictures([a.picture for a in page])
        return AnswersMessage(
            answers=[
                AnswerMessage(
                    picture=there[a.picture],
                    truth=a.truth,
                    answer=a.answer,
                    confidence=a.confidence,
                )
                for a in page
                if a.picture in there
            ],
            total=len(found),
        )

    def differences(self, call: Call) -> DifferencesMessage:
        """Return what changed between two runs."""
        run, _ = self._finished(call)
        found = self._desk.project.runs.differences(call.number("before"), run.id)
        some = found[:_SHOWN_DIFFERENCES]
        there = self._pictures([d.picture for d in some])
        shown = []
        for difference in some:
            last = difference.after or difference.before
            if difference.picture in there and last is not None:
                shown.append(
                    DifferenceMessage(
                        picture=there[difference.picture],
                        became=difference.became,
                        before=_answer(difference.before),
                        after=_answer(difference.after),
                        truth=last.truth,
                    )
                )
        counts = Counter[str](d.became for d in found)
        return DifferencesMessage(counts=dict(counts), differences=shown)

    def report(self, call: Call) -> Response:
        """Return the report, one page that needs nothing else."""
        run, _ = self._finished(call)
        path = self._desk.project.report_file(run.id)
        if not path.is_file():
            raise UsageError(f"Training {run.id} has no report: it was made without, or is lost.")
        name = f"{self._desk.project.name}-{run.id}.html"
        return FileResponse(path, media_type="text/html", filename=name)

    def _finished(self, call: Call) -> tuple[Run, Any]:
        run = self._desk.project.runs.get(call.number("id"))
        if run.result is None:
            raise UsageError(f"Training {run.id} has no result: it is {run.state}.")
        return run, run.result

    def _pictures(self, ids: list[int]) -> dict[int, Any]:
        found: list[Picture] = self._desk.project.pictures.get(ids)
        return {picture.id: picture_message(picture) for picture in found}


def _run_message(run: Run) -> RunMessage:
    return RunMessage(
        id=run.id,
        at=run.at,
        state=run.state,
        options=dict(run.options),
        headline=None if run.result is None else run.result["headline"],
        message=run.message,
        seconds=None if run.result is None else run.result["seconds"],
    )


def _kind_score(stored: dict[str, Any]) -> KindScoreMessage:
    return KindScoreMessage(
        kind=stored["name"],
        n=stored["n"],
        precision=_score(stored["precision"]),
        recall=_score(stored["recall"]),
    )


def _score(stored: dict[str, Any] | None) -> ScoreMessage | None:
    if stored is None:
        return None
    low, high = stored["interval"]["low"], stored["interval"]["high"]
    return ScoreMessage(value=stored["value"], low=low, high=high, n=stored["n"])


def _answer(answer: Answer | None) -> str | None:
    return None if answer is None else answer.answer


def _confusion(answers: list[Answer], classes: list[str]) -> list[list[int]]:
    counts = Counter((a.truth, a.answer) for a in answers)
    return [[counts[truth, answer] for answer in classes] for truth in classes]
