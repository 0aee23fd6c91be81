"""Predicting files: any number of them, in flat memory, sorted into folders if wished."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sortal.errors import PictureError
from sortal.pictures import Fault
from sortal.workflow.classifier import Classifier
from sortal.workflow.feed import Fed, ignore, named_pictures
from sortal.workflow.sorting import Sorter
from sortal.workflow.values import Prediction


def predict_files(
    classifier: Classifier,
    paths: Iterable[Path],
    *,
    top: int = 1,
    sort_into: Path | None = None,
    workers: int | None = None,
    note: Callable[[str], None] = ignore,
) -> Iterator[Prediction | Fault]:
    """Say what files show, in the order given; folders and zips are walked.

    Memory stays flat in the number of files: names are taken as they come.

    Args:
        classifier: the model.
        paths: files, folders, zips.
        top: how many kinds to name for each.
        sort_into: copy each picture into a folder of its kind below this one.
        workers: processes that decode.
        note: told in sentences what a person should know about the reading.

    Raises:
        OutputError: a copy cannot be written.
    """
    sorter = None if sort_into is None else Sorter(sort_into, classifier.classes)
    pictures = named_pictures(paths, note=note)
    for fed, answer in classifier.answers(pictures, top=top, workers=workers):
        yield answer if sorter is None else _sorted(sorter, fed, answer)


def _sorted(sorter: Sorter, fed: Fed, answer: Prediction | Fault) -> Prediction | Fault:
    """Copy the picture of an answer; one that vanished meanwhile is a fault."""
    if isinstance(answer, Prediction):
        try:
            sorter.copy(fed.source, answer)
        except PictureError as error:
            return Fault(fed.path, error.fault.reason, error.fault.message)
    return answer
