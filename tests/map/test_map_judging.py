"""What is said of a map: fidelity, clusters and their names; and new pictures on it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.manifold import trustworthiness

from sortal.errors import UsageError
from sortal.map import (
    Labels,
    Tags,
    fidelities,
    fidelity,
    find_clusters,
    find_neighbours,
    layout_similarity,
    name_clusters,
    place_new,
)

Floats = NDArray[np.float32]


def discs(*sizes: int, apart: float = 10.0, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Round crowds in a row."""
    codes = np.repeat(np.arange(len(sizes)), sizes)
    xy = np.random.default_rng(seed).standard_normal((len(codes), 2))
    xy[:, 0] += apart * codes
    return xy.astype(np.float32), codes


# fidelity


def on_a_circle(n: int) -> Floats:
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)


def test_a_map_that_is_the_data_keeps_everything() -> None:
    vectors = on_a_circle(301)
    found = fidelity(vectors, 5 * vectors, labels=np.arange(301) // 101)
    assert found.preserved_10 == found.preserved_50 == found.trustworthiness == 1
    assert found.label_agreement == found.label_agreement_vectors
    assert found.n == found.n_asked == found.n_labelled == 301
    assert "10.0 are among its 10 nearest here, of 50 50.0" in found.words[0]


def test_where_fifty_are_everybody_they_are_not_spoken_of() -> None:
    vectors = on_a_circle(40)
    words = fidelity(vectors, vectors).words[0]
    assert "10.0 are among its 10 nearest here; by chance it would be 2.6 of 10" in words


def test_a_map_by_lot_keeps_what_chance_keeps() -> None:
    rng = np.random.default_rng(0)
    vectors, xy = rng.standard_normal((2_000, 20)), rng.standard_normal((2_000, 2))
    found = fidelity(vectors.astype(np.float32), xy.astype(np.float32))
    assert found.preserved_10 is not None
    assert abs(found.preserved_10 - found.by_chance_10) < 0.003
    assert found.trustworthiness is not None
    assert abs(found.trustworthiness - 0.5) < 0.02
    assert "many pictures stand side by side that are not alike" in found.words[1]


def test_trustworthiness_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((400, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    xy = vectors[:, :2].copy()
    found = fidelity(vectors, xy)
    assert found.trustworthiness is not None
    assert np.isclose(found.trustworthiness, trustworthiness(vectors, xy, n_neighbors=10))


def test_shares_are_those_counted_by_hand() -> None:
    vectors = on_a_circle(24)
    xy = vectors.copy()
    xy[[0, 12]] = xy[[12, 0]]  # two pictures change places
    found = fidelity(vectors, xy, labels=np.where(np.arange(24) == 0, 0, -1))
    # the two lose all ten; five on each side of either lose one
    assert found.preserved_10 == pytest.approx(1 - (2 * 10 + 20) / 240)
    assert found.n_labelled == 1
    assert found.label_agreement is None


def test_layouts_measured_together_are_those_measured_alone() -> None:
    vectors = np.random.default_rng(0).standard_normal((500, 6)).astype(np.float32)
    layouts = [vectors[:, :2], vectors[:, 2:4], vectors[::-1, :2].copy()]
    labels = np.arange(500) % 3
    together = fidelities(vectors, layouts, labels=labels, sample=100)
    assert together == [fidelity(vectors, xy, labels=labels, sample=100) for xy in layouts]
    assert len(set(together)) == 3


def test_a_sample_is_drawn_by_its_seed() -> None:
    vectors = np.random.default_rng(0).standard_normal((900, 6)).astype(np.float32)
    first = fidelity(vectors, vectors[:, :2], sample=50)
    assert first == fidelity(vectors, vectors[:, :2], sample=50)
    assert first != fidelity(vectors, vectors[:, :2], sample=50, seed=1)
    assert "50 of 900 pictures" in first.words[0]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 15])
def test_few_pictures_are_no_reason_to_stop(n: int) -> None:
    vectors = on_a_circle(20)[:n]
    found = fidelity(vectors, vectors, labels=np.zeros(n, np.int64))
    assert found.words
    if n < 3:
        assert found.words == (
            "There are too few pictures to say how far this map can be believed.",
        )


def test_copies_do_not_count_as_their_own_neighbours() -> None:
    vectors = np.ones((60, 4), np.float32)
    found = fidelity(vectors, np.zeros((60, 2), np.float32), labels=np.arange(60))
    assert found.label_agreement == 0


# clusters


def test_crowds_are_clusters_the_largest_first() -> None:
    xy, codes = discs(150, 400, 250)
    found = find_clusters(xy)
    assert found.dtype == np.int32
    for code, wanted in ((0, 2), (1, 0), (2, 1)):
        mine = found[codes == code]
        assert (mine[mine >= 0] == wanted).all()
        assert (mine >= 0).mean() > 0.95


def test_scattered_few_belong_to_no_cluster() -> None:
    xy, _ = discs(500)
    far = np.array([[40.0, 40.0], [-40.0, 3.0]], np.float32)
    found = find_clusters(np.concatenate([xy, far]))
    assert (found[-2:] == -1).all()
    assert (found[:500] == 0).mean() > 0.95


@pytest.mark.parametrize("n", [0, 1, 19, 200])
def test_pictures_all_at_one_place_or_too_few(n: int) -> None:
    found = find_clusters(np.zeros((n, 2), np.float32))
    assert (found == (0 if n >= 20 else -1)).all()


def test_clusters_do_not_depend_on_scale_or_place() -> None:
    xy, _ = discs(200, 300)
    assert (find_clusters(xy) == find_clusters(xy * 64 + 1024)).mean() > 0.99


def test_more_prominence_asked_fewer_clusters_found() -> None:
    xy, _ = discs(200, 200, 200, apart=3.0)
    counts = [find_clusters(xy, prominence=p).max() + 1 for p in (0.0, 0.2, 0.9)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 1


def test_wrong_options_are_refused() -> None:
    with pytest.raises(UsageError, match="prominence from 0 to below 1"):
        find_clusters(discs(30)[0], prominence=1.0)


# names


def test_a_cluster_is_named_by_its_label_with_the_evidence() -> None:
    xy, codes = discs(50, 50)
    labels = np.where(codes == 0, 0, 1)
    labels[:5], labels[90:] = 1, -1
    names = name_clusters(codes.astype(np.int32), xy=xy, labels=Labels(labels, ["glass", "tin"]))
    assert [name.name for name in names] == ["glass", "tin"]
    assert names[0].evidence == "45 of 50 labelled glass (elsewhere 0%)"
    assert names[1].evidence == "40 of 40 labelled tin (elsewhere 10%)"
    assert [name.size for name in names] == [50, 50]
    assert codes[names[1].medoid] == 1
    assert (names[1].x, names[1].y) == tuple(xy[names[1].medoid])


def test_tags_name_what_has_no_label_and_tell_apart_what_has_the_same() -> None:
    xy, codes = discs(40, 40, 40)
    tag_codes = np.stack([codes, np.full(120, 3)], axis=1)
    tags = Tags(tag_codes, np.tile([0.6, 0.3], (120, 1)), ["vase", "jug", "cup", "wall"])
    few = name_clusters(codes.astype(np.int32), xy=xy, tags=tags)
    assert [name.name for name in few] == ["vase", "jug", "cup"]  # the wall is everywhere
    assert "times as often as elsewhere" in few[0].evidence
    labels = Labels(np.where(codes == 2, 1, 0), ["glass", "clay"])
    both = name_clusters(codes.astype(np.int32), xy=xy, tags=tags, labels=labels)
    assert [name.name for name in both] == ["glass: vase", "glass: jug", "clay"]


def test_two_labels_that_are_half_together_name_a_cluster() -> None:
    xy, codes = discs(50)
    labels = Labels(np.repeat([0, 1, 2, 3], [10, 17, 13, 10]), ["tin", "glass", "clay", "wood"])
    name = name_clusters(codes.astype(np.int32), xy=xy, labels=labels)[0]
    assert name.name == "glass and clay"
    many = Labels(np.arange(50) % 5, ["a", "b", "c", "d", "e"])
    assert name_clusters(codes.astype(np.int32), xy=xy, labels=many)[0].name == "mixed"


def test_without_anything_in_common_a_cluster_is_mixed() -> None:
    xy, codes = discs(30)
    name = name_clusters(codes.astype(np.int32), xy=xy)[0]
    assert name.name == "mixed"
    assert name.evidence == "No label and no tag stands out."


def test_no_cluster_no_name() -> None:
    assert name_clusters(np.full(5, -1, np.int32), xy=np.zeros((5, 2), np.float32)) == ()
    assert name_clusters(np.empty(0, np.int32), xy=np.zeros((0, 2), np.float32)) == ()


# growth


def test_a_copy_comes_to_stand_beside_its_original() -> None:
    rng = np.random.default_rng(0)
    codes = np.arange(300) % 3
    vectors = (4 * np.eye(3, 10)[codes] + 0.3 * rng.standard_normal((300, 10))).astype(np.float32)
    xy = layout_similarity(vectors, find_neighbours(vectors))
    placed = place_new(vectors, xy, vectors[:30])
    middles = np.stack([xy[codes == code].mean(axis=0) for code in range(3)])
    nearest = ((placed[:, None] - middles) ** 2).sum(axis=-1).argmin(axis=1)
    assert (nearest == codes[:30]).all()
    extent = np.ptp(xy, axis=0).max()
    assert np.median(np.sqrt(((placed - xy[:30]) ** 2).sum(axis=1))) < 0.1 * extent


def test_a_picture_between_two_groups_joins_the_larger() -> None:
    old = np.array([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 2)
    xy = np.array([[0, 0], [1, 0], [0, 1], [50, 50], [51, 50]], np.float32)
    placed = place_new(old, xy, np.array([[1.0, 1.0]]), k=5)
    assert np.abs(placed).max() < 3


def test_new_pictures_do_not_depend_on_each_other_and_move_no_old_one() -> None:
    rng = np.random.default_rng(0)
    old, new = rng.standard_normal((2, 400, 12)).astype(np.float32)
    xy = rng.standard_normal((400, 2)).astype(np.float32)
    kept = xy.copy()
    together = place_new(old, xy, new)
    assert np.allclose(place_new(old, xy, new[7:8]), together[7:8], atol=1e-5)
    assert (xy == kept).all()
    assert (place_new(old, xy, new) == together).all()


def test_fewer_old_pictures_than_neighbours_asked_for() -> None:
    placed = place_new(np.ones((1, 3)), np.array([[2.0, 3.0]], np.float32), np.ones((2, 3)))
    assert np.allclose(placed, [[2, 3], [2, 3]], atol=1e-3)
    assert place_new(np.ones((1, 3)), np.zeros((1, 2), np.float32), np.ones((0, 3))).shape == (0, 2)


def test_no_old_picture_or_another_width_is_refused() -> None:
    with pytest.raises(UsageError, match="expected old pictures"):
        place_new(np.ones((0, 3)), np.zeros((0, 2), np.float32), np.ones((2, 3)))
    with pytest.raises(UsageError, match=r"\(n, 3\)"):
        place_new(np.ones((4, 3)), np.zeros((4, 2), np.float32), np.ones((2, 5)))
