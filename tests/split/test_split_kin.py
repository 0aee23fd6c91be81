"""Kin: copies in every disguise are found, look-alikes are not, chains make groups."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sortal.errors import UsageError
from sortal.pictures.record import Fingerprint
from sortal.split import Kin, find_kin
from sortal.split.links import Link, join

Vectors = NDArray[np.float32]


def print_of(
    name: str,
    picture: Image.Image | None = None,
    *,
    taken_at: float | None = None,
    camera: str | None = None,
) -> Fingerprint:
    grey = picture.convert("L") if picture is not None else noise(zlib.crc32(name.encode()))
    thumb = grey.convert("L").resize((32, 32), Image.Resampling.BOX).tobytes()
    return Fingerprint(
        sha256=name,
        format="PNG",
        width=grey.width,
        height=grey.height,
        phash=0,
        thumb=thumb,
        sharpness=1.0,
        brightness=1.0,
        contrast=1.0,
        taken_at=taken_at,
        camera=camera,
        repairs=(),
    )


def noise(seed: int, *, side: int = 160) -> Image.Image:
    """A picture with structure at several scales, different for each seed."""
    rng = np.random.default_rng(seed)
    layers = [
        np.asarray(
            Image.fromarray(rng.integers(0, 256, (n, n), dtype=np.uint8)).resize(
                (side, side), Image.Resampling.BICUBIC
            ),
            np.float32,
        )
        for n in (4, 9, 20)
    ]
    return Image.fromarray(np.clip(sum(layers) / 3, 0, 255).astype(np.uint8))


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream)


def brighter(picture: Image.Image) -> Image.Image:
    return picture.point(lambda v: v * 1.1 + 5)


DISGUISES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "mirrored": lambda p: p.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "upside down": lambda p: p.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    "quarter turn": lambda p: p.transpose(Image.Transpose.ROTATE_90),
    "transposed": lambda p: p.transpose(Image.Transpose.TRANSVERSE),
    "re-encoded": lambda p: jpeg(p, 30),
    "half size": lambda p: p.resize((80, 80)),
    "double size": lambda p: p.resize((320, 320)),
    "brighter": brighter,
    "cropped 2 %": lambda p: p.crop((0, 0, 157, 157)),
    "cropped 5 %": lambda p: p.crop((8, 0, 160, 152)),
    "cropped 10 %": lambda p: p.crop((4, 10, 148, 154)),
    "mirrored, cropped, re-encoded": lambda p: jpeg(
        p.transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((5, 5, 157, 157)), 60
    ),
}


def vectors(n: int, *, same: tuple[tuple[int, int], ...] = (), cosine: float = 0.9) -> Vectors:
    """Random directions, some made alike to the given cosine."""
    rng = np.random.default_rng(0)
    out = rng.standard_normal((n, 64))
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    for a, b in same:
        out[b] -= out[a] * (out[a] @ out[b])
        out[b] /= np.linalg.norm(out[b])
        out[b] = cosine * out[a] + np.sqrt(1 - cosine**2) * out[b]
    return (out * 7).astype(np.float32)


def found(kin: Kin, why: str) -> list[tuple[int, int]]:
    return [(link.first, link.second) for link in kin.links if link.why == why]


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_copy_is_found_among_others(disguise: str) -> None:
    pictures = [noise(seed) for seed in range(30)]
    pictures.append(DISGUISES[disguise](pictures[3]))
    prints = [print_of(f"{i}", picture) for i, picture in enumerate(pictures)]
    kin = find_kin(prints, vectors(31, same=((3, 30),)), user_groups=[None] * 31)
    assert found(kin, "near") == [(3, 30)]
    assert kin.links[0].score > 0.85
    assert kin.n_groups == 30


def test_the_hash_finds_what_the_embedding_ranks_low() -> None:
    pictures = [noise(seed) for seed in range(40)]
    pictures.append(DISGUISES["quarter turn"](pictures[3]))
    prints = [print_of(f"{i}", picture) for i, picture in enumerate(pictures)]
    twins = tuple((3, i) for i in range(4, 20))  # many embeddings that are nearer
    near = vectors(41, same=((3, 40),), cosine=0.6)
    near[4:20] = vectors(41, same=twins, cosine=0.95)[4:20]
    assert found(find_kin(prints, near, user_groups=[None] * 41), "near") == [(3, 40)]


def test_what_looks_alike_only_to_the_embedding_is_not_kin() -> None:
    prints = [print_of(f"{i}", noise(i)) for i in range(20)]
    alike = vectors(20, same=((0, 1), (2, 3)), cosine=0.99)
    assert find_kin(prints, alike, user_groups=[None] * 20).links == ()


def test_what_looks_alike_only_to_the_thumb_is_not_kin() -> None:
    picture = noise(1)
    prints = [print_of("a", picture), print_of("b", jpeg(picture, 60))]
    assert find_kin(prints, vectors(2), user_groups=[None] * 2).links == ()


def test_one_different_detail_tells_two_things_apart() -> None:
    first = noise(1)
    second = first.copy()
    second.paste(noise(2).crop((0, 0, 60, 60)), (50, 50))
    prints = [print_of("a", first), print_of("b", second)]
    near = vectors(2, same=((0, 1),), cosine=0.95)
    assert find_kin(prints, near, user_groups=[None] * 2).links == ()


def test_flat_pictures_are_not_comparable() -> None:
    grey = [Image.new("L", (64, 64), level) for level in (0, 0, 128, 255)]
    prints = [print_of(f"{i}", picture) for i, picture in enumerate(grey)]
    near = np.ones((4, 8), np.float32)
    assert find_kin(prints, near, user_groups=[None] * 4).links == ()


def stroke(rng: np.random.Generator) -> Image.Image:
    """Something like a handwritten one: a bent white line on black."""
    picture = Image.new("L", (64, 64))
    places = np.array([(32, 8), (32, 24), (32, 40), (32, 56)]) + rng.normal(0, 5, (4, 2))
    line = [(float(x), float(y)) for x, y in places]
    ImageDraw.Draw(picture).line(line, fill=255, width=int(rng.integers(6, 9)), joint="curve")
    return picture


def test_a_crowd_of_look_alikes_raises_the_bar() -> None:
    rng = np.random.default_rng(0)
    strokes = [stroke(rng) for _ in range(120)]
    prints = [print_of(f"{i}", picture) for i, picture in enumerate(strokes)]
    prints.append(print_of("copy", jpeg(strokes[7], 95)))
    near = np.ones((121, 16), np.float32) + 0.1 * vectors(121)[:, :16]
    kin = find_kin(prints, near, user_groups=[None] * 121)
    assert (7, 120) in found(kin, "near")
    assert kin.n_groups > 108
    assert all(link.score > 0.95 for link in kin.links)


def test_exact_copies_chain_and_stand_for_each_other() -> None:
    picture = noise(4)
    other = print_of("b", DISGUISES["re-encoded"](picture))
    prints = [print_of("a", picture), print_of("c"), print_of("a", picture), other]
    near = vectors(4, same=((0, 3),))
    kin = find_kin([*prints, prints[0]], np.vstack([near, near[:1]]), user_groups=[None] * 5)
    assert found(kin, "exact") == [(0, 2), (2, 4)]
    assert found(kin, "near") == [(0, 3)]
    assert kin.groups.tolist() == [0, 1, 0, 0, 0]


def test_bursts_need_the_same_camera_and_little_time() -> None:
    shots = [("x", 10.0), ("x", 12.5), ("x", 15.4), ("x", 18.5), ("y", 12.6), (None, 12.5)]
    prints = [print_of(f"{i}", taken_at=t, camera=c) for i, (c, t) in enumerate(shots)]
    prints.append(print_of("6", camera="x"))
    kin = find_kin(prints, vectors(7), user_groups=[None] * 7)
    assert found(kin, "burst") == [(0, 1), (1, 2)]
    assert kin.links[0].score == pytest.approx(1 - 2.5 / 3)
    assert find_kin(prints, vectors(7), user_groups=[None] * 7, burst_seconds=0).links == ()


def test_user_groups_are_kept_together() -> None:
    prints = [print_of(f"{i}") for i in range(5)]
    kin = find_kin(prints, vectors(5), user_groups=["p", None, "q", "p", "q"])
    assert found(kin, "group") == [(0, 3), (2, 4)]
    assert kin.groups.tolist() == [0, 1, 2, 0, 2]


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_very_few_pictures(n: int) -> None:
    prints = [print_of(f"{i}") for i in range(n)]
    kin = find_kin(prints, vectors(n).reshape(n, 64), user_groups=[None] * n)
    assert (kin.n_groups, kin.links) == (n, ())
    assert kin.groups.dtype == np.int64


def test_zero_vectors_do_no_harm() -> None:
    prints = [print_of(f"{i}") for i in range(9)]
    kin = find_kin(prints, np.zeros((9, 16), np.float32), user_groups=[None] * 9)
    assert kin.links == ()


def test_chains_of_links_make_one_group() -> None:
    links = [Link(4, 5, "near", 1.0), Link(0, 2, "near", 1.0), Link(2, 5, "near", 1.0)]
    assert join(6, links).tolist() == [0, 1, 0, 2, 0, 0]


@pytest.mark.parametrize(
    ("shape", "groups"), [((3, 4), [None] * 2), ((2,), [None] * 2), ((2, 4), [None])]
)
def test_arguments_of_different_length_are_refused(
    shape: tuple[int, ...], groups: list[None]
) -> None:
    with pytest.raises(UsageError, match="find_kin"):
        find_kin([print_of("a"), print_of("b")], np.zeros(shape, np.float32), user_groups=groups)
