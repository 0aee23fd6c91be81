"""Work cut into parts, a thread a core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from threadpoolctl import threadpool_limits

from sortal.pictures.cores import usable_cores


def blocks(n: int, size: int) -> list[slice]:
    """Cut range(n) into slices of ``size``, the last one shorter."""
    return [slice(start, min(n, start + size)) for start in range(0, n, size)]


def in_threads(
    work: Callable[[slice], None],
    parts: Sequence[slice],
    *,
    tell: Callable[[int], None] | None = None,
) -> None:
    """Do ``work`` on every part, a thread a core, with linear algebra on one thread each.

    The parts decide the arithmetic, never the number of threads: results are the same, bit
    for bit, on one core and on many.

    Args:
        work: called with each part; to write where no other part writes.
        parts: of what there is to do.
        tell: called here with the end of each part that is done, in order.
    """
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(usable_cores()) as threads:
        futures = [threads.submit(work, part) for part in parts]
        try:
            for part, future in zip(parts, futures, strict=True):
                future.result()
                if tell is not None:
                    tell(int(part.stop))
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
