"""Predicting files: any number of them, in flat memory, sorted into folders if wished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sortal.pictures import Fault
from sortal.workflow.classifier import Classifier
from sortal.workflow.feed import named_pictures
from sortal.workflow.sorting import Sorter
from sortal.workflow.values import Prediction


def predict_files(
    classifier: Classifier,
    paths: Iterable[Path],
    *,
    top: int = 1,
    sort_into: Path | None = None,
    workers: int | None = None,
) -> Iterator[Prediction | Fault]:
    """Say what files show, in the order given; folders and zips are walked.

    Memory stays flat in the number of files: names are taken as they come.

    Args:
        classifier: the model.
        paths: files, folders, zips.
        top: how many kinds to name for each.
        sort_into: copy each picture into a folder of its kind below this one.
        workers: processes that decode.

    Raises:
        OutputError: a copy cannot be written.
    """
    faults: list[Fault] = []
    sorter = None if sort_into is None else Sorter(sort_into, classifier.classes)
    pictures = named_pictures(paths, faults)
    for fed, answer in classifier.answers(pictures, top=top, workers=workers):
        if sorter is not None and isinstance(answer, Prediction):
            sorter.copy(fed.source, answer)
        yield answer
    yield from faults
