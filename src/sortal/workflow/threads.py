"""How many threads the linear algebra uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from threadpoolctl import threadpool_limits

MANY: Final = 10_000
"""From so many pictures on, products are large enough for threads to pay."""


@contextmanager
def calm_threads(n_pictures: int) -> Iterator[None]:
    """Keep the products of small collections on one core.

    The threads of a BLAS wait for each other by spinning. On a quiet machine they gain
    nothing at a few thousand pictures; where other programs want the cores, they make the
    same work many times slower.
    """
    with threadpool_limits(1 if n_pictures < MANY else None, "blas"):
        yield
