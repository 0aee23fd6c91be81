"""The house keeps its order: rooms import only rooms above them, and the light parts stay light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "sortal"
ARCHITECTURE = ROOT / "docs" / "architecture.md"

TORCH_ROOMS = ("network", "training/deep")
FACES = ("cli", "studio")


def rooms_in_order() -> list[str]:
    """Names of the rooms as the table of the architecture page lists them, top to bottom."""
    text = ARCHITECTURE.read_text("utf-8")
    rows = re.findall(r"^\| `([a-z_]+)(?:/|\.py)` \|", text, re.MULTILINE)
    assert len(rows) == len(set(rows))
    return rows


def imports_of(path: Path) -> list[tuple[str, bool]]:
    """Modules that a file imports, each with whether the import runs with the module."""
    tree = ast.parse(path.read_text("utf-8"), str(path))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) not in inside) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.append((node.module or "", id(node) not in inside))
    return found


def python_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_every_room_stands_in_the_table() -> None:
    known = set(rooms_in_order())
    there = {room_of(path) for path in python_files()} - {"__init__", "__main__"}
    assert there == known


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_above_it(path: Path) -> None:
    order = rooms_in_order()
    here = room_of(path)
    if here in ("__init__", "__main__"):
        return
    for module, _ in imports_of(path):
        if not module.startswith("sortal."):
            continue
        there = module.split(".")[1]
        assert order.index(there) <= order.index(here), f"{here} imports {there}, which is below it"
        if here in FACES and there not in (here, "errors"):
            assert len(module.split(".")) <= 3, f"a face imports the insides of {there}: {module}"


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_torch_stays_in_its_rooms(path: Path) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    uses = any(m.split(".")[0] in ("torch", "torchvision", "timm") for m, _ in imports_of(path))
    assert not uses or name.startswith(TORCH_ROOMS)


def test_import_and_help_load_nothing_heavy() -> None:
    code = (
        "import sys, sortal\n"
        "from sortal.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'scipy', 'sklearn', 'onnx', 'onnxruntime', 'PIL', 'torch'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("HEAVY []")


def test_no_file_names_a_development_machine_or_a_registry() -> None:
    registries = r"pypi\.org|files\.pythonhosted|registry\.npmjs"
    # Emscripten gives programs in a browser a user of their own, who has no machine: it stands in
    # ONNX Runtime Web.
    homes = r"/home/(?!web_user\b)[a-z]"
    forbidden = re.compile(rf"/work/|/root/|{homes}|{registries}")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if path == Path(__file__) or not path.is_file() or path.stat().st_size > 1_500_000:
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        hit = forbidden.search(text)
        assert hit is None, f"{name}: {hit and hit.group()}"
