"""From an empty project to everything that is taken away, as the page asks for it."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from studio_client import Studio, studio

from drawn_shapes import KINDS, draw, draw_folder
from sortal.modelfile import load_model
from sortal.workflow import load

EACH = 12


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory, own_cache: Path) -> Iterator[Studio]:
    """A studio in which shapes were dropped, one kind after the other, and trained once."""
    folder = tmp_path_factory.mktemp("taught")
    with studio(folder / "shapes", cache=own_cache) as opened:
        for kind in KINDS:
            opened.post("/api/kinds", {"name": kind})
            kinds = {k["name"]: k["id"] for k in opened.get("/api/project")["kinds"]}
            kept = [
                {"sha256": opened.store(png(draw(kind, seed))), "path": f"{kind}-{seed}.png"}
                for seed in range(EACH)
            ]
            body = {"pictures": kept, "kind": kinds[kind], "origin": "upload"}
            assert len(opened.post("/api/add", body)["added"]) == EACH
        opened.done("/api/train", {})
        yield opened


def png(image: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def last_run(opened: Studio) -> int:
    return int(next(run["id"] for run in opened.get("/api/runs") if run["state"] == "done"))


def test_the_judgement_says_how_good_it_is(taught: Studio) -> None:
    told = taught.get(f"/api/runs/{last_run(taught)}")
    assert told["headline"].startswith("On pictures it has never seen")
    assert told["interval"][0] <= told["accuracy"] <= told["interval"][1]
    assert sum(map(sum, told["confusion"])) == EACH * len(KINDS)
    assert [kind["kind"] for kind in told["perKind"]] == sorted(KINDS)
    assert sum(b["n"] for b in told["calibration"]["bins"]) >= EACH * len(KINDS)
    assert told["hasHeat"] is True


def test_every_cell_of_the_confusion_opens_onto_its_pictures(taught: Studio) -> None:
    run = last_run(taught)
    told = taught.get(f"/api/runs/{run}")
    for i, truth in enumerate(told["classes"]):
        for j, answer in enumerate(told["classes"]):
            page = taught.get(f"/api/runs/{run}/answers?truth={truth}&answer={answer}")
            assert page["total"] == told["confusion"][i][j]
    wrong = taught.get(f"/api/runs/{run}/answers?wrong=1")
    assert all(a["truth"] != a["answer"] for a in wrong["answers"])
    sure = [a["confidence"] for a in taught.get(f"/api/runs/{run}/answers")["answers"]]
    assert sure == sorted(sure, reverse=True)


def test_an_answer_comes_with_bars_and_heat(taught: Studio) -> None:
    run = last_run(taught)
    told = taught.post(f"/api/runs/{run}/predict?heat=1", png(draw("disc", 500)))
    assert sum(k["probability"] for k in told["kinds"]) == pytest.approx(1, abs=1e-3)
    assert told["heat"].startswith("data:image/jpeg;base64,")
    picture = taught.get("/api/pictures?count=1")["pictures"][0]["id"]
    drawn = taught.ask("GET", f"/api/runs/{run}/heat/{picture}?answer=disc")
    assert drawn.body[:3] == b"\xff\xd8\xff"
    refused = taught.ask("GET", f"/api/runs/{run}/heat/{picture}?answer=whale")
    assert refused.status == 400


def test_the_studio_answers_as_the_command_line_does(taught: Studio, tmp_path: Path) -> None:
    run = last_run(taught)
    (tmp_path / "m.onnx").write_bytes(taught.ask("GET", f"/api/runs/{run}/model").body)
    folder = draw_folder(tmp_path / "new", each=2, first=700)
    classifier = load(tmp_path / "m.onnx")
    for path in sorted(folder.rglob("*.png")):
        (same,) = classifier.predict_many([path], top=3)
        told = taught.post(f"/api/runs/{run}/predict", path.read_bytes())
        assert [(k["kind"], k["probability"]) for k in told["kinds"]] == [
            (kind, pytest.approx(share, abs=1e-6))
            for kind, share in same.kinds  # type: ignore[union-attr]
        ]


def test_what_is_no_picture_is_refused_in_a_sentence(taught: Studio) -> None:
    came = taught.ask("POST", f"/api/runs/{last_run(taught)}/predict", b"no picture at all")
    assert came.status == 422
    assert "picture" in came.json["message"]
    assert taught.ask("POST", f"/api/runs/{last_run(taught)}/predict", b"").status == 400


def test_the_threshold_is_kept_and_goes_with_the_model(taught: Studio, tmp_path: Path) -> None:
    run = last_run(taught)
    before = taught.get(f"/api/runs/{run}/threshold")
    assert before["threshold"] == before["found"] and not before["isOwn"]
    assert len(before["quantiles"]) == 101
    frame = png(draw("disc", 501))
    told = taught.post(f"/api/runs/{run}/threshold", {"threshold": 1e-6}, method="PUT")
    assert told["isOwn"] and told["threshold"] == pytest.approx(1e-6)
    assert taught.post(f"/api/runs/{run}/predict", frame)["unknown"] is True
    model = load_model(taught.ask("GET", f"/api/runs/{run}/model").body)
    assert model.card.unknown_threshold == pytest.approx(1e-6)
    assert "know" in taught.get("/api/history")[0]["words"]
    taught.post("/api/undo")
    assert taught.get(f"/api/runs/{run}/threshold") == before
    kept = taught.ask("GET", f"/api/runs/{run}/model").body
    assert kept == taught.desk.project.model_file(run).read_bytes()
    bad = taught.ask("PUT", f"/api/runs/{run}/threshold", {"threshold": -1})
    assert bad.status == 400


def test_after_mending_two_runs_are_compared_picture_by_picture(taught: Studio) -> None:
    first = last_run(taught)
    some = taught.get("/api/pictures?count=3")["pictures"]
    kinds = {k["name"]: k["id"] for k in taught.get("/api/project")["kinds"]}
    taught.post("/api/label", {"pictures": [some[0]["id"]], "kind": kinds["square"]})
    taught.post("/api/exclude", {"pictures": [some[1]["id"]], "excluded": True})
    taught.done("/api/train", {})
    second = last_run(taught)
    told = taught.get(f"/api/runs/{second}/differences?before={first}")
    became = {d["picture"]["id"]: d["became"] for d in told["differences"]}
    assert became[some[1]["id"]] == "gone"
    assert some[0]["id"] in became
    taught.post("/api/undo")
    taught.post("/api/undo")
    assert taught.get("/api/project")["excluded"] == 0


def test_what_to_label_next_is_doubtful_and_spread(taught: Studio) -> None:
    kept = [
        {"sha256": taught.store(png(draw(kind, seed))), "path": f"{kind}-{seed}.png"}
        for kind in KINDS
        for seed in range(900, 906)
    ]
    before = taught.get("/api/next")
    assert before["pictures"] == []
    added = taught.post("/api/add", {"pictures": kept, "kind": None, "origin": "upload"})
    for job in taught.get("/api/jobs")["jobs"]:
        taught.wait(job["id"])
    told = taught.get("/api/next?count=5")
    ids = [n["picture"]["id"] for n in told["pictures"]]
    assert len(set(ids)) == 5
    assert set(ids) <= set(added["added"])
    assert (told["unlabelled"], told["waiting"]) == (len(kept), 0)
    assert "margin" in told["method"]
    taught.post("/api/undo")


def test_the_map_is_made_served_and_grows(taught: Studio) -> None:
    assert taught.get("/api/map")["ready"] is False
    run = last_run(taught)
    told = taught.done("/api/map", {})
    assert (told["pictures"], told["run"]) == (EACH * len(KINDS), run)
    made = taught.get("/api/map")
    assert made["ready"] and made["run"] == run and not made["stale"]
    page = taught.ask("GET", "/map/")
    assert page.headers["content-type"].startswith("text/html")
    for path in ("../project.sqlite", "..%2fproject.sqlite", "no/such.js"):
        assert taught.ask("GET", f"/map/{path}").status in (400, 404)
    kinds = taught.get("/api/project")["kinds"]
    taught.post("/api/label", {"pictures": [1], "kind": kinds[0]["id"]})
    assert taught.get("/api/map")["stale"]
    taught.post("/api/undo")
    assert not taught.get("/api/map")["stale"]


def test_answers_to_all_pictures_come_as_a_table(taught: Studio) -> None:
    made = taught.done(f"/api/runs/{last_run(taught)}/predictions")
    came = taught.ask("GET", f"/api/files/{made['file']}")
    assert came.headers["content-type"].startswith("text/csv")
    assert "attachment" in came.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(came.body.decode("utf-8-sig"))))
    assert len(rows) == EACH * len(KINDS)
    assert {row["label"] for row in rows} == set(KINDS)
    assert all(0 <= float(row["confidence"]) <= 1 for row in rows)


@pytest.mark.parametrize("by", ["answer", "label"])
def test_pictures_are_copied_into_folders_and_never_moved(
    taught: Studio, tmp_path: Path, by: str
) -> None:
    run = last_run(taught)
    folder = tmp_path / "sorted"
    told = taught.done(f"/api/runs/{run}/sort", {"by": by, "folder": str(folder)})
    assert told["copied"] == EACH * len(KINDS)
    copies = sorted(folder.rglob("*.png"))
    assert len(copies) == EACH * len(KINDS)
    if by == "label":
        assert all(copy.name.startswith(copy.parent.name) for copy in copies)
    again = taught.ask("POST", f"/api/runs/{run}/sort", {"by": by, "folder": str(folder)})
    assert again.status == 507
    made = taught.done(f"/api/runs/{run}/sort", {"by": by})
    with zipfile.ZipFile(
        io.BytesIO(taught.ask("GET", f"/api/files/{made['file']}").body)
    ) as zipped:
        assert len(zipped.namelist()) == EACH * len(KINDS)
    taught.post(f"/api/files/{made['file']}", method="DELETE")
    assert taught.ask("GET", f"/api/files/{made['file']}").status == 400


def test_the_one_page_app_is_made(taught: Studio, tmp_path: Path) -> None:
    run = last_run(taught)
    made = taught.done(f"/api/runs/{run}/app", {})
    with zipfile.ZipFile(
        io.BytesIO(taught.ask("GET", f"/api/files/{made['file']}").body)
    ) as zipped:
        assert "index.html" in zipped.namelist()
    taught.done(f"/api/runs/{run}/app", {"folder": str(tmp_path / "app")})
    assert (tmp_path / "app" / "index.html").is_file()


def test_card_and_report_are_there(taught: Studio) -> None:
    run = last_run(taught)
    card = json.loads(taught.ask("GET", f"/api/runs/{run}/card").body)
    assert card["classes"] == sorted(KINDS)
    report = taught.ask("GET", f"/api/runs/{run}/report")
    assert b"<!doctype html" in report.body[:200].lower()
    assert "attachment" in report.headers["content-disposition"]


def test_the_project_travels_as_one_archive(
    taught: Studio, tmp_path: Path, own_cache: Path
) -> None:
    made = taught.done("/api/pack")
    content = taught.ask("GET", f"/api/files/{made['file']}").body
    told = taught.done(f"/api/unpack?folder={tmp_path / 'far' / 'away'}", content)
    before, run = taught.get("/api/project"), last_run(taught)
    judged = taught.get(f"/api/runs/{run}")
    with studio(Path(told["folder"]), cache=own_cache) as other:
        after = other.get("/api/project")
        assert after["kinds"] == before["kinds"]
        assert other.get(f"/api/runs/{run}") == judged
        assert len(other.get("/api/history")) == len(taught.get("/api/history"))
        preview = other.ask("GET", "/api/pictures/1/preview")
        assert preview.body[:3] == b"\xff\xd8\xff"
    shutil.rmtree(told["folder"])


@pytest.mark.slow
@pytest.mark.skipif(find_spec("torch") is None, reason="a network from parts needs sortal[deep]")
def test_a_network_from_parts_tells_its_curve_as_it_learns(taught: Studio) -> None:
    asked = {"network": "flatten, dense 8 relu", "size": 16, "epochs": 3, "batch": 8}
    job = taught.job("/api/train", asked)
    assert job["state"] == "done", job
    assert [epoch["epoch"] for epoch in job["told"]["epochs"]] == [1, 2, 3]
    assert job["told"]["begun"]["pictures"] > 0
    run = last_run(taught)
    assert taught.get("/api/runs")[0]["options"]["network"] == asked["network"]
    told = taught.post(f"/api/runs/{run}/predict?heat=1", png(draw("disc", 502)))
    assert len(told["kinds"]) == 3
    assert len(taught.get(f"/api/next?run={run}")["pictures"]) == 0


def test_how_long_it_will_take_is_said_before_and_after(tmp_path: Path, shapes: Path) -> None:
    with studio(tmp_path / "p", cache=tmp_path / "cache") as opened:
        assert opened.get("/api/estimate")["basis"] == "nothing"
        opened.done("/api/folder", {"path": str(shapes)})
        for job in opened.get("/api/jobs")["jobs"]:
            opened.wait(job["id"])
        first = opened.get("/api/estimate")
        assert first["basis"] == "trial"
        assert first["pictures"] == 36 and 0 < first["seconds"] < 600
        opened.done("/api/train", {})
        assert opened.get("/api/estimate")["basis"] == "training"


def test_what_may_be_chosen_is_told(taught: Studio) -> None:
    told = taught.get("/api/choices")
    assert [c["name"] for c in told["backbones"]] == ["lite0", "lite2"]
    assert {"cnn", "vgg16"} <= {c["name"] for c in told["networks"]}
    assert all(c["words"] for group in told.values() if isinstance(group, list) for c in group)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"network": "evil.py:NET"}, "A Python file is run"),
        ({"recipe": "/etc/passwd.toml"}, "come with Sortal"),
        ({"backbone": "lite9"}, "not as expected"),
    ],
)
def test_training_takes_no_files(taught: Studio, asked: dict[str, str], words: str) -> None:
    came = taught.ask("POST", "/api/train", asked)
    assert came.status == 400
    assert words in came.json["message"]
