"""Every category an island."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.map._checks import check_length, check_matrix
from sortal.map._matching import match
from sortal.map.layout_values import Annotation, Layout, Points, Text

_ASPECT: Final = 1.6
_GAP: Final = 2.0
_TITLE: Final = 2.0


def layout_by_category(
    xy: Points, codes: NDArray[np.integer[Any]], *, names: Sequence[str], none: str = "none"
) -> Layout:
    """Lay every category out as a round island, largest first, in rows like words on a page.

    Inside an island pictures keep the order they have in ``xy``.

    Args:
        xy: places by likeness, shape (n, 2).
        codes: int (n,), index into ``names``; -1 for none.
        names: of the categories; those without pictures get no island.
        none: title of the island of pictures without category, which comes last.

    Returns:
        A layout of width 1 with a title under each island.

    Raises:
        UsageError: a code without a name, or shapes that do not fit.
    """
    check_matrix(xy, where="layout_by_category", columns=2)
    check_length(codes, len(xy), where="layout_by_category", name="codes")
    if len(codes) and (codes.min() < -1 or codes.max() >= len(names)):
        raise UsageError(
            f"layout_by_category: codes must be -1 to {len(names) - 1}, one name for each; "
            f"got {codes.min()} to {codes.max()}."
        )
    if not len(xy):
        return Layout(np.empty((0, 2), np.float32))
    islands = _islands(np.asarray(codes, np.int64), len(names))
    radii = np.array([_disc_radius(len(rows)) for _, rows in islands])
    centres, width, height = _shelves(radii)
    out = np.empty((len(xy), 2))
    for (_, rows), centre in zip(islands, centres, strict=True):
        cells = _disc(len(rows))
        out[rows] = centre + cells[match(np.asarray(xy[rows], np.float64), cells)]
    titles = tuple(
        Text(none if code < 0 else names[code], float(x / width), float((y - r - 0.8) / width))
        for (code, _), (x, y), r in zip(islands, centres, radii, strict=True)
    )
    box = (0.0, 0.0, 1.0, float(height / width))
    return Layout((out / width).astype(np.float32), box, Annotation(titles))


def _islands(codes: NDArray[np.int64], n: int) -> list[tuple[int, NDArray[np.int64]]]:
    """Code and rows of every category that has pictures, largest first, none last."""
    sizes = np.bincount(codes[codes >= 0], minlength=n)
    order = [int(code) for code in np.argsort(-sizes, kind="stable") if sizes[code]]
    if (codes < 0).any():
        order.append(-1)
    by_code = np.argsort(codes, kind="stable")
    ranked = codes[by_code]
    return [
        (code, by_code[np.searchsorted(ranked, code) : np.searchsorted(ranked, code, "right")])
        for code in order
    ]


def _disc(n: int) -> NDArray[np.float64]:
    """The ``n`` nodes of the square grid nearest to its centre, (n, 2)."""
    reach = int(np.ceil(np.sqrt(n / np.pi))) + 2
    side = np.arange(-reach, reach + 1)
    nodes = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    nearest = np.argsort((nodes**2).sum(axis=1), kind="stable")[:n]
    return nodes[nearest].astype(np.float64)


def _disc_radius(n: int) -> float:
    return float(np.sqrt((_disc(n) ** 2).sum(axis=1).max())) + 0.5


def _shelves(radii: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, float]:
    """Centres of discs set in rows from the top left; width and height of the page."""
    widths = 2 * radii + _GAP
    page = max(float(np.sqrt(_ASPECT * (widths * (widths + _TITLE)).sum())), float(widths.max()))
    shelves: list[list[int]] = [[]]
    used = 0.0
    for disc, width in enumerate(widths):
        if shelves[-1] and used + width > page:
            shelves.append([])
            used = 0.0
        shelves[-1].append(disc)
        used += float(width)
    heights = [float(widths[shelf].max()) + _TITLE for shelf in shelves]
    centres, top = np.empty((len(radii), 2)), sum(heights)
    for shelf, height in zip(shelves, heights, strict=True):
        centres[shelf, 0] = np.cumsum(widths[shelf]) - widths[shelf] / 2
        centres[shelf, 1] = top - (height - _TITLE) / 2
        top -= height
    return centres, page, sum(heights)
