"""What a training rests on; its report and the model's card are made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sortal.split import Split
from sortal.training import HeadFit
from sortal.workflow.judging import Judgement
from sortal.workflow.material import Material
from sortal.workflow.values import TrainOptions

if TYPE_CHECKING:
    from sortal.workflow.deep.course import Course


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Evidence:
    """What a training rests on.

    Attributes:
        material: the pictures it was trained and tested on.
        split: who trained and who tested.
        judgement: the answers that the evaluation rests on.
        options: what was asked for.
        fit: the head with the evidence for it, where the network below it was frozen.
        course: how the training went, where it was one by backpropagation.
    """

    material: Material
    split: Split
    judgement: Judgement
    options: TrainOptions
    fit: HeadFit | None = None
    course: Course | None = None

    @property
    def n_used(self) -> int:
        """Pictures that trained or tested."""
        return len(self.material.collection)

    @property
    def n_faults(self) -> int:
        """Files that could not be used."""
        return len(self.material.collection.faults)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the reading and the training."""
        notes = self.material.collection.notes
        if excluded := int(self.split.excluded.sum()):
            are = "picture is" if excluded == 1 else "pictures are"
            left_out = f"{excluded:,} {are} kin of pictures in the test: not trained on."
            notes = (*notes, left_out)
        return notes if self.course is None else (*notes, *self.course.sentences)
