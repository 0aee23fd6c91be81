"""What an inspection finds of what was spoiled on purpose, and what it says of clean pictures.

    python benchmarks/inspection.py [--data ../shared/data]

For trash, coins and the example bricks: one picture in twenty is replaced by a spoiled copy
(blurred, shaken, darkened, washed out, flattened, shrunk), the collection is inspected, and the
share of the spoiled that is flagged (recall), the share of the others that is (false), and the
share of flags that is right (precision) are written to ``benchmarks/results/inspection.csv``.
Likewise strangers (photographs of a grocery among the trash) and wrong labels. The rows "clean"
say how much of the untouched collection is flagged. About three minutes.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from sortal.backbones import Cache, Embedded, backbone, embed
from sortal.collection import Collection, read_collection, read_files
from sortal.evaluation import fit_temperature, softmax
from sortal.inspection import Findings, inspect
from sortal.pictures import Fingerprint, picture_bytes, read_picture
from sortal.split import Kin, find_kin, make_split
from sortal.training import fit_head

HERE = Path(__file__).parent
SPOILED = 0.05
STRANGERS = 12
COLUMNS = ("collection", "n", "planted", "list", "n_planted", "recall", "false", "precision")
Spoil = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Material:
    """A collection, embedded, with its kin."""

    embedded: Embedded
    kin: Kin

    def inspected(
        self,
        *,
        fingerprints: tuple[Fingerprint, ...] | None = None,
        probabilities: NDArray[np.float64] | None = None,
        collection: Collection | None = None,
    ) -> Findings:
        """The findings, with something put in the place of what was read."""
        return inspect(
            collection or self.embedded.collection,
            fingerprints or self.embedded.fingerprints,
            self.embedded.vectors,
            kin=self.kin,
            probabilities=probabilities,
        )


def blurred(share: float) -> Spoil:
    """Out of focus: a Gaussian whose deviation is this share of the longer side."""
    return lambda image: image.filter(ImageFilter.GaussianBlur(share * max(image.size)))


def shaken(share: float) -> Spoil:
    """Moved sideways by this share of the longer side while the shutter was open."""

    def spoil(image: Image.Image) -> Image.Image:
        pixels = np.asarray(image, dtype=np.float64)
        steps = max(2, round(share * max(image.size)))
        mean = sum(np.roll(pixels, step, axis=1) for step in range(steps)) / steps
        return Image.fromarray(np.asarray(mean, dtype=np.uint8))

    return spoil


def exposed(gain: float) -> Spoil:
    """Every level times ``gain``, clipped."""
    return lambda image: image.point(lambda level: min(255, round(level * gain)))


def flattened(gain: float) -> Spoil:
    """Every level drawn towards the middle."""
    return lambda image: image.point(lambda level: round(128 + (level - 128) * gain))


def shrunk(side: int) -> Spoil:
    """So many pixels on the longer side."""

    def spoil(image: Image.Image) -> Image.Image:
        small = image.copy()
        small.thumbnail((side, side))
        return small

    return spoil


KINDS: dict[str, tuple[str, Spoil]] = {
    "blur of 1 % of the side": ("blurred", blurred(0.01)),
    "blur of 2 %": ("blurred", blurred(0.02)),
    "blur of 3 %": ("blurred", blurred(0.03)),
    "shake of 5 %": ("blurred", shaken(0.05)),
    "light times 0.25": ("dark", exposed(0.25)),
    "light times 0.15": ("dark", exposed(0.15)),
    "light times 0.08": ("dark", exposed(0.08)),
    "light times 2.5": ("bright", exposed(2.5)),
    "light times 5": ("bright", exposed(5.0)),
    "contrast times 0.1": ("flat", flattened(0.1)),
    "contrast times 0.04": ("flat", flattened(0.04)),
    "24 pixels": ("tiny", shrunk(24)),
}


def load(path: Path, *, group_by: str | None) -> Material:
    """Read, embed, find kin."""
    with Cache() as cache:
        embedded = embed(read_collection(path, group_by=group_by), backbone("lite0"), cache=cache)
    return Material(embedded, kin_of(embedded))


def kin_of(embedded: Embedded) -> Kin:
    """Kin, with the groups that the user named."""
    return find_kin(
        embedded.fingerprints,
        embedded.vectors,
        user_groups=[s.group for s in embedded.collection],
    )


def chosen(n: int, share: float) -> NDArray[np.int64]:
    """The samples that are spoiled."""
    return np.sort(np.random.default_rng(1).choice(n, max(1, round(share * n)), replace=False))


def score(found: set[int], planted: set[int], *, n: int) -> dict[str, object]:
    """Recall, false alarms, precision, as text with three digits."""
    hits = len(found & planted)
    return {
        "n_planted": len(planted),
        "recall": f"{hits / len(planted):.3f}" if planted else "",
        "false": f"{len(found - planted) / (n - len(planted)):.4f}",
        "precision": f"{hits / len(found):.3f}" if found and planted else "",
    }


def clean(material: Material) -> Iterator[dict[str, object]]:
    """How much of the untouched collection is flagged."""
    n = len(material.embedded.collection)
    found = material.inspected(probabilities=cross_validated(material))
    for name in ("blurred", "dark", "bright", "flat", "tiny", "odd", "suspected"):
        flagged = {f.index for f in getattr(found, name)}
        yield {"planted": "clean", "list": name, **score(flagged, set(), n=n)}
    for shortcut in found.shortcuts:
        yield {"planted": "clean", "list": f"shortcut: {shortcut.sentence}", "n_planted": 0}


def spoiled(material: Material) -> Iterator[dict[str, object]]:
    """Every way of spoiling, one after the other."""
    samples = material.embedded.collection.samples
    victims = chosen(len(samples), SPOILED)
    for kind, (name, spoil) in KINDS.items():
        fingerprints = list(material.embedded.fingerprints)
        for i in victims:
            image = Image.open(io.BytesIO(picture_bytes(samples[i].source))).convert("RGB")
            buffer = io.BytesIO()
            spoil(image).save(buffer, "JPEG", quality=90)
            fingerprints[i] = read_picture(buffer.getvalue()).fingerprint
        found = material.inspected(fingerprints=tuple(fingerprints))
        flagged = {f.index for f in getattr(found, name)}
        scored = score(flagged, set(victims.tolist()), n=len(samples))
        yield {"planted": kind, "list": name, **scored}


def strangers(material: Material, data: Path) -> dict[str, object]:
    """A few photographs of something else under one of the labels."""
    guests = embed(read_files([data / "calibration"]), backbone("lite0"))
    own = material.embedded
    n, label = len(own.collection), own.collection.classes[0]
    step = len(guests.collection) // STRANGERS
    few = range(0, step * STRANGERS, step)
    extra = tuple(replace(guests.collection.samples[i], label=label) for i in few)
    mixed = Embedded(
        replace(own.collection, samples=(*own.collection.samples, *extra)),
        (*own.fingerprints, *(guests.fingerprints[i] for i in few)),
        np.concatenate([own.vectors, guests.vectors[list(few)]]),
        0,
    )
    found = Material(mixed, kin_of(mixed)).inspected()
    flagged = {f.index for f in found.odd}
    planted = set(range(n, n + STRANGERS))
    return {"planted": "strangers", "list": "odd", **score(flagged, planted, n=n + STRANGERS)}


def indices(collection: Collection) -> NDArray[np.int64]:
    """Index of each sample's label."""
    number = {name: i for i, name in enumerate(collection.classes)}
    return np.array([number[s.label or ""] for s in collection], np.int64)


def cross_validated(
    material: Material, collection: Collection | None = None
) -> NDArray[np.float64]:
    """Calibrated probabilities from models that saw no kin; shape (n, classes)."""
    collection = collection or material.embedded.collection
    labels = indices(collection)
    split = make_split(labels, material.kin.groups, held_out=False)
    n_classes = len(collection.classes)
    fit = fit_head(material.embedded.vectors, labels, split=split, n_classes=n_classes)
    temperature = fit_temperature(fit.out_of_fold, labels)
    shares: NDArray[np.float64] = softmax(fit.out_of_fold, temperature=temperature).mean(axis=0)
    return shares


def wrong_labels(material: Material) -> dict[str, object]:
    """One label in twenty replaced by another at random."""
    collection = material.embedded.collection
    victims = chosen(len(collection), SPOILED)
    rng = np.random.default_rng(2)
    samples = list(collection.samples)
    for i in victims:
        others = [c for c in collection.classes if c != samples[i].label]
        samples[i] = replace(samples[i], label=str(rng.choice(others)))
    relabelled = replace(collection, samples=tuple(samples))
    found = material.inspected(
        collection=relabelled, probabilities=cross_validated(material, relabelled)
    )
    flagged = {s.index for s in found.suspected}
    scored = score(flagged, set(victims.tolist()), n=len(samples))
    return {"planted": "wrong labels", "list": "suspected", **scored}


def measured(material: Material, data: Path) -> Iterator[dict[str, object]]:
    """Every row of one collection."""
    yield from clean(material)
    yield strangers(material, data)
    yield wrong_labels(material)
    yield from spoiled(material)


def main() -> None:
    """Measure every collection; write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parent.parent / "shared" / "data")
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    places = {
        "trash": (options.data / "trash", None),
        "coins": (options.data / "coins", r"([^/_]+_[^/_]+)_[^/]*$"),
        "bricks": (HERE.parent / "examples" / "bricks", r"([^/]+)-\w\.jpg"),
    }
    rows = []
    for name in options.only or places:
        material = load(places[name][0], group_by=places[name][1])
        n = len(material.embedded.collection)
        for row in measured(material, options.data):
            rows.append({"collection": name, "n": n, **row})
            print(rows[-1], flush=True)
    results = HERE / "results" / "inspection.csv"
    results.parent.mkdir(exist_ok=True)
    with results.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
