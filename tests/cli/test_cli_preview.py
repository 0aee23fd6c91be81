"""`sortal preview`: one page of what a network will see, the same each time."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch", reason="needs sortal[deep]")

from command_line import CommandLine
from packed_files import digits, write_idx
from sortal.errors import MissingExtraError
from sortal.pictures import fit_square, read_picture

ALL = (
    "shear 12, horizontal_flip, vertical_flip, zoom .2, rotation 15, shift .1, brightness .3, "
    "contrast .3, erasing .5, elastic 3"
)


def pictures_of(page: Path) -> list[np.ndarray]:
    found = re.findall(r'src="data:image/\w+;base64,([^"]+)"', page.read_text("utf-8"))
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))) for data in found]


def test_originals_stand_beside_versions_and_every_option_by_itself(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = sortal_cli(
        "preview", shapes, "--augment", ALL, "--size", "32", "--pictures", "5", "--versions", "3"
    )
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "5 pictures of 32 x 32 pixels, colour",
        "page  shapes-preview.html",
    ]
    page = tmp_path / "shapes-preview.html"
    text = page.read_text("utf-8")
    assert len(pictures_of(page)) == 5 * (1 + 3) + 10 * 3
    for name in ALL.replace(".2", "0.2").split(", "):
        assert name.split()[0] in text
    assert text.count('class="kind"') == 5
    assert not re.search(r"https?://(?!www\.w3\.org)", text)


def test_an_original_is_the_square_that_training_reads(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path
) -> None:
    out = tmp_path / "p.html"
    sortal_cli("preview", shapes, "--size", "32", "--fit", "pad", "--pictures", "1", "-o", out)
    (drawn,) = pictures_of(out)
    (name,) = re.findall(r'title="([^"]+\.png)"', out.read_text("utf-8"))
    square = fit_square(read_picture(shapes / name).pixels, 32, "pad")
    times = drawn.shape[0] // 32
    assert np.array_equal(drawn[::times, ::times], square)


def test_the_seed_makes_the_page(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pages = []
    for seed in ("1", "1", "2"):
        sortal_cli("preview", shapes, "--augment", "rotation 30", "--seed", seed, "-o", "p.html")
        pages.append(re.sub(r"<h2[^>]*>How to get.*", "", Path("p.html").read_text("utf-8")))
    assert pages[0] == pages[1] != pages[2]


def test_a_recipe_brings_its_size_and_its_options(sortal_cli: CommandLine, tmp_path: Path) -> None:
    write_idx(tmp_path / "train-images-idx3-ubyte", digits(30))
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.arange(30, dtype=np.uint8) % 3)
    write_idx(tmp_path / "t10k-images-idx3-ubyte", digits(6, seed=1))
    write_idx(tmp_path / "t10k-labels-idx1-ubyte", np.arange(6, dtype=np.uint8) % 3)
    out = tmp_path / "p.html"
    ran = sortal_cli("preview", tmp_path, "--recipe", "mnist-cnn-textbook", "-o", out, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert (ran.json["size"], ran.json["channels"], ran.json["pictures"]) == (28, 1, 8)
    text = out.read_text("utf-8")
    assert "test/0" not in text  # nothing is learned from those
    assert "nothing: every epoch sees them alike" in text
    bricks = sortal_cli("preview", tmp_path, "--recipe", "bricks-alexnet", "-o", out, "--json")
    assert bricks.json["size"] == 224
    assert bricks.json["augmentation"]["shear"] == 12


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--augment", "sheer 12"), "augmentation has no field 'sheer'. Did you mean 'shear'?"),
        (("--augment", "shear much"), "shear must be followed by a number; 'much' came"),
        (("--augment", "zoom 2"), "zoom must be from 0 to 0.9; 2 came"),
        (("--recipe", "mnist-cn"), "There is no recipe called 'mnist-cn'. Did you mean"),
        (("--network", "cmn"), "There is no network called 'cmn'"),
        (("--fit", "stretch"), "There is no fit called 'stretch'"),
        (("--size", "9999"), "size must be from 0 to 1024; 9999 came"),
        (("--versions", "0"), "--versions"),
    ],
)
def test_what_cannot_work_is_a_sentence(
    options: tuple[str, str], says: str, sortal_cli: CommandLine, shapes: Path, tmp_path: Path
) -> None:
    ran = sortal_cli("preview", shapes, *options, "-o", tmp_path / "p.html")
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert not list(tmp_path.iterdir())


def test_a_picture_is_never_overwritten(sortal_cli: CommandLine, shapes: Path) -> None:
    at = shapes / "disc" / "disc-00.png"
    before = at.read_bytes()
    ran = sortal_cli("preview", shapes, "-o", at)
    assert (ran.code, ran.out) == (2, "")
    assert "one of the files that are read" in ran.err
    assert at.read_bytes() == before


def test_without_pytorch_it_names_the_extra(
    sortal_cli: CommandLine, shapes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sortal.workflow.deep.options.find_spec", lambda _: None)
    ran = sortal_cli("preview", shapes)
    assert ran.code == MissingExtraError.exit_code
    assert "pip install 'sortal[deep]'" in ran.err
