"""Checking a collection before anything is believed of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sortal.atomic import write_atomically
from sortal.backbones import DEFAULT_FIT, Embedded, backbone, embed
from sortal.collection import Collection, read_collection
from sortal.errors import CollectionError, SplitError
from sortal.evaluation import fit_temperature, softmax
from sortal.inspection import Findings, inspect
from sortal.pictures import Progress, Step, silent
from sortal.report import check_report, facts_card
from sortal.split import Kin, make_split
from sortal.training import fit_head
from sortal.workflow.arguments import require_collection
from sortal.workflow.check_story import check_story, summary
from sortal.workflow.kinship import kinship
from sortal.workflow.material import first_fault, opened
from sortal.workflow.outputs import files_of, prepare_outputs
from sortal.workflow.stories import said, versions
from sortal.workflow.threads import calm_threads
from sortal.workflow.values import JsonObject


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Checked:
    """What a check found.

    Attributes:
        embedded: the pictures that can be used; their collection holds the faults.
        kin: who belongs together.
        findings: what a person should look at.
        report: where the report is, or None where none was asked for.
        seconds: how long it took.
    """

    embedded: Embedded
    kin: Kin
    findings: Findings
    report: Path | None
    seconds: float

    def __repr__(self) -> str:
        return f"Checked({self.collection.name}: {next(self.lines()).rstrip('.')})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        counts = {
            name.replace("_", " ").capitalize(): f"{len(found):,}"
            for name, found in self.to_dict().items()
            if isinstance(found, list) and found and name not in ("classes", "notes")
        }
        return facts_card(next(self.lines()), counts)

    @property
    def collection(self) -> Collection:
        """The pictures that can be used, with the faults and notes of all that were given."""
        return self.embedded.collection

    @property
    def is_clean(self) -> bool:
        """No unusable file, and no picture under two labels."""
        return not self.collection.faults and not self.findings.contradictions

    def lines(self) -> Iterator[str]:
        """What a terminal prints."""
        yield from summary(self.embedded, self.findings)
        if self.report is not None:
            yield f"report  {self.report}"

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""
        found = self.findings.to_dict()
        notes = [*self.collection.notes, *found.pop("notes")]
        return {
            "name": self.collection.name,
            "n_used": len(self.collection),
            "n_faults": len(self.collection.faults),
            "n_groups": self.kin.n_groups,
            "classes": list(self.collection.classes),
            "clean": self.is_clean,
            "faults": [asdict(fault) for fault in self.collection.faults],
            **found,
            "notes": notes,
            "report": None if self.report is None else str(self.report),
            "seconds": round(self.seconds, 2),
        }


def check(
    collection: Collection,
    *,
    cache: bool = True,
    workers: int | None = None,
    progress: Progress = silent,
) -> Checked:
    """Look through a collection for what would mislead a model or its judge.

    Suspected labels come from models trained on the other pictures; where the labels do not
    allow that, none are suspected and a note says so.

    Raises:
        CollectionError: no file can be used.
    """
    require_collection(collection, by="check")
    begun = time.monotonic()
    with opened(cache) as kept:
        embedded = embed(
            collection,
            backbone("lite0"),
            fit=DEFAULT_FIT,
            cache=kept,
            progress=progress,
            workers=workers,
        )
        used = embedded.collection
        if not len(used):
            raise CollectionError(f"{collection.name}: {first_fault(used)}")
        kin = kinship(embedded, cache=kept, progress=progress)
    progress(Step("Asking models that did not see them", 0, 1))
    with calm_threads(len(used)):
        probabilities, note = _cross_validated(embedded, kin)
        findings = inspect(
            used, embedded.fingerprints, embedded.vectors, kin=kin, probabilities=probabilities
        )
    progress(Step("Asking models that did not see them", 1, 1))
    findings = replace(findings, notes=(*findings.notes, *note))
    return Checked(embedded, kin, findings, None, time.monotonic() - begun)


def check_folder(
    pictures: Path,
    *,
    report: Path | None = None,
    group_by: str | None = None,
    cache: bool = True,
    workers: int | None = None,
    command: str = "",
    progress: Progress = silent,
) -> Checked:
    """Check a folder, table or zip; write a report if asked for.

    Raises:
        SortalError: as ``read_collection`` and ``check``; OutputError where the report cannot
            be written.
    """
    begun = time.monotonic()
    collection = read_collection(pictures, group_by=group_by)
    if report is not None:
        prepare_outputs(report, inputs=(pictures, *files_of(collection)))
    checked = check(collection, cache=cache, workers=workers, progress=progress)
    if report is not None:
        with opened(cache) as kept:
            story = check_story(
                checked.embedded,
                checked.findings,
                made={**said(command), **versions()},
                cache=kept,
                workers=workers,
            )
        write_atomically(report, check_report(story).encode())
    return replace(checked, report=report, seconds=time.monotonic() - begun)


def _cross_validated(
    embedded: Embedded, kin: Kin
) -> tuple[NDArray[np.float64] | None, tuple[str, ...]]:
    """Calibrated answers to every labelled picture by models that saw none of its kin.

    Rows of pictures without label are even shares. None, with a note, where the labels do
    not allow to train.
    """
    classes = embedded.collection.classes
    labels = embedded.collection.label_indices(classes)
    rows = np.flatnonzero(labels >= 0)
    if len(classes) < 2:
        return None, ("Fewer than two labels: no label can be suspected.",)
    try:
        split = make_split(labels[rows], kin.groups[rows], held_out=False)
        fit = fit_head(embedded.vectors[rows], labels[rows], split=split, n_classes=len(classes))
    except SplitError as error:
        return None, (f"No label can be suspected: {error}",)
    temperature = fit_temperature(fit.out_of_fold, labels[rows])
    shares = np.full((len(labels), len(classes)), 1 / len(classes))
    shares[rows] = softmax(fit.out_of_fold, temperature=temperature).mean(axis=0)
    return shares, ()
