"""A map that is there already: it grows, pictures leave, and no interrupt harms it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from map_sites import ReadSite, Told, files_in, mapped

from drawn_shapes import KINDS, draw, draw_folder

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")

KILLED = """
import os, signal, sys
from pathlib import Path
from sortal.workflow import MapOptions, map_folder

stage, pictures, site = sys.argv[1:]

def kill(step):
    if step.stage == stage and step.done:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    map_folder(Path(pictures), Path(site), MapOptions(workers=1), progress=kill)
"""


def draw_large(root: Path, *, first: int) -> None:
    """30 pictures that are larger than a thumbnail, so that they get previews."""
    for kind in KINDS:
        (root / kind).mkdir(parents=True)
        for seed in range(first, first + 10):
            draw(kind, seed).resize((240, 180)).save(root / kind / f"{seed}.png")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return draw_folder(tmp_path / "pictures", each=10, first=7_100)


def test_new_pictures_are_embedded_alone_and_move_no_other(pictures: Path, tmp_path: Path) -> None:
    mapped(pictures, tmp_path / "site")
    before = ReadSite(tmp_path / "site").lies()
    draw_folder(pictures, each=3, first=7_200)
    told = Told()
    done = mapped(pictures, tmp_path / "site", told=told)
    after = ReadSite(tmp_path / "site").lies()
    assert (done.n_new, done.n_gone, done.n_used) == (9, 0, 39)
    assert told.first("Embedding pictures") == 30
    assert "Laying out" not in told.stages()
    assert {hash_: after[hash_] for hash_ in before} == before


def test_new_pictures_come_to_stand_among_their_like(pictures: Path, tmp_path: Path) -> None:
    mapped(pictures, tmp_path / "site")
    draw_folder(pictures, each=2, first=300)
    mapped(pictures, tmp_path / "site", table=tmp_path / "points.csv")
    found = ReadSite(tmp_path / "site")
    old = found.layouts["similarity"]["fidelity"]["numbers"]
    assert old["preserved_10"] > 1.5 * old["by_chance_10"]


def test_pictures_that_are_gone_leave_and_renamed_ones_stay(pictures: Path, tmp_path: Path) -> None:
    mapped(pictures, tmp_path / "site")
    before = ReadSite(tmp_path / "site").lies()
    for path in sorted((pictures / "disc").iterdir())[:4]:
        path.unlink()
    (pictures / "cross").rename(pictures / "plus")
    done = mapped(pictures, tmp_path / "site")
    after = ReadSite(tmp_path / "site")
    assert (done.n_new, done.n_gone, done.n_used) == (0, 4, 26)
    assert set(after.lies().items()) < set(before.items())
    assert not any(path.startswith("cross/") for path in after.texts("path"))


def test_relayout_lays_all_of_them_out(pictures: Path, tmp_path: Path) -> None:
    mapped(pictures, tmp_path / "site")
    before = ReadSite(tmp_path / "site").lies()
    draw_folder(pictures, each=3, first=7_200)
    done = mapped(pictures, tmp_path / "site", relayout=True)
    after = ReadSite(tmp_path / "site").lies()
    assert done.n_new == 0
    assert all(after[hash_] != place for hash_, place in before.items())
    mapped(pictures, tmp_path / "fresh")
    assert ReadSite(tmp_path / "fresh").lies() == after


def test_other_rules_lay_out_afresh_and_say_so(pictures: Path, tmp_path: Path) -> None:
    mapped(pictures, tmp_path / "site")
    done = mapped(pictures, tmp_path / "site", backbone="lite2")
    assert any("made by other rules" in note for note in done.notes)


def test_a_state_that_is_no_state_is_laid_out_afresh(pictures: Path, tmp_path: Path) -> None:
    mapped(pictures, tmp_path / "site")
    wanted = ReadSite(tmp_path / "site").lies()
    manifest = ReadSite(tmp_path / "site").manifest
    (tmp_path / "site" / manifest["base"] / "state.npz").write_bytes(b"PK\x03\x04 no more")
    mapped(pictures, tmp_path / "site")
    assert ReadSite(tmp_path / "site").lies() == wanted


@POSIX
@pytest.mark.parametrize(
    ("stage", "embedded"),
    [
        ("Embedding pictures", 1),
        ("Finding neighbours", 30),
        ("Laying out", 30),
        ("Making previews", 30),
        ("Writing the map", 30),
    ],
)
def test_a_killed_run_goes_on_where_it_ended(stage: str, embedded: int, tmp_path: Path) -> None:
    # pictures larger than a thumbnail, of their own for each stage: none is in the cache
    pictures = tmp_path / "pictures"
    draw_large(pictures, first=1_000 + 100 * len(stage))
    site = tmp_path / "site"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, stage, str(pictures), str(site)],
        capture_output=True,
        check=False,
        timeout=240,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert not (site / "index.html").exists()
    told = Told()
    mapped(pictures, site, told=told)
    assert told.first("Embedding pictures") >= embedded
    mapped(pictures, tmp_path / "fresh", cache=False)
    assert ReadSite(site).lies() == ReadSite(tmp_path / "fresh").lies()
    assert {name for name in files_in(site) if not name.startswith("data/")} == {
        name for name in files_in(tmp_path / "fresh") if not name.startswith("data/")
    }


@POSIX
def test_a_killed_run_leaves_the_map_that_was_there(pictures: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    mapped(pictures, site)
    before = files_in(site)
    draw_folder(pictures, each=1, kinds=KINDS[:1], first=500)
    ran = [sys.executable, "-c", KILLED, "Writing the map", str(pictures), str(site)]
    killed = subprocess.run(ran, capture_output=True, check=False, timeout=240)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert {name: files_in(site)[name] for name in before} == before
    assert mapped(pictures, site).n_new == 1
    assert len(list((site / "data").glob("g*"))) == 1
