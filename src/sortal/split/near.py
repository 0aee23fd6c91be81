"""Which candidates are the same picture, changed.

Candidates come from perceptual hashes and from embeddings; each is confirmed by laying the
two thumbs over each other, and by the embeddings not contradicting. docs/kin.md has the
measurements behind the thresholds.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from sortal.pictures.cores import usable_cores
from sortal.split import overlay
from sortal.split.candidates import (
    DIRECTIONS,
    NEIGHBOURS,
    THUMB_DIRECTIONS,
    THUMB_NEIGHBOURS,
    hash_pairs,
    neighbour_pairs,
    unique_pairs,
)
from sortal.split.orientation import (
    ORIENTATIONS,
    SIDE,
    Floats,
    Ints,
    hashes,
    likely_orientations,
    low_frequencies,
    turned,
)

MIN_FIT: Final = 0.5
"""Correlation of low frequencies below which nothing is laid over anything."""
MIN_COSINE: Final = 0.55
"""Pictures whose embeddings are less alike are never the same, even turned upside down."""
MIN_CROP_COSINE: Final = 0.7
"""Where the one must be cropped to fit the other, the embeddings must be this much alike ..."""
MIN_CROP_SUM: Final = 1.72
"""... and agreement and cosine together reach this: a lid on a white table fits many a lid."""
MIN_ROUGH: Final = 0.9
"""Correlation that the best rough window must reach before it is refined."""
MIN_AGREEMENT: Final = 0.85
"""Agreement from which two thumbs show the same picture."""
MAX_BAR: Final = 0.985
"""However alike the pictures of a collection are, from here on two are the same."""
OUTLYING: Final = 5.0
"""Robust standard deviations by which a pair must stand out from the candidates."""
_SURELY: Final = 0.95
"""Pairs above are left out when the agreement of candidates at large is estimated."""
_ENOUGH: Final = 100
"""Candidates needed to estimate that."""
_QUARTILES: Final = 1.349
"""Quartile distance of a normal distribution, in standard deviations."""
_BATCH: Final = 256


@dataclass(frozen=True, slots=True, eq=False)
class NearPairs:
    """Pairs of indices, int64 (m, 2), with what was measured of each.

    Attributes:
        pairs: first < second, sorted.
        cosines: of the embeddings, float32 (m,).
        agreements: of the thumbs laid over each other, float32 (m,); see ``overlay``.
        cropped: bool (m,): it took a crop to make them agree.
    """

    pairs: Ints
    cosines: Floats
    agreements: Floats
    cropped: NDArray[np.bool_]

    def confirmed(self) -> NDArray[np.bool_]:
        """bool, shape (m,): those that are the same picture."""
        plain = self.cosines >= MIN_COSINE
        crop = (self.cosines >= MIN_CROP_COSINE) & (self.agreements + self.cosines >= MIN_CROP_SUM)
        return np.asarray((self.agreements >= self.bar()) & np.where(self.cropped, crop, plain))

    def bar(self) -> float:
        """The agreement that this collection asks for, 0.85 to 0.985.

        Where everything looks alike, as among handwritten digits, mere neighbours agree
        well, so a copy has to stand out from what is usual here: by five robust standard
        deviations (from the quartiles) above the median candidate, in Fisher's z.
        """
        usual = self.agreements[(self.agreements > -1.0) & (self.agreements < _SURELY)]
        if len(usual) < _ENOUGH:
            return MIN_AGREEMENT
        low, middle, high = np.quantile(np.arctanh(usual.astype(np.float64)), [0.25, 0.5, 0.75])
        unusual = np.tanh(middle + OUTLYING * (high - low) / _QUARTILES)
        return float(np.clip(unusual, MIN_AGREEMENT, MAX_BAR))


def near_pairs(thumbs: NDArray[np.uint8], vectors: Floats) -> NearPairs:
    """Find and measure the pairs that may be near-duplicates.

    Args:
        thumbs: grey levels, uint8, shape (n, 32, 32).
        vectors: embeddings of unit length, float32, shape (n, d).
    """
    waves = low_frequencies(thumbs)
    candidates = [
        hash_pairs(hashes(waves)),
        neighbour_pairs(
            waves.reshape(len(waves), -1), k=THUMB_NEIGHBOURS, directions=THUMB_DIRECTIONS
        ),
        neighbour_pairs(vectors, k=NEIGHBOURS, directions=DIRECTIONS),
    ]
    pairs = unique_pairs(np.concatenate(candidates), len(thumbs))
    cosines = _cosines(vectors, pairs)
    alike = cosines >= MIN_COSINE
    pairs, cosines = pairs[alike], cosines[alike]
    agreements = np.full(len(pairs), -1.0, np.float32)
    cropped = np.zeros(len(pairs), np.bool_)
    may_crop = cosines >= MIN_CROP_COSINE

    def measure(part: slice) -> None:
        agreements[part], cropped[part] = _compare(
            thumbs, waves, pairs[part], may_crop=may_crop[part]
        )

    parts = [slice(start, start + _BATCH) for start in range(0, len(pairs), _BATCH)]
    # Many small products: a thread for each batch is fast, threads within a product are not.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(usable_cores()) as threads:
        list(threads.map(measure, parts))
    return NearPairs(pairs, cosines, agreements, cropped)


def _cosines(vectors: Floats, pairs: Ints) -> Floats:
    out = np.empty(len(pairs), np.float32)
    for start in range(0, len(pairs), 4 * _BATCH):
        first, second = pairs[start : start + 4 * _BATCH].T
        out[start : start + 4 * _BATCH] = np.einsum("nd,nd->n", vectors[first], vectors[second])
    return out


def _compare(
    thumbs: NDArray[np.uint8], waves: Floats, pairs: Ints, *, may_crop: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Agreement of each pair at its best, and whether that takes a crop."""
    rows, orientations, fits = likely_orientations(waves[pairs[:, 0]], waves[pairs[:, 1]])
    keep = fits >= MIN_FIT
    rows, orientations = rows[keep], orientations[keep]
    first = np.empty((len(rows), SIDE, SIDE), np.float32)
    for orientation in range(ORIENTATIONS):
        here = orientations == orientation
        first[here] = turned(thumbs[pairs[rows[here], 0]].astype(np.float32), orientation)
    second = thumbs[pairs[rows, 1]].astype(np.float32)
    plain = overlay.agreement(first, second)
    best = np.full(len(pairs), -1.0, np.float32)
    np.maximum.at(best, rows, plain)
    open_ = (best < MIN_AGREEMENT)[rows] & may_crop[rows]
    fitted = np.full(len(pairs), -1.0, np.float32)
    np.maximum.at(fitted, rows[open_], _fitted_agreement(first[open_], second[open_]))
    return np.maximum(best, fitted), fitted > best


def _fitted_agreement(first: Floats, second: Floats) -> Floats:
    """Agreement once the one is a window of the other, whichever way round fits better."""
    small = [overlay.halved(overlay.smoothed(thumbs, 1.0)) for thumbs in (first, second)]
    warps, fit = overlay.rough_start(small[0], small[1])
    warps_back, fit_back = overlay.rough_start(small[1], small[0])
    swap = (fit_back > fit)[:, None, None]
    promising = np.maximum(fit, fit_back) >= MIN_ROUGH
    moving = np.where(swap, second, first)[promising]
    fixed = np.where(swap, first, second)[promising]
    start = np.where(swap[:, 0], warps_back, warps)[promising]
    out = np.full(len(first), -1.0, np.float32)
    out[promising] = overlay.window_agreement(moving, fixed, start)
    return out
