"""What tests of whole maps share: pictures for them, and the site read back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sortal.map.site import read_manifest
from sortal.map.site.script import array_of, value_of
from sortal.pictures import Step
from sortal.workflow import MapDone, MapOptions, map_folder


class Told:
    """Keeps the progress that was told."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def __call__(self, step: Step) -> None:
        self.steps.append(step)

    def first(self, stage: str) -> int:
        """How much was done when the stage began, -1 where it never did."""
        return next((step.done for step in self.steps if step.stage == stage), -1)

    def stages(self) -> list[str]:
        """The stages in their order."""
        return list(dict.fromkeys(step.stage for step in self.steps))


def mapped(pictures: Path, site: Path, *, told: Told | None = None, **options: Any) -> MapDone:
    """A map by one process that decodes."""
    asked = MapOptions(workers=1, **options)
    return map_folder(pictures, site, asked, progress=told or Told())


class ReadSite:
    """A site as its page reads it: by points in the page's order."""

    def __init__(self, site: Path) -> None:
        self.path = site
        manifest = read_manifest(site)
        assert manifest is not None
        self.manifest: dict[str, Any] = manifest
        self.columns = {column["id"]: column for column in manifest["columns"]}
        self.layouts = {layout["id"]: layout for layout in manifest["layouts"]}

    def value(self, key: str) -> Any:
        """What one file of data holds."""
        name, value = value_of((self.path / self.manifest["base"] / f"{key}.js").read_bytes())
        assert name == key
        return value

    def places(self, layout: str) -> NDArray[Any]:
        """uint16 (n, 2)."""
        return array_of(self.value(f"xy/{layout}/0"))

    def texts(self, column: str) -> list[str]:
        found = self.value(f"text/{column}/0")
        assert isinstance(found, list)
        return found

    def data(self, column: str) -> list[Any]:
        """Categories as their values, None for missing; numbers as they are."""
        values = array_of(self.value(f"column/{column}/0"))
        names = self.columns[column].get("values")
        if names is None:
            return list(values.tolist())
        return [names[code] if code < len(names) else None for code in values.tolist()]

    def lies(self) -> dict[str, tuple[float, float]]:
        """Where each content lies in the layout by likeness, bit for bit, by its hash."""
        content = (self.path / self.manifest["base"] / "state.npz").read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            hashes = kept["hashes"].reshape(-1, 32)
            places = kept["xy"].tolist()
        return {row.tobytes().hex(): tuple(xy) for row, xy in zip(hashes, places, strict=True)}


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path relative to it."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
