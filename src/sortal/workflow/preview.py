"""A preview of what a network will see while it learns: one page; needs ``sortal[deep]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sortal.pictures import Progress, silent
from sortal.training.recipe_parts import Augmentation
from sortal.workflow.arguments import require_number
from sortal.workflow.deep.options import require_deep
from sortal.workflow.values import JsonObject


@dataclass(frozen=True, slots=True)
class PreviewOptions:
    """What may be chosen about a preview.

    Attributes:
        network, recipe: as of a training; neither need be said.
        changes: fields of the recipe, "augmentation" above all.
        fit: how pictures become square; None for the measured default.
        pictures: how many are shown, spread over the kinds.
        versions: how many of each.
        workers: processes that decode; None for one a core.
    """

    network: str | None = None
    recipe: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    fit: str | None = None
    pictures: int = 8
    versions: int = 6
    workers: int | None = None

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            UsageError: one is not from 1 up.
        """
        require_number(self.pictures, "pictures", least=1)
        require_number(self.versions, "versions", least=1)


@dataclass(frozen=True, slots=True)
class PreviewDone:
    """What a preview left behind.

    Attributes:
        page: the file that was written.
        size, channels: of what the network sees.
        pictures: how many are shown.
        augmentation: what is done to them.
        notes: sentences about the reading.
    """

    page: Path
    size: int
    channels: int
    pictures: int
    augmentation: Augmentation
    notes: tuple[str, ...]

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""
        return {
            "page": str(self.page),
            "size": self.size,
            "channels": self.channels,
            "pictures": self.pictures,
            "augmentation": asdict(self.augmentation),
            "notes": list(self.notes),
        }


def preview_folder(
    pictures: Path,
    options: PreviewOptions | None = None,
    *,
    page: Path | None = None,
    command: str = "",
    progress: Progress = silent,
) -> PreviewDone:
    """Write a page of what a network will see of some pictures, at its own size.

    Version k of a picture is drawn as in epoch k of a training with the same seed, by the same
    code. The same pictures, options and seed give the same page.

    Args:
        pictures: see ``read_collection``.
        options: what may be chosen.
        page: where to write it; by default the collection's name in this folder.
        command: what the person typed, for the page.
        progress: told how far the work is.

    Raises:
        MissingExtraError: PyTorch is not installed.
        SortalError: as ``read_collection`` and for recipes; CollectionError where no picture
            can be read; OutputError where the page cannot be written.
    """
    require_deep()
    from sortal.workflow.deep.preview import write_preview

    return write_preview(
        pictures, options or PreviewOptions(), page=page, command=command, progress=progress
    )
