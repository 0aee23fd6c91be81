"""Taking a model away: a folder with one page that runs it in a browser."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path

from sortal.errors import OutputError
from sortal.modelfile import Model, load_model
from sortal.takeaway import FILES, MODEL_NAME, write_folder
from sortal.workflow.values import JsonObject


@dataclass(frozen=True, slots=True)
class ExportDone:
    """What came of it.

    Attributes:
        folder: where it is.
        files: what was written there.
        size: bytes of all of them.
    """

    folder: Path
    files: tuple[str, ...]
    size: int

    def to_dict(self) -> JsonObject:
        """As plain JSON types."""
        return asdict(self) | {"folder": str(self.folder), "files": list(self.files)}


def export_folder(model: Path | Model, folder: Path) -> ExportDone:
    """Write a folder that runs a model in any browser, from any static host.

    Args:
        model: a model file, or one that was read.
        folder: new, empty, or of an earlier export.

    Raises:
        ModelFileError: the model is not there, damaged, or of another kind.
        UsageError: it reads handwriting, for which a page lacks the rule.
        OutputError: the folder holds something else or the model itself, or cannot be written.
    """
    if isinstance(model, Path) and _is_within(model, folder):
        raise OutputError(
            f"{folder}: the export would overwrite {model}, which is read. Name another folder."
        )
    loaded = load_model(model) if isinstance(model, Path) else model
    size = write_folder(loaded, folder)
    return ExportDone(folder=folder, files=FILES, size=size)


def _is_within(model: Path, folder: Path) -> bool:
    return os.path.realpath(model) == os.path.realpath(folder / MODEL_NAME)
