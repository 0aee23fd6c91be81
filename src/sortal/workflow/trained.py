"""A classifier fresh from training: it can be saved, and tells how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sortal.atomic import write_atomically
from sortal.errors import OutputError
from sortal.evaluation import Evaluation
from sortal.modelfile import Model
from sortal.report import training_report
from sortal.workflow.classifier import Classifier
from sortal.workflow.evidence import Evidence
from sortal.workflow.stories import training_story


class Trained(Classifier):
    """A classifier fresh from training, with all that it rests on.

    Attributes:
        evidence: pictures, split, head and answers.
    """

    def __init__(self, model: Model, evidence: Evidence) -> None:
        super().__init__(model)
        self.evidence = evidence

    @property
    def evaluation(self) -> Evaluation:
        """How good it is."""
        return self.evidence.judgement.evaluation

    def write_report(self, path: str | Path, *, made: Mapping[str, str] | None = None) -> None:
        """Write the report, one self-contained HTML page.

        Args:
            path: where to.
            made: what to say of how it was made, beside what the card says.

        Raises:
            OutputError: it cannot be written; what was there is kept.
        """
        story = training_story(self.model, self.evidence, made=made or {})
        write_atomically(Path(path), training_report(story).encode())

    def save(self, path: str | Path) -> None:
        """Write the model file; its checkpoint, if there is one, has then done its work.

        Raises:
            OutputError: it cannot be written; what was there is kept, and so is the checkpoint.
        """
        deep = self.evidence.options.deep
        if deep is None:
            super().save(path)
            return
        try:
            super().save(path)
        except OutputError as error:
            raise OutputError(f"{error} {deep.how_to_go_on()}".strip()) from error
        deep.forget()

    @property
    def n_used(self) -> int:
        """Pictures that trained or tested."""
        return self.evidence.n_used

    @property
    def n_faults(self) -> int:
        """Files that could not be used."""
        return self.evidence.n_faults

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the reading and the training."""
        return self.evidence.notes
