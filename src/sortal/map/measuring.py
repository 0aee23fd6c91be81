"""How far a map can be believed, in numbers and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.map._checks import check_length, check_matrix
from sortal.map._exact import largest
from sortal.map._threads import blocks, in_threads
from sortal.map._unit import unit_rows
from sortal.map.layout_values import Points
from sortal.map.neighbours import Neighbours

FEW, MANY = 10, 50
_ROWS: Final = 64
_BLOCK: Final = 65_536
_GOOD, _FAIR = 0.95, 0.85


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How well neighbourhoods survived the way to the plane.

    Attributes:
        n: pictures on the map.
        n_asked: pictures whose neighbourhoods were looked at.
        preserved_10: share of the 10 pictures most alike that are among the 10 nearest on the
            map, 0-1; None where there are too few pictures.
        preserved_50: likewise of 50.
        by_chance_10: what a map drawn by lot would keep of the 10, 0-1.
        trustworthiness: 0-1, 1 where no stranger stands among the 10 nearest on the map
            (Venna and Kaski, Neighborhood preservation in nonlinear projection methods, ICANN
            2001); None where there are too few pictures.
        label_agreement: share of the 10 nearest on the map that carry the same label, 0-1,
            among labelled pictures; None without labels.
        label_agreement_vectors: the same among the 10 most alike, to compare with.
        n_labelled: labelled pictures among those asked.
        recall: of the neighbours that the layout was made from, 0-1.
    """

    n: int
    n_asked: int
    preserved_10: float | None
    preserved_50: float | None
    by_chance_10: float
    trustworthiness: float | None
    label_agreement: float | None
    label_agreement_vectors: float | None
    n_labelled: int
    recall: float

    @property
    def words(self) -> tuple[str, ...]:
        """The same in plain sentences."""
        return tuple(_sentences(self))


def fidelity(
    vectors: NDArray[np.floating[Any]],
    xy: Points,
    *,
    neighbours: Neighbours | None = None,
    labels: NDArray[np.integer[Any]] | None = None,
    sample: int = 2_000,
    seed: int = 0,
) -> Fidelity:
    """Measure what a layout by likeness kept.

    Args:
        vectors: embeddings, shape (n, d).
        xy: places, shape (n, 2); those of a grid do as well.
        neighbours: what the layout was made from; only its ``recall`` is reported.
        labels: int (n,), -1 for none.
        sample: at most so many pictures are asked, drawn by lot.
        seed: of that lot.

    Raises:
        UsageError: shapes that do not fit.
    """
    return fidelities(
        vectors, [xy], neighbours=neighbours, labels=labels, sample=sample, seed=seed
    )[0]


def fidelities(
    vectors: NDArray[np.floating[Any]],
    layouts: Sequence[Points],
    *,
    neighbours: Neighbours | None = None,
    labels: NDArray[np.integer[Any]] | None = None,
    sample: int = 2_000,
    seed: int = 0,
) -> list[Fidelity]:
    """Measure several layouts of the same pictures; see ``fidelity``.

    What is alike is looked for once, which is nearly all of the work.
    """
    from scipy.spatial import cKDTree

    check_matrix(vectors, where="fidelity")
    n = len(vectors)
    for xy in layouts:
        check_matrix(xy, where="fidelity", columns=2)
        check_length(xy[:, 0], n, where="fidelity", name="xy")
    asked = np.sort(np.random.default_rng(seed).permutation(n)[:sample])
    few, many = min(FEW, n - 1), min(MANY, n - 1)
    recall = 1.0 if neighbours is None else neighbours.recall
    if n < 3:
        nothing = Fidelity(n, len(asked), None, None, 1.0, None, None, None, 0, recall)
        return [nothing] * len(layouts)
    on_maps = [_others(cKDTree(xy).query(xy[asked], many + 1)[1], asked) for xy in layouts]
    near = np.concatenate([on_map[:, :few] for on_map in on_maps], axis=1)
    alike, ranks = _alike(vectors, asked, near, many=many)
    found = []
    for on_map, rank in zip(on_maps, np.split(ranks, len(layouts), axis=1), strict=True):
        agreement = _agreement(labels, asked, on_map[:, :few], alike[:, :few])
        excess = np.maximum(rank - few, 0).sum()
        worst = len(asked) * few * (2 * n - 3 * few - 1) / 2
        found.append(
            Fidelity(
                n=n,
                n_asked=len(asked),
                preserved_10=_shared(alike[:, :few], on_map[:, :few]),
                preserved_50=_shared(alike, on_map),
                by_chance_10=few / (n - 1),
                trustworthiness=float(1 - excess / worst) if worst > 0 and few < n / 2 else None,
                label_agreement=agreement[0],
                label_agreement_vectors=agreement[1],
                n_labelled=agreement[2],
                recall=recall,
            )
        )
    return found


def _others(found: NDArray[Any], asked: NDArray[np.int64]) -> NDArray[np.int64]:
    """Neighbours without the picture itself, one column less."""
    found = np.asarray(found, np.int64)
    itself = found == asked[:, None]
    itself[~itself.any(axis=1), -1] = True  # copies at the same place can crowd it out
    return np.asarray(found[~itself].reshape(len(found), -1))


def _alike(
    vectors: NDArray[np.floating[Any]],
    asked: NDArray[np.int64],
    near: NDArray[np.int64],
    *,
    many: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The ``many`` most alike of each picture asked, and the ranks by likeness of ``near``.

    Ranks count from 1 among all other pictures.
    """
    n = len(vectors)
    alike = np.empty((len(asked), many), np.int64)
    ranks = np.empty(near.shape, np.int64)

    def ask(rows: slice) -> None:
        mine = asked[rows]
        own = unit_rows(vectors[mine])
        likeness = np.concatenate(
            [own @ unit_rows(vectors[part]).T for part in blocks(n, _BLOCK)], axis=1
        )
        likeness[np.arange(len(mine)), mine] = -np.inf
        top = largest(likeness, many)
        values = np.take_along_axis(likeness, top, axis=1)
        order = np.lexsort((top, -values), axis=1)
        alike[rows] = np.take_along_axis(top, order, axis=1)
        for column in range(near.shape[1]):
            value = np.take_along_axis(likeness, near[rows, column][:, None], axis=1)
            ranks[rows, column] = 1 + (likeness > value).sum(axis=1)

    in_threads(ask, blocks(len(asked), _ROWS))
    return alike, ranks


def _shared(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Mean share of the entries of each row that both have."""
    both = np.sort(np.concatenate([first, second], axis=1), axis=1)
    return float((both[:, 1:] == both[:, :-1]).sum() / first.size)


def _agreement(
    labels: NDArray[np.integer[Any]] | None,
    asked: NDArray[np.int64],
    near: NDArray[np.int64],
    alike: NDArray[np.int64],
) -> tuple[float | None, float | None, int]:
    """Share of same labels on the map and among the most alike, and how many were asked."""
    if labels is None:
        return None, None, 0
    mine = np.flatnonzero(labels[asked] >= 0)
    shares = []
    for found in (near[mine], alike[mine]):
        theirs = labels[found]
        there = theirs >= 0
        same = (theirs == labels[asked[mine]][:, None]) & there
        shares.append(float(same.sum() / there.sum()) if there.any() else None)
    return shares[0], shares[1], len(mine)


def _sentences(found: Fidelity) -> Iterator[str]:
    if found.preserved_10 is None or found.preserved_50 is None:
        yield "There are too few pictures to say how far this map can be believed."
        return
    few, many = min(FEW, found.n - 1), min(MANY, found.n - 1)
    # Where that is everybody, none can be lost, and it says nothing.
    wider = f", of {many} {many * found.preserved_50:.1f}" if many < found.n - 1 else ""
    whom = "all" if found.n_asked == found.n else f"{found.n_asked:,} of {found.n:,}"
    yield (
        f"Of the {few} pictures most alike to a picture, {few * found.preserved_10:.1f} are among "
        f"its {few} nearest here{wider}; by chance it would be "
        f"{few * found.by_chance_10:.2g} of {few} (mean over {whom} pictures)."
    )
    if found.trustworthiness is not None:
        yield f"Trustworthiness {found.trustworthiness:.3f}: {_believable(found.trustworthiness)}."
    if found.label_agreement is not None and found.label_agreement_vectors is not None:
        yield (
            f"Of the {few} nearest here, {found.label_agreement:.0%} carry the same label; of the "
            f"{few} most alike before the map was drawn, {found.label_agreement_vectors:.0%} "
            f"({found.n_labelled:,} labelled pictures asked)."
        )
    if found.recall < 1:
        yield f"The map was drawn from {found.recall:.1%} of the true nearest neighbours."
    yield (
        "Look at who stands next to whom; distances between islands, their sizes and the "
        "directions on the map mean little."
    )


def _believable(trustworthiness: float) -> str:
    """What the number means, from what it says: strangers among the nearest, and how strange."""
    if trustworthiness >= _GOOD:
        return "pictures that stand side by side are nearly always alike"
    if trustworthiness >= _FAIR:
        return "pictures that stand side by side are mostly alike, some are not"
    return "many pictures stand side by side that are not alike; compare before you conclude"
