"""The models of a project's runs, ready to answer, with the threshold that a person set."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from sortal.errors import UsageError
from sortal.project import Project, Run

if TYPE_CHECKING:
    from sortal.workflow import Classifier

_KEPT: Final = 2


class Models:
    """Opens models when they are asked for, and keeps the last two.

    Args:
        project: whose runs they are.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, float | None], Classifier] = {}

    def get(self, number: int) -> Classifier:
        """Return the model of a run; its threshold is the person's own where one is set.

        Raises:
            UsageError: there is no such run, or it has no model.
            ModelFileError: its file is damaged or gone.
        """
        run = self._project.runs.get(number)
        if run.result is None:
            raise UsageError(f"Training {run.id} has no model: it is {run.state}.")
        key = (run.id, run.threshold)
        with self._lock:
            classifier = self._kept.pop(key, None) or self._opened(run)
            self._kept[key] = classifier  # the one asked for last stands last
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
        return classifier

    def _opened(self, run: Run) -> Classifier:
        from sortal.modelfile import with_threshold
        from sortal.workflow import Classifier, load

        classifier = load(self._project.model_file(run.id))
        if run.threshold is None:
            return classifier
        return Classifier(with_threshold(classifier.model, run.threshold))
