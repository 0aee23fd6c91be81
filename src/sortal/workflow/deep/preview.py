"""A sheet of what a network will see: pictures beside what augmentation makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.atomic import write_atomically
from sortal.collection import Collection, Sample, read_collection
from sortal.errors import CollectionError
from sortal.network.whole import Network
from sortal.pictures import Progress, read_picture
from sortal.report.preview import Alone, Changed, PreviewStory, preview_page
from sortal.training.deep.data import Pictures, number_for
from sortal.training.deep.once import network_of
from sortal.training.deep.seen import as_seen
from sortal.training.recipe import Recipe
from sortal.training.recipe_changes import changed
from sortal.training.recipe_parts import Augmentation
from sortal.workflow.deep.options import DeepOptions, chosen_recipe
from sortal.workflow.deep.squares import Reading, read_squares, scratch_folder
from sortal.workflow.fitting import chosen_fit
from sortal.workflow.material import first_fault
from sortal.workflow.outputs import files_of, prepare_outputs
from sortal.workflow.preview import PreviewDone, PreviewOptions
from sortal.workflow.stories import said
from sortal.workflow.values import TrainOptions

USUAL_SIZE: Final = 224
"""Side in pixels where no network says one and the pictures are larger."""

_MODIFIERS: Final = ("elastic_smoothness", "fill")

MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "shear": "leaning by up to so many degrees to either side",
        "horizontal_flip": "left and right swapped every second time",
        "vertical_flip": "top and bottom swapped every second time",
        "zoom": "enlarged or reduced by up to this share",
        "rotation": "turned by up to so many degrees to either side",
        "shift": "moved by up to this share of the side",
        "brightness": "multiplied by 1 plus or minus up to this",
        "contrast": "spread about its mean by 1 plus or minus up to this",
        "erasing": "a rectangle blanked with this probability",
        "elastic": "a smooth displacement of so many pixels, root mean square",
    }
)
"""What each option of an augmentation does, in words."""


def write_preview(
    pictures: Path, options: PreviewOptions, *, page: Path | None, command: str, progress: Progress
) -> PreviewDone:
    """Do what ``sortal.workflow.preview_folder`` says."""
    collection = read_collection(pictures)
    recipe = _recipe(options)
    page = page or Path(f"{collection.name}-preview.html")
    prepare_outputs(page, inputs=(pictures, *files_of(collection)))
    chosen = _spread(collection, options.pictures, seed=recipe.seed)
    size, channels = _seen_by(recipe, chosen)
    with scratch_folder() as folder:
        squares = read_squares(
            chosen,
            Reading(
                size=size,
                fit=chosen_fit(TrainOptions(fit=options.fit)),
                channels=channels,
                folder=folder,
                workers=options.workers,
                cache=False,
                progress=progress,
            ),
        )
        if not len(squares.collection):
            raise CollectionError(f"{collection.name}: {first_fault(squares.collection)}")
        shown = Pictures(squares.pixels, np.zeros(len(squares.pixels), np.int64))
        sheet = _Sheet(shown, recipe, channels, options.versions)
        story = sheet.story(squares.collection, made=said(command), notes=collection.notes)
    write_atomically(page, preview_page(story).encode())
    return PreviewDone(page, size, channels, len(shown), recipe.augmentation, collection.notes)


def _recipe(options: PreviewOptions) -> Recipe:
    """The recipe asked for; any network does where none is named."""
    if options.network is None and options.recipe is None:
        return changed(Recipe("flatten"), options.changes)
    asked = DeepOptions(
        network=options.network, recipe=options.recipe, changes=dict(options.changes)
    )
    return chosen_recipe(asked) or Recipe("flatten")


def _spread(collection: Collection, n: int, *, seed: int) -> Collection:
    """Some pictures: the kinds in turn, from each those that the seed draws; none of a test."""
    kinds: defaultdict[str | None, list[Sample]] = defaultdict(list)
    learning = [sample for sample in collection if sample.part != "test"]
    for sample in learning or collection:
        kinds[sample.label].append(sample)
    drawn = np.random.default_rng(number_for("preview", seed))
    rows = [
        [samples[i] for i in drawn.permutation(len(samples))[:n]]
        for _, samples in sorted(kinds.items(), key=lambda item: item[0] or "")
    ]
    turns = (row[k] for k in range(n) for row in rows if k < len(row))
    return replace(collection, samples=tuple(islice(turns, n)))


def _seen_by(recipe: Recipe, chosen: Collection) -> tuple[int, int]:
    """Side and channels: those of the network, or of the pictures where none is named."""
    if recipe.network != "flatten":
        kinds = max(len(chosen.classes), 2)
        network: Network = network_of(recipe, classes=kinds)
        return network.size, network.channels
    if recipe.size:
        return recipe.size, recipe.channels or 3
    first = read_picture(chosen.samples[0].source).pixels
    return min(max(first.shape[:2]), USUAL_SIZE), recipe.channels or 3


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """Pictures and what is to be made of them."""

    pictures: Pictures
    recipe: Recipe
    channels: int
    versions: int

    def story(
        self, collection: Collection, *, made: Mapping[str, str], notes: tuple[str, ...]
    ) -> PreviewStory:
        how = self.recipe.augmentation
        everyone = np.arange(len(self.pictures))
        originals = self._draw(everyone, Augmentation(), epoch=0)
        epochs = 0 if how.is_none else self.versions
        versions = [self._draw(everyone, how, epoch=k) for k in range(epochs)]
        rows = tuple(
            Changed(
                path=sample.path,
                label=sample.label,
                original=originals[i],
                versions=np.array([version[i] for version in versions], np.uint8),
            )
            for i, sample in enumerate(collection)
        )
        return PreviewStory(
            title=collection.name,
            options=in_words(how),
            rows=rows,
            alone=tuple(self._alone(how)),
            made={**made, "Seed": str(self.recipe.seed), "Augmentation": in_words(how) or "none"},
            notes=notes,
        )

    def _draw(self, rows: NDArray[np.int64], how: Augmentation, *, epoch: int) -> Any:
        return as_seen(
            self.pictures,
            rows,
            how,
            channels=self.channels,
            seed=self.recipe.seed,
            epoch=epoch,
        )

    def _alone(self, how: Augmentation) -> Iterator[Alone]:
        """Each option that is on, by itself, on the first picture."""
        modifiers = {name: getattr(how, name) for name in _MODIFIERS}
        first = np.zeros(1, np.int64)
        for name, meaning in MEANINGS.items():
            value = getattr(how, name)
            if not value:
                continue
            only = Augmentation(**{**modifiers, name: value})
            drawn = [self._draw(first, only, epoch=k) for k in range(self.versions)]
            yield Alone(_written(name, value), meaning, np.concatenate(drawn))


def in_words(how: Augmentation) -> str:
    """Return an augmentation as a person types it; "" where there is none."""
    if how.is_none:
        return ""
    plain = Augmentation()
    said = (
        _written(item.name, getattr(how, item.name))
        for item in fields(how)
        if getattr(how, item.name) != getattr(plain, item.name)
    )
    return ", ".join(said)


def _written(name: str, value: object) -> str:
    if value is True:
        return name
    return f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
