"""The page answers as `sortal predict` does: squares, probabilities, heat."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page
from takeaway_visits import ask, drop, large_jpeg, visited, with_fit, write_pictures

from command_line import CommandLine
from sortal.explanation import class_activation
from sortal.modelfile import Model, load_model
from sortal.pictures import fit_square, read_picture
from sortal.workflow import export_folder

SAME = 0.05
"""How far a probability may lie from that of `sortal predict`. The network calculates in int8:
where its sums round differently, on WebAssembly and on a processor's own instructions, a value
moves by one of 256 levels, and such steps add up over 49 layers."""


def table_of(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download as CSV").click()
    text = downloading.value.path().read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_dropped_bricks_get_the_answers_of_sortal_predict(
    browser: Browser,
    folder: Path,
    bricks: Path,
    new_bricks: list[Path],
    sortal_cli: CommandLine,
) -> None:
    ran = sortal_cli("predict", str(bricks), *map(str, new_bricks), "--csv", "--top", "4")
    said = list(csv.DictReader(io.StringIO(ran.out)))
    with visited(browser, folder) as page:
        drop(page, new_bricks)
        found = table_of(page)
    assert [Path(row["path"]).name for row in said] == [row["path"] for row in found]
    for mine, theirs in zip(found, said, strict=True):
        shares = {theirs[f"kind_{k}"]: float(theirs[f"probability_{k}"]) for k in range(1, 5)}
        for k in range(1, 4):
            assert float(mine[f"probability_{k}"]) == pytest.approx(
                shares[mine[f"kind_{k}"]], abs=SAME
            )
        assert float(mine["distance"]) == pytest.approx(float(theirs["distance"]), abs=0.02)
        first, second = sorted(shares.values())[-1:-3:-1]
        if first - second > 2 * SAME:
            assert mine["kind_1"] == theirs["kind_1"]


SHAPES = ("tall.png", "small.png", "reduced.png")
"""Pictures that are resampled in different ways: columns first, enlarged, reduced before."""


@pytest.mark.parametrize("fit", ["squash", "pad", "crop"])
def test_squares_are_those_of_sortal_byte_for_byte(
    browser: Browser, bricks: Path, tmp_path: Path, fit: str
) -> None:
    model = with_fit(load_model(bricks), fit)
    place = export_folder(model, tmp_path / fit).folder
    pictures = write_pictures(tmp_path / "pictures")
    if fit != "pad":  # how files are decoded does not depend on the fit
        pictures = [path for path in pictures if path.name in SHAPES]
    with visited(browser, place) as page:
        for path in pictures:
            # A browser multiplies by alpha in eight bits, which may round the other way.
            assert apart(page, path, model).max() <= (2 if path.stem == "clear" else 0), path.name


def test_a_large_jpeg_is_scaled_while_it_is_decoded_and_differs_little(
    browser: Browser, folder: Path, bricks: Path, tmp_path: Path
) -> None:
    large = large_jpeg(tmp_path / "large.jpg")
    with visited(browser, folder) as page:
        off = apart(page, large, load_model(bricks))
    assert off.mean() < 1
    assert off.max() <= 8


def apart(page: Page, path: Path, model: Model) -> NDArray[np.int64]:
    """How far the page's square is from Sortal's, in grey levels, (size, size, 3)."""
    size = model.card.size
    mine = ask(page, path)["square"].astype(np.int64).reshape(size, size, 3)
    theirs = fit_square(read_picture(path).pixels, size, model.card.fit).astype(np.int64)
    off: NDArray[np.int64] = np.abs(mine - theirs)
    return off


def test_heat_is_that_of_the_head(
    browser: Browser, folder: Path, bricks: Path, new_bricks: list[Path]
) -> None:
    model = load_model(bricks)
    pixels = fit_square(read_picture(new_bricks[0]).pixels, model.card.size, model.card.fit)
    answers = model.run(pixels[None], features=True)
    assert answers.features is not None
    with visited(browser, folder) as page:
        found = ask(page, new_bricks[0])
    kind = np.array([np.argmax(found["probabilities"])])
    expected = class_activation(answers.features, model.head, kind)[0]
    heat = np.array(found["heat"]).reshape(expected.shape)
    assert np.corrcoef(heat.ravel(), expected.ravel())[0, 1] > 0.99
    # Exact in itself: its mean and the bias make the logit.
    assert np.abs(heat - expected).max() < 0.1 * np.ptp(expected)
