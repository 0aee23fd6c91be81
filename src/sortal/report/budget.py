"""Which pictures go into a report, so that it stays small enough to send by mail."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final, TypeVar

from sortal.report.story import Exhibit, Gallery

PICTURE_BYTES: Final = 4_800_000
"""What all pictures of a report may weigh as text; the page around them stays below 1 MB."""

_FRAME_BYTES: Final = 420
"""What the markup around a picture weighs, about."""

Key = TypeVar("Key", bound=Hashable)


def weight(exhibit: Exhibit) -> int:
    """Return about how many bytes an exhibit adds to the page (base64 and a heat map counted)."""
    data = 4 * len(exhibit.thumbnail or b"") // 3
    return _FRAME_BYTES + (2 * data if exhibit.heat is not None else data)


class Budget:
    """Bytes that are left for pictures; every taker says how many pictures at most."""

    def __init__(self, limit: int = PICTURE_BYTES) -> None:
        self.left = limit

    def take(self, gallery: Gallery, *, most: int) -> Gallery:
        """Return ``gallery`` cut to its first ``most`` exhibits, or fewer where bytes run out."""
        return self.share({0: gallery}, most=most)[0]

    def share(self, galleries: Mapping[Key, Gallery], *, most: int) -> dict[Key, Gallery]:
        """Cut galleries in turns: each gets its first picture before any gets its second."""
        taken: dict[Key, list[Exhibit]] = {key: [] for key in galleries}
        for turn in range(most):
            for key, exhibit in _turn(galleries, turn):
                if len(taken[key]) == turn and self.afford(exhibit):
                    taken[key].append(exhibit)
        return {
            key: Gallery(tuple(taken[key]), total=len(gallery))
            for key, gallery in galleries.items()
        }

    def afford(self, *exhibits: Exhibit) -> bool:
        """Take these together and return True, or take nothing and return False."""
        cost = sum(map(weight, exhibits))
        if cost > self.left:
            return False
        self.left -= cost
        return True


def _turn(galleries: Mapping[Key, Gallery], turn: int) -> Iterable[tuple[Key, Exhibit]]:
    return [
        (key, gallery.exhibits[turn])
        for key, gallery in galleries.items()
        if turn < len(gallery.exhibits)
    ]
