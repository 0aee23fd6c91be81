"""The stories of a training and of an evaluation, as a report tells them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING

from sortal.modelfile import Model
from sortal.report import LadderStory, RungStory, TrainingStory
from sortal.workflow.evidence import Evidence
from sortal.workflow.material import opened
from sortal.workflow.story import Answered, kin_summary, network_facts, showcase

if TYPE_CHECKING:
    from sortal.workflow.deep.course import Course
    from sortal.workflow.evaluating import Judged


def versions() -> dict[str, str]:
    """Versions of the programs that shape the numbers."""
    return {name: version(name) for name in ("sortal", "numpy", "onnxruntime", "pillow")}


def said(command: str) -> dict[str, str]:
    """The command that a person typed, where there was one."""
    return {"Command": command} if command else {}


def drift_sentences(judged: Judged) -> tuple[str, ...]:
    """Whether new pictures look like those the model learned on."""
    drift = judged.drift
    if drift is None or not drift.told:
        return ("There are too few pictures to say whether they look like those it learned on.",)
    if not drift.differs:
        return ("The pictures look like those it learned on.",)
    return ("The pictures differ from those it learned on.", *drift.sentences)


def training_story(model: Model, evidence: Evidence, *, made: Mapping[str, str]) -> TrainingStory:
    """What the report of a training tells."""
    material, judgement = evidence.material, evidence.judgement
    answered = Answered(
        material.embedded,
        judgement.judged,
        material.labels[judgement.judged],
        judgement.probabilities,
        material.classes,
    )
    with opened(evidence.options.cache) as cache:
        shown = showcase(answered, model, cache=cache, workers=evidence.options.workers)
    groups = [sample.group for sample in material.collection]
    return TrainingStory(
        title=material.collection.name,
        evaluation=judgement.evaluation,
        n_given=evidence.n_used + evidence.n_faults,
        n_used=evidence.n_used,
        cells=shown.cells,
        mistakes=shown.mistakes,
        suspected=shown.suspected,
        faults=material.collection.faults,
        notes=evidence.notes,
        repairs=material.repairs,
        kin=kin_summary(material.kin, groups),
        facts=network_facts(model),
        made={**made, **_made(model, evidence)},
        ladder=_ladder(evidence.course),
    )


def _ladder(course: Course | None) -> LadderStory | None:
    """The trainings of regime auto, as a report tells them."""
    if course is None or course.ladder is None:
        return None
    from sortal.workflow.deep.ladder import WORDS

    climbed = course.ladder
    rungs = tuple(
        RungStory(
            name=rung.regime,
            words=WORDS[rung.regime],
            learning=rung.learning,
            epochs=rung.epochs,
            seconds=rung.seconds,
            score=rung.score,
            gain=None if rung.gain is None else (rung.gain.difference, rung.gain.interval),
            kept=rung is climbed.kept,
            message=rung.message,
        )
        for rung in climbed.rungs
    )
    return LadderStory(rungs, climbed.ended, climbed.n, climbed.n_groups, climbed.level)


def evaluation_story(
    model: Model, judged: Judged, *, made: Mapping[str, str], workers: int | None
) -> TrainingStory:
    """What the report of an evaluation on new pictures tells."""
    shown = showcase(judged.answered, model, cache=None, workers=workers)
    n_used = len(judged.collection)
    return TrainingStory(
        title=judged.collection.name,
        evaluation=judged.evaluation,
        n_given=n_used + len(judged.collection.faults),
        n_used=n_used,
        cells=shown.cells,
        mistakes=shown.mistakes,
        suspected=shown.suspected,
        faults=judged.collection.faults,
        notes=judged.notes,
        kin=kin_summary(judged.kin, [sample.group for sample in judged.collection]),
        facts=network_facts(model),
        drift=drift_sentences(judged),
        made={**made, "Model file, SHA-256": model.sha256, **versions()},
    )


def _made(model: Model, evidence: Evidence) -> dict[str, str]:
    card, fit = model.card, evidence.fit
    return {
        "Model file, SHA-256": model.sha256,
        "Pictures and labels, SHA-256": card.data.sha256,
        "Split, SHA-256": card.split.sha256,
        "Network, SHA-256": card.trunk.sha256,
        "Seed": str(card.seed),
        **({} if fit is None else {"Strength of the penalty": f"{fit.strength:g}"}),
        "Versions": ", ".join(f"{name} {v}" for name, v in card.versions.items()),
    }
