"""The script that makes the example bricks, as far as it needs no renderer."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scenes(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module("brick_scenes")


@pytest.fixture
def renderer(scenes: ModuleType) -> ModuleType:
    return importlib.import_module("render_bricks")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A part that is one piece, doubled and moved, of a single triangle."""
    (tmp_path / "parts" / "s").mkdir(parents=True)
    (tmp_path / "p").mkdir()
    (tmp_path / "parts" / "7.dat").write_text(
        "0 Seven\n\n1 16 10 0 0 2 0 0 0 2 0 0 0 2 s\\7s.dat\n"
    )
    (tmp_path / "parts" / "s" / "7s.dat").write_text("0 Piece\n3 16 0 0 0 3 0 0 0 4 0\n")
    (tmp_path / "parts" / "8.dat").write_text("0 Eight\n1 16 0 0 0 1 0 0 0 1 0 0 0 1 gone.dat\n")
    (tmp_path / "LDConfig.ldr").write_text("0 !COLOUR Red  CODE   4   VALUE #B40000   EDGE #0\n")
    return tmp_path


def cut_out(scenes: ModuleType) -> object:
    image = Image.new("RGBA", (120, 80))
    ImageDraw.Draw(image).rectangle((0, 0, 119, 79), fill=(180, 0, 0, 255))
    return scenes.CutOut(image, (0.7, 0.0, 0.0), 0.9)


def test_geometry_by_hand(renderer: ModuleType, library: Path) -> None:
    expected = [[10, 0, 0], [16, 0, 0], [10, 8, 0]]
    assert renderer.corners(library, "7.dat").tolist() == expected
    assert renderer.diagonal(library, "7.dat") == pytest.approx(10.0)  # sides 6 and 8


def test_a_part_with_a_missing_piece_stops_the_script(renderer: ModuleType, library: Path) -> None:
    with pytest.raises(SystemExit, match=r"no gone\.dat"):
        renderer.diagonal(library, "8.dat")


def test_colours_are_read(renderer: ModuleType, library: Path) -> None:
    assert renderer.read_colours(library) == {"Red": (4, (180 / 255, 0.0, 0.0))}


def test_the_same_seed_makes_the_same_picture(scenes: ModuleType) -> None:
    first, again, other = (
        scenes.picture(cut_out(scenes), np.random.default_rng(seed)).tobytes() for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("seed", range(12))
def test_a_picture_shows_the_brick_and_its_surroundings(scenes: ModuleType, seed: int) -> None:
    image = scenes.picture(cut_out(scenes), np.random.default_rng(seed))
    assert (image.mode, image.size) == ("RGB", (scenes.SIDE, scenes.SIDE))
    red, green, _ = np.asarray(image, dtype=np.int64).transpose(2, 0, 1)
    share = ((red > 60) & (red > 3 * green)).mean()
    assert 0.05 < share < 0.8
