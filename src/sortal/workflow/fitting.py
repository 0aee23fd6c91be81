"""Which fit a training takes where nobody chose one: handwriting that stands prepared is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from sortal.backbones import DEFAULT_FIT
from sortal.collection import Collection, Sample
from sortal.errors import PictureError, UsageError
from sortal.pictures import FITS, Fit, is_prepared, read_picture
from sortal.workflow.values import TrainOptions

LOOKED_AT: Final = 64
"""Pictures that are looked at, chosen by a fixed seed."""
PREPARED: Final = 0.95
"""Share of them that must stand as MNIST's digits do."""

HANDWRITING: Final = (
    "The pictures are handwriting prepared as MNIST was (white on black, in a box of 20/28 of "
    "the side, centred by mass), so new pictures will be prepared likewise; --fit squash leaves "
    "them as they come."
)
"""What is told where the fit was chosen so."""

_FIRST: Final = 4  # of other pictures hardly one stands so, and four tell


def settle_fit(options: TrainOptions, collection: Collection) -> tuple[TrainOptions, Collection]:
    """Return the options with a fit, chosen by the pictures where nobody chose one, and a note.

    Args:
        options: as asked for.
        collection: what is learned from.

    Raises:
        UsageError: there is no fit of the name asked for.
    """
    if options.fit is not None:
        return replace(options, fit=named_fit(options.fit)), collection
    fit = suited_fit(collection)
    if fit == "handwriting":
        collection = replace(collection, notes=(*collection.notes, HANDWRITING))
    return replace(options, fit=fit), collection


def chosen_fit(options: TrainOptions) -> Fit:
    """Return the fit asked for, or the measured default.

    Raises:
        UsageError: there is none of that name.
    """
    return DEFAULT_FIT if options.fit is None else named_fit(options.fit)


def named_fit(name: str) -> Fit:
    """Return the fit of that name.

    Raises:
        UsageError: there is none.
    """
    for fit in FITS:
        if fit == name:
            return fit
    raise UsageError(f"There is no fit called {name!r}. Known are: {', '.join(FITS)}.")


def suited_fit(collection: Collection) -> Fit:
    """Return "handwriting" where the pictures stand prepared for it, else the measured default.

    Sixty-four pictures are looked at, four where none of these stands so; at least 95 of 100
    must. What cannot be read counts for neither.
    """
    order = np.random.default_rng(0).permutation(len(collection.samples))[:LOOKED_AT]
    seen: list[bool] = []
    for place in order.tolist():
        stands = _stands(collection.samples[place])
        seen += [] if stands is None else [stands]
        if len(seen) == _FIRST and not any(seen):
            return DEFAULT_FIT
    return "handwriting" if seen and np.mean(seen) >= PREPARED else DEFAULT_FIT


def _stands(sample: Sample) -> bool | None:
    """Say whether a picture stands prepared; None where it cannot be read."""
    try:
        return is_prepared(read_picture(sample.source, path=sample.path).pixels)
    except PictureError:
        return None  # reading the whole collection will say so
