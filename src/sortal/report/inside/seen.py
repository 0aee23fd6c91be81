"""The picture as it was given, and as the network sees it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.explanation.inside import Inside
from sortal.pictures import thumbnail_jpeg
from sortal.report.inside.numbers import MINUS, by, figure
from sortal.report.inside.sheets import picture_png
from sortal.report.markup import Markup, fragment, picture, tag

SHARP_UP_TO: Final = 64
"""Pixels a side: smaller pictures are drawn square by square."""

GIVEN_SIDE: Final = 360

FITS: Final = {
    "pad": "made square by a grey border",
    "squash": "made square by changing its proportions",
    "crop": "made square by cutting the ends of its longer side",
}


def drawn(pixels: NDArray[np.uint8]) -> bytes:
    """Return a PNG file of a small picture, a JPEG file of a large one."""
    if max(pixels.shape[:2]) <= SHARP_UP_TO:
        return picture_png(pixels)
    colour = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
    return thumbnail_jpeg(colour, max(pixels.shape[:2]))


def body(inside: Inside, given: NDArray[np.uint8]) -> Markup:
    """Return the picture, its square and the planes that the first layer takes."""
    side, fit = inside.card.size, inside.card.fit
    how = FITS.get(fit, f"prepared by the rule of the card: {fit}")
    square = [_item(drawn(inside.pixels), f"the square of {by(side, side)}, {how}")]
    if given.shape == inside.pixels.shape and (given == inside.pixels).all():
        square = []
    items = [
        _item(_given(given), f"as given, {by(given.shape[1], given.shape[0])}"),
        *square,
        *_planes(inside),
    ]
    return fragment(tag("p", _lead(inside)), tag("ul", items, class_="seen"))


def _given(pixels: NDArray[np.uint8]) -> bytes:
    if max(pixels.shape[:2]) <= SHARP_UP_TO:
        return picture_png(pixels)
    return thumbnail_jpeg(pixels, GIVEN_SIDE)


def _item(file: bytes, text: str) -> Markup:
    image = picture(file, alt=f"The picture, {text}")
    return tag("li", tag("figure", image, tag("figcaption", text)))


def _lead(inside: Inside) -> str:
    grey = (
        "Colour is turned into grey (0.299 red + 0.587 green + 0.114 blue). "
        if len(inside.planes) == 1
        else "Red, green and blue are three planes. "
    )
    record = inside.card.trunk
    means, scales = np.atleast_1d(record.mean), np.atleast_1d(record.scale)
    rules = [
        f"(x {MINUS} {figure(float(mean))}) / {figure(float(scale))}"
        if mean
        else f"x / {figure(float(scale))}"
        for mean, scale in zip(means, np.broadcast_to(scales, means.shape), strict=True)
    ]
    rule = " or ".join(dict.fromkeys(rules))
    return (
        f"The network never sees the file, only numbers. {grey}Every number x of 0 to 255 becomes "
        f"{rule}: small numbers around 0 are easier to learn from."
    )


def _planes(inside: Inside) -> list[Markup]:
    """Return every plane as a grey picture, dark for its least number and light for its most."""
    low, high = float(inside.planes.min()), float(inside.planes.max())
    span = high - low or 1.0
    names = ["grey"] if len(inside.planes) == 1 else ["red", "green", "blue"]
    items = []
    for plane, name in zip(inside.planes, names, strict=False):
        codes = np.rint(255 * (plane.astype(np.float64) - low) / span).astype(np.uint8)
        text = f"{name}: {figure(float(plane.min()))} to {figure(float(plane.max()))}"
        items.append(_item(drawn(codes), text))
    return items
