"""The page's types are made from openapi.json, so it must say what the table says."""

from __future__ import annotations

import json
import runpy
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made() -> str:
    script = runpy.run_path(str(ROOT / "scripts" / "write_openapi.py"))
    return str(script["document"]())


def test_the_committed_document_is_what_the_table_says(made: str) -> None:
    committed = (ROOT / "frontend" / "src" / "studio" / "openapi.json").read_text("utf-8")
    assert committed == made, "run  python scripts/write_openapi.py  and commit what it wrote"


def test_the_routes_of_the_docs_are_those_of_the_table() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write_studio_routes.py"))
    page = (ROOT / "docs" / "studio.md").read_text("utf-8")
    assert page == script["written"](page), "run  python scripts/write_studio_routes.py"


def test_every_operation_has_a_name_of_its_own(made: str) -> None:
    paths: dict[str, dict[str, Any]] = json.loads(made)["paths"]
    names = Counter(op["operationId"] for path in paths.values() for op in path.values())
    assert [name for name, count in names.items() if count > 1] == []


def test_every_reference_leads_somewhere(made: str) -> None:
    document = json.loads(made)
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
