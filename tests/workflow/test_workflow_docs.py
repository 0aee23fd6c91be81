"""The pages on the command line and on Python say what the code does."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

import sortal
from drawn_shapes import draw, draw_folder
from sortal import errors
from sortal.errors import FaultReason, SortalError
from sortal.workflow import TrainingDone

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_line_reference_is_what_the_commands_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    page: Any = script("write_cli_reference")
    from sortal.cli.app import app

    assert tuple(command.name for command in app.registered_commands) == page.COMMANDS
    assert page.PAGE.read_text("utf-8") == page.reference(), (
        "docs/cli.md is not what the commands say: run python scripts/write_cli_reference.py"
    )


def test_every_block_of_the_python_page_runs(
    done: TrainingDone,
    shapes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sortal.pictures.pool.usable_cores", lambda: 1)
    shutil.copytree(shapes, "pictures")
    draw_folder(tmp_path / "others", each=2, first=50)
    draw("disc", 60).save("new.jpg")
    text = (DOCS / "python.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 9
    room: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), room)
    printed = capsys.readouterr().out
    for words in (
        "36 pictures of ('cross', 'disc', 'square')",
        "On pictures it has never seen it is right ",
        "not usable: gone.jpg There is no such file or folder.",
        "gone.jpg: The file could not be read: No such file or directory",
    ):
        assert words in printed
    assert (tmp_path / "kinds.onnx").is_file()
    assert (tmp_path / "kinds.html").is_file()


def tree(root: type[SortalError]) -> list[type[SortalError]]:
    return [found for each in root.__subclasses__() for found in (each, *tree(each))]


def test_every_error_is_explained_with_its_exit_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .* \| (\d+) \|$", (DOCS / "python.md").read_text(), re.M)
    ours = [each for each in tree(SortalError) if each.__module__ == errors.__name__]
    assert {each.__name__ for each in ours} == {name for name, _ in rows}
    for name, code in rows:
        assert getattr(errors, name).exit_code == int(code)
        assert name in (errors.__doc__ or "")


def test_every_reason_of_a_fault_is_explained() -> None:
    pages = "".join(page.read_text("utf-8") for page in DOCS.glob("*.md"))
    for reason in get_args(FaultReason):
        assert f"`{reason}`" in pages


def test_every_public_name_is_in_the_pages() -> None:
    page = (DOCS / "python.md").read_text("utf-8")
    for name in ("read", "train", "load", "check", "Prediction", "SoftmaxHead", "SortalError"):
        assert name in sortal.__all__
        assert f"sortal.{name}" in page


def test_exit_codes_are_those_of_the_errors() -> None:
    page = (DOCS / "cli.md").read_text("utf-8")
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert codes == {0, 130} | {each.exit_code for each in tree(SortalError)}
