"""Write the table of routes into docs/studio.md.

    python scripts/write_studio_routes.py

A test runs this too and fails where the page and the table differ.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from sortal.backbones import Cache
from sortal.project import Project
from sortal.studio.app import table
from sortal.studio.desk import Desk
from sortal.studio.jobs import Jobs
from sortal.studio.routes import MEBI, Route

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "studio.md"
BEGIN: Final = "<!-- routes: written by scripts/write_studio_routes.py -->\n"
END: Final = "<!-- end of routes -->\n"


def written(page: str) -> str:
    """The page with the table of routes as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{_table()}\n{END}{after}"


def _table() -> str:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Project(Path(folder) / "p"), Jobs(), Cache(Path(folder) / "cache"))
        try:
            rows = [_row(route) for route in table(desk)]
        finally:
            desk.close()
    head = "| route | what it does | takes | gives |\n|---|---|---|---|\n"
    return head + "".join(rows)


def _row(route: Route) -> str:
    query = f"?{'&'.join(route.query)}" if route.query else ""
    takes = _name(route.takes)
    if route.takes is bytes:
        takes += f", up to {route.limit // MEBI:,} MiB"
    path = route.path.replace(":path}", "}")
    summary = route.summary
    return f"| `{route.method} {path}{query}` | {summary} | {takes} | {_name(route.gives)} |\n"


def _name(kind: Any) -> str:
    if kind is None:
        return ""
    if kind is bytes:
        return "bytes"
    if arguments := getattr(kind, "__args__", None):
        return f"list of `{arguments[0].__name__}`"
    return f"`{kind.__name__}`"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
