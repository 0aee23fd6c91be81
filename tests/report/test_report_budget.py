from __future__ import annotations

from sortal.report import Exhibit, Gallery
from sortal.report.budget import Budget, weight

JPEG = b"\xff\xd8" + bytes(2998)
COST = weight(Exhibit("x", JPEG))


def shelf(name: str, n: int, *, total: int | None = None) -> Gallery:
    return Gallery(tuple(Exhibit(f"{name}{i}", JPEG) for i in range(n)), total=total)


def paths(gallery: Gallery) -> list[str]:
    return [exhibit.path for exhibit in gallery.exhibits]


def test_weight_counts_base64() -> None:
    assert weight(Exhibit("x", JPEG)) - weight(Exhibit("x")) == 4000


def test_a_gallery_is_cut_and_remembers_its_size() -> None:
    kept = Budget(10**9).take(shelf("a", 9, total=48), most=3)
    assert paths(kept) == ["a0", "a1", "a2"]
    assert len(kept) == 48


def test_bytes_are_shared_in_turns() -> None:
    kept = Budget(4 * COST).share(
        {"a": shelf("a", 9), "b": shelf("b", 1), "c": shelf("c", 9)}, most=9
    )
    assert [paths(kept[key]) for key in "abc"] == [["a0", "a1"], ["b0"], ["c0"]]
    assert [len(kept[key]) for key in "abc"] == [9, 1, 9]


def test_an_exhibit_is_never_skipped_for_a_lighter_one() -> None:
    heavy = Exhibit("heavy", JPEG + bytes(9000))
    light = Exhibit("light", JPEG)
    kept = Budget(2 * COST).take(Gallery((light, heavy, light)), most=3)
    assert paths(kept) == ["light"]


def test_a_pair_is_taken_whole_or_not_at_all() -> None:
    budget = Budget(3 * COST)
    first, second = shelf("a", 2).exhibits
    assert budget.afford(first, second)
    assert not budget.afford(first, second)
    assert budget.left == COST
