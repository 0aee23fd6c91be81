"""Metadata on a map: types guessed, values missing, wrong and hostile."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from map_sites import ReadSite, files_in, mapped

from drawn_shapes import draw
from sortal.errors import UsageError
from sortal.workflow.map.guess import guess_column, seconds_of

SCRIPT = "</script><script>alert(1)</script>"
RIGHT_TO_LEFT = "\u202egnp.exe"
N = 24


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unlabelled pictures with a table of everything that may stand in one."""
    folder = tmp_path_factory.mktemp("told") / "pictures"
    folder.mkdir()
    rows = []
    for i in range(N):
        draw("disc", 40 + i).save(folder / f"{i:02d}.png")
        rows.append(
            {
                "file_name": f"{i:02d}.png",
                "weight": ["", "heavy", "nan"][i] if i < 3 else f"{i}.5",
                "site": ["north", "south"][i % 2],
                "caption": SCRIPT if i == 5 else RIGHT_TO_LEFT if i == 6 else f"picture {i} " * 9,
                "taken": "soon" if i == 0 else f"2024-0{1 + i % 9}-10 12:00",
                "lat": "91" if i == 1 else f"{40 + i / 10}",
                "lon": "" if i == 2 else f"{-3 - i / 10}",
                "page": "javascript:alert(1)" if i == 7 else f"https://example.org/{i}",
                "empty": "",
            }
        )
    with (folder / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def site(pictures: Path) -> ReadSite:
    folder = pictures.parent / "site"
    mapped(pictures, folder, numbers=("weight", "Brightness"))
    return ReadSite(folder)


def column(site: ReadSite, title: str) -> str:
    return str(next(id_ for id_, column in site.columns.items() if column["title"] == title))


def test_every_column_has_its_type(site: ReadSite) -> None:
    types = {column["title"]: column["type"] for column in site.columns.values()}
    assert types["weight"] == types["Latitude"] == types["Longitude"] == "number"
    assert types["site"] == "category"
    assert types["caption"] == "text"
    assert types["Date"] == types["taken"] == "date"
    assert types["page"] == "link"
    assert "empty" not in types


def test_missing_and_wrong_values_are_counted_and_said(site: ReadSite) -> None:
    weight = site.columns[column(site, "weight")]
    assert (weight["missing"], weight["wrong"]) == (3, 1)
    assert weight["min"] == 3.5
    assert sum(np.isnan(site.data(column(site, "weight")))) == 3
    assert site.columns["latitude"]["missing"] == 2  # a place needs both
    assert site.columns["latitude"]["wrong"] == 1
    assert any("weight (1)" in note for note in site.manifest["notes"])


def test_layouts_follow_the_columns(site: ReadSite) -> None:
    kinds = {layout["kind"] for layout in site.layouts.values()}
    assert kinds == {"similarity", "grid", "category", "date", "place", "numbers"}
    texts = {t["text"] for t in site.layouts["by_numbers"]["annotations"]}
    assert {"weight", "Brightness", "weight missing"} <= texts
    assert "no place" in {t["text"] for t in site.layouts["by_place"]["annotations"]}
    assert site.layouts["by_place"]["lines"]


def test_hostile_texts_stay_texts(site: ReadSite) -> None:
    captions = site.texts(column(site, "caption"))
    assert SCRIPT in captions
    assert not any("\u202e" in caption for caption in captions)
    links = site.texts(column(site, "page"))
    assert all(link.startswith("https://") for link in links if link)
    assert links.count("") == 1
    for name, content in files_in(site.path / "data").items():
        assert b"<" not in content or name.endswith(".npz"), name


def test_only_the_columns_that_are_wanted(pictures: Path, tmp_path: Path) -> None:
    mapped(pictures, tmp_path / "site", columns=("site",))
    found = ReadSite(tmp_path / "site")
    assert [id_ for id_ in found.columns if id_.startswith("m")] == ["m0"]
    assert found.columns["m0"]["title"] == "site"


def test_a_column_without_numbers_is_no_axis(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column of numbers called 'site'"):
        mapped(pictures, tmp_path / "site", numbers=("site", "weight"))


@pytest.mark.parametrize(
    ("texts", "kind", "wrong"),
    [
        (["1", "2", "1e400", "3", "4", "5", "6", "7", "8", "9", "10"], "number", 1),
        (["1,5", "2,5", "3,5"] * 10, "category", 0),
        (["2024-02-30", *["2024-03-01"] * 12], "date", 1),
        (["2024:05:01 10:20:30"], "date", 0),
        ([f"word {i}" for i in range(300)], "text", 0),
        (["a", "b"] * 30, "category", 0),
        (["inf", "-inf", "Infinity"] * 8, "category", 0),
    ],
)
def test_types_are_guessed_by_the_written_rule(texts: list[str], kind: str, wrong: int) -> None:
    found = guess_column(texts, id="m0", title="any")
    assert found is not None
    assert (found.type, found.wrong) == (kind, wrong)


def test_nothing_there_is_no_column() -> None:
    assert guess_column(["", "NA", " - ", "None", "?"], id="m0", title="any") is None


def test_dates_know_their_zone() -> None:
    assert seconds_of("1970-01-01T01:00:00+01:00") == 0
    assert seconds_of("1970-01-01 00:00:01.5Z") == 1.5
    assert seconds_of("1970-01") == 0
    assert seconds_of("1970-13-01") is None
