"""From pictures to a site: what it holds, from any input, and that few pictures are enough."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from map_sites import ReadSite, Told, files_in, mapped

import sortal
from command_line import CommandLine
from drawn_shapes import KINDS, draw, draw_folder
from packed_files import digits, write_idx
from sortal.backbones import Cache
from sortal.errors import CollectionError, MissingExtraError, OutputError, UsageError
from sortal.workflow import MapOptions, map_collection


@pytest.fixture(scope="module")
def site(shapes: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> ReadSite:
    """A map of the shapes with the answers of their model; not to be written to."""
    folder = tmp_path_factory.mktemp("maps") / "site"
    mapped(shapes, folder, model=model, table=folder.parent / "points.csv")
    return ReadSite(folder)


# what a site holds


def test_every_picture_is_a_point_with_what_is_known_of_it(site: ReadSite, shapes: Path) -> None:
    assert site.manifest["count"] == 36
    paths = [path.relative_to(shapes).as_posix() for path in shapes.rglob("*.png")]
    assert sorted(site.texts("path")) == sorted(paths)
    for path, label in zip(site.texts("path"), site.data("label"), strict=True):
        assert path.startswith(f"{label}/")
    assert set(site.data("prediction")) <= {*KINDS, "(unknown)"}
    assert all(0 <= confidence <= 1 for confidence in site.data("confidence"))
    assert {"right", "tags", "width", "brightness"} <= set(site.columns)


def test_every_layout_says_what_it_kept(site: ReadSite) -> None:
    assert list(site.layouts)[:3] == ["similarity", "grid", "by_label"]
    for layout in site.layouts.values():
        numbers, words = layout["fidelity"]["numbers"], layout["fidelity"]["words"]
        assert {"preserved_10", "preserved_50", "trustworthiness", "label_agreement"} <= {*numbers}
        assert "Of the 10 pictures most alike to a picture" in words
        assert "Trustworthiness" in words
    kept = {id_: layout["fidelity"]["numbers"] for id_, layout in site.layouts.items()}
    assert kept["similarity"]["preserved_10"] > 2 * kept["similarity"]["by_chance_10"]


def test_the_grid_has_a_cell_for_each(site: ReadSite) -> None:
    assert len(np.unique(site.places("grid"), axis=0)) == 36


def test_the_table_has_the_points_of_the_page(site: ReadSite) -> None:
    with (site.path.parent / "points.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["path"] for row in rows] == site.texts("path")
    assert [row["label"] for row in rows] == site.data("label")
    for number, row in enumerate(rows):
        near = [int(id_) for id_ in row["neighbours"].split()]
        assert int(row["id"]) == number
        assert len(set(near)) == 15
        assert number not in near
    lies = sorted((float(row["x"]), float(row["y"])) for row in rows)
    assert np.array(lies, np.float32).tolist() == sorted(map(list, site.lies().values()))


def test_a_table_in_parquet(shapes: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra parquet")
    table = tmp_path / "points.parquet"
    mapped(shapes, tmp_path / "site", table=table)
    found = parquet.read_table(table).to_pydict()
    assert found["path"] == ReadSite(tmp_path / "site").texts("path")
    assert {len(near) for near in found["neighbours"]} == {15}


def test_nothing_in_a_site_names_the_place_where_it_was_made(site: ReadSite, shapes: Path) -> None:
    strange = [os.fsencode(shapes.parent), os.fsencode(site.path.parent), b"http://localhost"]
    for name, content in files_in(site.path).items():
        assert not any(text in content for text in strange), name


def test_the_same_pictures_give_the_same_site(site: ReadSite, shapes: Path, model: Path) -> None:
    again = site.path.parent / "again"
    mapped(shapes, again, model=model, cache=False)
    assert files_in(again) == files_in(site.path)


def test_labels_may_draw_their_pictures_together(tmp_path: Path) -> None:
    draw_folder(tmp_path / "pictures", each=10)
    kept = []
    for supervised in (False, True):
        folder = tmp_path / f"site-{supervised}"
        mapped(tmp_path / "pictures", folder, supervised=supervised)
        fidelity = ReadSite(folder).layouts["similarity"]["fidelity"]
        kept.append(fidelity["numbers"]["label_agreement"])
    assert kept[1] >= kept[0]


# inputs


def test_an_unlabelled_folder(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    for seed in range(12):
        draw("disc", seed).save(tmp_path / f"pictures/{seed}.png")
    done = mapped(tmp_path / "pictures", tmp_path / "site")
    found = ReadSite(done.site)
    assert done.n_used == 12
    assert "label" not in found.columns
    assert "by_label" not in found.layouts


def test_a_zip_and_files_of_packed_digits(shapes: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "shapes"), "zip", shapes)
    done = mapped(Path(archive), tmp_path / "zipped")
    assert done.n_used == 36
    assert "by_label" in ReadSite(done.site).layouts
    (tmp_path / "idx").mkdir()
    write_idx(tmp_path / "idx/train-images-idx3-ubyte", digits(20))
    labels = np.arange(20, dtype=np.uint8) % 4
    write_idx(tmp_path / "idx/train-labels-idx1-ubyte", labels)
    packed = mapped(tmp_path / "idx", tmp_path / "packed")
    assert packed.n_used == 20
    assert ReadSite(packed.site).columns["label"]["values"] == ["0", "1", "2", "3"]


def test_a_collection_that_was_read_already(shapes: Path, tmp_path: Path) -> None:
    collection = sortal.read(shapes)
    told = Told()
    with Cache() as cache:
        options = MapOptions(workers=1, title="Project")
        done = map_collection(collection, tmp_path / "site", options, progress=told, cache=cache)
        assert cache.notes == ()  # it is still open
    assert told.first("Embedding pictures") == 36
    assert done.n_used == 36
    assert done.seconds > 0
    assert ReadSite(done.site).manifest["title"] == "Project"


# few pictures, and none


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("identical", [False, True])
def test_a_handful_of_pictures_is_a_map(n: int, identical: bool, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    for seed in range(n):
        draw("disc", 0 if identical else seed).save(tmp_path / f"pictures/{seed}.png")
    done = mapped(tmp_path / "pictures", tmp_path / "site", table=tmp_path / "points.csv")
    found = ReadSite(done.site)
    assert found.manifest["count"] == n
    assert len(np.unique(found.places("similarity"), axis=0)) == n
    assert found.layouts["similarity"]["fidelity"]["words"]


def test_many_copies_of_one_picture_stand_apart(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    draw("disc", 0).save(tmp_path / "pictures/0.png")
    for copy in range(1, 40):
        shutil.copy(tmp_path / "pictures/0.png", tmp_path / f"pictures/{copy}.png")
    found = ReadSite(mapped(tmp_path / "pictures", tmp_path / "site").site)
    assert len(np.unique(found.places("similarity"), axis=0)) == 40


def test_no_picture_is_said_and_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    with pytest.raises(CollectionError, match="no usable picture is in it"):
        mapped(tmp_path / "pictures", tmp_path / "site")
    (tmp_path / "pictures/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with pytest.raises(CollectionError, match=r"broken\.png"):
        mapped(tmp_path / "pictures", tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_faults_are_listed_beside_the_map(tmp_path: Path) -> None:
    draw_folder(tmp_path / "pictures", each=2)
    (tmp_path / "pictures/disc/<b>broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    done = mapped(tmp_path / "pictures", tmp_path / "site")
    faults = ReadSite(done.site).manifest["faults"]
    assert (done.n_used, done.n_faults, faults["count"]) == (6, 1, 1)
    assert faults["first"][0][0] == "disc/<b>broken.png"


# what cannot be done is refused before any work


def test_wrong_wishes_are_refused_in_words(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    told = Told()
    with pytest.raises(UsageError, match=r"must end in \.csv or \.parquet"):
        mapped(shapes, site, told=told, table=tmp_path / "points.txt")
    with pytest.raises(UsageError, match="no column 'weight'"):
        mapped(shapes, site, told=told, columns=("weight",))
    with pytest.raises(UsageError, match="layout must be one of"):
        mapped(shapes, site, told=told, layout="pca")
    with pytest.raises(OutputError, match="lie among the pictures"):
        mapped(shapes, shapes / "site", told=told)
    monkeypatch.setattr("sortal.workflow.map.calls.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"sortal\[umap\]"):
        mapped(shapes, site, told=told, layout="umap")
    assert told.steps == []
    assert not site.exists()


def test_a_folder_with_something_else_is_left_alone(shapes: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/dear.txt").write_text("kept")
    with pytest.raises(OutputError, match="holds something else"):
        mapped(shapes, tmp_path / "letters")
    assert files_in(tmp_path / "letters") == {"dear.txt": b"kept"}


def test_the_command(sortal_cli: CommandLine, shapes: Path, tmp_path: Path) -> None:
    ran = sortal_cli("map", shapes, "-o", tmp_path / "site", "--json")
    assert ran.code == 0
    assert ran.json["n_used"] == 36
    assert ran.json["layouts"][0]["title"] == "By similarity"
    again = sortal_cli("map", shapes, "-o", tmp_path / "site")
    assert "Of the 10 pictures most alike" in again.out
    assert str(tmp_path / "site/index.html") in again.out
    wrong = sortal_cli("map", shapes, "-o", tmp_path / "site", "--numbers", "Width")
    assert wrong.code == 2
    assert "--numbers takes two columns" in wrong.err
