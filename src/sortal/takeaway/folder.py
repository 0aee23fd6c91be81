"""Writes the folder: the page, its worker, ONNX Runtime's WebAssembly, the model file itself."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from sortal.atomic import write_atomically
from sortal.errors import OutputError, UsageError
from sortal.modelfile import Model
from sortal.takeaway.texts import notice, readme

MODEL_NAME: Final = "model.onnx"
"""What the page asks for; any model file of Sortal's may take its place."""

PAGE: Final = (
    "ort-wasm-simd-threaded.wasm",
    "answering.js",
    "takeaway.css",
    "takeaway.js",
    "index.html",
)
"""What ``frontend/`` builds. The page itself comes last, so that it never stands there alone."""

README_NAME: Final = "README.txt"
NOTICE_NAME: Final = "NOTICE.txt"

FILES: Final = (MODEL_NAME, README_NAME, NOTICE_NAME, *PAGE)
"""All that such a folder holds, in the order in which it is written."""


def write_folder(model: Model, folder: Path) -> int:
    """Write everything that runs a model in a browser into a folder.

    A folder of an earlier export is brought up to date, each file wholly or not at all.

    Args:
        model: any model whose pictures are padded, squashed or cropped.
        folder: new, empty, or of an earlier export; made where it is missing.

    Returns:
        How many bytes the folder holds.

    Raises:
        UsageError: the model reads handwriting, for which a page lacks the rule.
        OutputError: the folder holds something else, or cannot be written.
    """
    if model.card.fit == "handwriting":
        raise UsageError(
            "This model reads handwriting. How Sortal prepares such pictures is too much for a "
            "page, which would answer wrongly, so no page is made. Use sortal predict."
        )
    _check(folder)
    contents = {MODEL_NAME: model.data, **_said(model), **_page()}
    for name in FILES:
        write_atomically(folder / name, contents[name])
    return sum(map(len, contents.values()))


def _said(model: Model) -> dict[str, bytes]:
    return {
        README_NAME: readme(model).encode("utf-8"),
        NOTICE_NAME: notice(model).encode("utf-8"),
    }


def _page() -> dict[str, bytes]:
    static = files("sortal.takeaway").joinpath("static")
    return {name: static.joinpath(name).read_bytes() for name in PAGE}


def _check(folder: Path) -> None:
    """Make the folder; refuse one that holds anything that no export wrote."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        foreign = sorted({entry.name for entry in folder.iterdir()} - set(FILES))
    except OSError as error:
        raise OutputError(
            f"{folder}: no folder can be made there ({error.strerror}). Name another place."
        ) from error
    if foreign:
        raise OutputError(
            f"{folder}: it holds {foreign[0]!r}, which is not of an export, so nothing is "
            "written there. Name a new folder."
        )
