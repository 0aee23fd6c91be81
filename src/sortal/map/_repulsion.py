"""What pushes the points of a t-SNE apart, in time that grows with n log n.

With K(r) = 1 / (1 + r^2), point i is pushed by -1/2 grad phi(y_i) / Z, where phi is the sum of
K over all points and Z the sum of phi at all points less its own. phi is a convolution, so
points are spread onto a grid, the grid is convolved with K by fast Fourier transforms, and phi
is read back with its gradient. That is the idea of Linderman, Rachh, Hoskins, Steinerberger and
Kluger, Fast interpolation-based t-SNE, Nature Methods 2019. Here one potential is interpolated
by smooth cubic B-splines and differentiated, as particle-mesh Ewald sums do for charges (Essmann
et al., J. Chem. Phys. 1995), in place of four potentials by piecewise polynomials: one
convolution instead of four, and forces without jumps.
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Floats = NDArray[np.float32]

DIRECT_UP_TO: Final = 1_000
"""Points up to which all pairs are summed: as fast there, and exact."""
SPACING: Final = 0.5
"""Distance of grid lines: forces are off by 3 % in a crowd of 70,000, by 6 % in one of 5,000."""
FINEST: Final = 0.125
"""Distance of grid lines in the smallest clouds; finer ones would drown in rounding."""
FEWEST: Final = 64
"""Grid lines across the points that a cloud gets, unless that takes finer ones."""
MOST: Final = 3_000
"""Grid lines across the points, at most, which bounds memory (300 MB)."""
_MARGIN: Final = 4
_PAIRS: Final = 32
_CHUNK: Final = 65_536


class Repulsion(Protocol):
    """The pushing forces of a cloud of points."""

    def forces(self, y: Floats) -> tuple[Floats, float]:
        """Return the forces, not yet divided by Z, and Z.

        Args:
            y: places, float32, shape (2, n).

        Returns:
            float32 (2, n), the sum over j of (y_i - y_j) / (1 + |y_i - y_j|^2)^2; and the sum
            over all i != j of 1 / (1 + |y_i - y_j|^2).
        """
        ...


def repulsion(n: int) -> Repulsion:
    """What computes the forces of ``n`` points well and fast."""
    if n <= DIRECT_UP_TO:
        return Direct()
    return Grid()


class Direct:
    """All pairs, one by one."""

    def forces(self, y: Floats) -> tuple[Floats, float]:
        """See ``Repulsion``."""
        out, total = np.empty_like(y), 0.0
        for start in range(0, y.shape[1], _PAIRS):
            part = slice(start, start + _PAIRS)
            x_apart, y_apart = (row[part, None] - row for row in y)
            kernel = x_apart * x_apart
            kernel += y_apart * y_apart
            kernel += 1
            np.reciprocal(kernel, out=kernel)
            total += float(kernel.sum(dtype=np.float64))
            kernel *= kernel
            out[0, part] = np.einsum("ij,ij->i", kernel, x_apart)
            out[1, part] = np.einsum("ij,ij->i", kernel, y_apart)
        return out, max(total - y.shape[1], 1e-12)


class Grid:
    """All points at once by way of a grid; keeps from step to step what can be kept.

    Args:
        spacing: distance of grid lines, where points are neither few nor too far apart.
    """

    def __init__(self, *, spacing: float = SPACING) -> None:
        self._spacing = spacing
        self._kernel_of: tuple[int, float] = (0, 0.0)
        self._kernel = np.empty((0, 0), np.float32)

    def forces(self, y: Floats) -> tuple[Floats, float]:
        """See ``Repulsion``."""
        low = y.min(axis=1, keepdims=True)
        span = float((y.max(axis=1, keepdims=True) - low).max())
        step = _step(span, self._spacing)
        scaled = (y - low) / np.float32(step) + np.float32(_MARGIN)
        lines = int(scaled.max()) + 2 * _MARGIN
        parts = [scaled[:, i : i + _CHUNK] for i in range(0, y.shape[1], _CHUNK)]
        stencils = [_Stencil(part, lines) for part in parts]
        mass = np.zeros(lines * lines)
        for stencil in stencils:
            stencil.spread(mass)
        field = self._convolved(mass.reshape(lines, lines).astype(np.float32), step)
        read = [stencil.read(field) for stencil in stencils]
        pushes = np.concatenate([push for _, push in read], axis=1)
        pushes *= np.float32(-0.5 / step)
        total = sum(float(potential.sum(dtype=np.float64)) for potential, _ in read)
        return pushes, max(total - y.shape[1], 1e-12)

    def _convolved(self, mass: Floats, step: float) -> Floats:
        """The potential at the grid's nodes, flat; transforms leave out rows of zeros."""
        lines = len(mass)
        size = fft.next_fast_len(2 * lines, real=True)
        if self._kernel_of != (size, step):
            self._kernel_of, self._kernel = (size, step), _kernel(size, step)
        wave = fft.fft(fft.rfft(mass, n=size, axis=1), n=size, axis=0)
        wave *= self._kernel
        back = fft.ifft(wave, axis=0, overwrite_x=True)[:lines]
        return np.ascontiguousarray(fft.irfft(back, n=size, axis=1)[:, :lines]).ravel()


def _step(span: float, spacing: float) -> float:
    """``spacing`` times or over a power of 2, so that kernels can be kept for many steps."""
    if span > spacing * MOST:
        return float(spacing * 2.0 ** np.ceil(np.log2(span / (spacing * MOST))))
    while span < FEWEST * spacing and spacing > FINEST:
        spacing /= 2
    return spacing


def _kernel(size: int, step: float) -> Floats:
    """K in Fourier space over the splines' own transform squared, shape (size, size // 2 + 1).

    The splines interpolate once their samples at the nodes (1/6, 4/6, 1/6) are divided out,
    for the spreading and for the reading.
    """
    nodes = np.minimum(np.arange(size), size - np.arange(size)) * step
    squares = (nodes * nodes).astype(np.float32)
    wave = fft.rfft2(1 / (1 + squares[:, None] + squares[None, :])).real
    spline = ((4 + 2 * np.cos(2 * np.pi / size * np.arange(size))) / 6) ** 2
    return np.asarray(wave / (spline[:, None] * spline[None, : size // 2 + 1]), np.float32)


class _Stencil:
    """The 4 by 4 nodes around each point, with their weights.

    Args:
        places: in units of the grid, float32 (2, m).
        lines: grid lines on a side.
    """

    def __init__(self, places: Floats, lines: int) -> None:
        whole = places.astype(np.int32)
        part = places - whole
        self._lines = lines
        self._at = (whole[0].astype(np.int64) - 1) * lines + whole[1] - 1
        self._weights, self._slopes = _splines(part)

    def spread(self, mass: NDArray[np.float64]) -> None:
        """Add each point's mass of 1 to its nodes."""
        first, second = self._weights[:, 0], self._weights[:, 1]
        reach = 3 * self._lines + 4
        cells = len(mass) - reach
        for i in range(4):
            for j in range(4):
                start = i * self._lines + j
                weights = first[i] * second[j]
                mass[start : start + cells] += np.bincount(
                    self._at, weights=weights, minlength=cells
                )

    def read(self, field: Floats) -> tuple[Floats, Floats]:
        """The field (m,) at each point, and its gradient (2, m) in units of the grid."""
        value, slope = np.zeros_like(self._weights[0, 0]), np.zeros_like(self._weights[0])
        for i in range(4):
            row, row_slope = np.zeros_like(value), np.zeros_like(value)
            for j in range(4):
                node = field.take(self._at + (i * self._lines + j))
                row += node * self._weights[j, 1]
                row_slope += node * self._slopes[j, 1]
            value += self._weights[i, 0] * row
            slope[0] += self._slopes[i, 0] * row
            slope[1] += self._weights[i, 0] * row_slope
        return value, slope


def _splines(part: Floats) -> tuple[Floats, Floats]:
    """Cubic B-splines at the four nearest nodes, and their slopes, each (4, 2, m)."""
    rest = 1 - part
    part2, rest2 = part * part, rest * rest
    weights = np.stack(
        [
            rest2 * rest / 6,
            (4 - 6 * part2 + 3 * part2 * part) / 6,
            (4 - 6 * rest2 + 3 * rest2 * rest) / 6,
            part2 * part / 6,
        ]
    )
    slopes = np.stack([-rest2 / 2, 1.5 * part2 - 2 * part, 2 * rest - 1.5 * rest2, part2 / 2])
    return weights.astype(np.float32), slopes.astype(np.float32)
