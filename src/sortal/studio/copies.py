"""A run's answers to every picture of a project, as a table or as sorted copies."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal

from sortal.atomic import write_atomically
from sortal.collection import Sample
from sortal.errors import Fault, PictureError
from sortal.pictures import Source, Step
from sortal.project import Picture
from sortal.studio.desk import Desk
from sortal.studio.jobs import Teller, Told

if TYPE_CHECKING:
    from sortal.modelfile import Model
    from sortal.workflow import Prediction

By = Literal["answer", "label"]

_HEAD: Final = ("id", "path", "label", "answer", "confidence", "likeliest", "fault")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_predictions(desk: Desk, run: int, path: Path, teller: Teller) -> Told:
    """Write a row for each picture; ``answer`` is empty for "I don't know"."""
    labels = {kind.id: kind.name for kind in desk.project.changes.kinds()}
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(_HEAD)
    count = 0
    for picture, _, answer in _answers(desk, run, teller):
        label = labels.get(picture.kind or 0, "")
        if isinstance(answer, Fault):
            rest = ["", "", "", answer.message]
        else:
            rest = [answer.answer or "", f"{answer.confidence:.4f}", answer.kinds[0][0], ""]
        table.writerow([picture.id, *map(_harmless, (picture.path, label, *rest))])
        count += 1
    write_atomically(path, text.getvalue().encode("utf-8-sig"))
    return {"pictures": count}


def sort_copies(
    desk: Desk,
    run: int,
    by: By,
    teller: Teller,
    *,
    folder: Path | None = None,
    archive: Path | None = None,
) -> Told:
    """Copy every picture into the folder of its kind, in a folder or a zip; nothing is moved."""
    if folder is not None:
        return {"folder": str(folder), **_sort_into(desk, run, by, folder, teller)}
    if archive is None:
        raise TypeError("sort_copies needs a folder or an archive")
    with TemporaryDirectory(dir=archive.parent, prefix=".sorted-") as made:
        told = _sort_into(desk, run, by, Path(made), teller)
        _zip(Path(made), archive)
    return told


def write_app(model: Model, archive: Path) -> Told:
    """Write the one-page app of a model as a zip."""
    from sortal.workflow import export_folder

    with TemporaryDirectory(dir=archive.parent, prefix=".app-") as made:
        size = export_folder(model, Path(made) / "app").size
        _zip(Path(made) / "app", archive)
    return {"size": size}


def _zip(folder: Path, archive: Path) -> None:
    """Put all files of a folder into a zip, which is there whole or not at all."""
    part = archive.with_name(f".{archive.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as out:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    out.write(file, file.relative_to(folder).as_posix())
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)


def _sort_into(desk: Desk, run: int, by: By, folder: Path, teller: Teller) -> Told:
    from sortal.workflow import Sorter

    known = [kind.name for kind in desk.project.changes.kinds()]
    sorter = Sorter(folder, tuple(dict.fromkeys((*desk.models.get(run).classes, *known))))
    copied = lost = 0
    for picture, source, kind in _kinds(desk, run, by, teller):
        if isinstance(kind, Fault):
            lost += 1
            continue
        try:
            sorter.copy_as(source, kind, name=PurePosixPath(picture.path).name)
            copied += 1
        except PictureError:
            lost += 1
    return {"copied": copied, "lost": lost}


def _kinds(
    desk: Desk, run: int, by: By, teller: Teller
) -> Iterator[tuple[Picture, Source, str | Fault | None]]:
    """Yield each picture with its kind, by answer or by label; None where nobody knows."""
    if by == "answer":
        for picture, source, answer in _answers(desk, run, teller):
            yield picture, source, answer if isinstance(answer, Fault) else answer.answer
        return
    for done, (picture, sample) in enumerate(pictures := _pictures(desk), 1):
        yield picture, sample.source, sample.label
        teller.step(Step("Copying", done, len(pictures), "pictures"))


def _answers(
    desk: Desk, run: int, teller: Teller
) -> Iterator[tuple[Picture, Source, Prediction | Fault]]:
    """Yield each picture with what the run's model says of it; the first digit of several."""
    from sortal.workflow import Prediction

    pictures = _pictures(desk)
    named = [(str(row), sample.source) for row, (_, sample) in enumerate(pictures)]
    for fed, answer in desk.models.get(run).answers(named):
        row = int(fed.path)
        if isinstance(answer, Prediction) and answer.part:
            continue
        yield pictures[row][0], fed.source, answer
        teller.step(Step("Asking the model", row + 1, len(named), "pictures"))


def _pictures(desk: Desk) -> list[tuple[Picture, Sample]]:
    """Every picture that is neither set aside nor faulty, with where its bytes are."""
    project = desk.project
    collection, ids = project.pictures.collection(name=project.name, unlabelled=True)
    known = {picture.id: picture for picture in project.pictures.get(ids)}
    pairs = zip(ids, collection, strict=True)
    return [(known[row], sample) for row, sample in pairs if row in known]


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
