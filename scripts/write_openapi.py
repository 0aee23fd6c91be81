"""Write frontend/src/studio/openapi.json from the studio's table of routes.

    python scripts/write_openapi.py

The page's TypeScript types are made from that file. A test runs this too and fails where the
file and the table differ.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Final

from sortal.backbones import Cache
from sortal.project import Project
from sortal.studio.app import table
from sortal.studio.desk import Desk
from sortal.studio.jobs import Jobs
from sortal.studio.openapi import openapi

PAGE: Final = Path(__file__).resolve().parents[1] / "frontend" / "src" / "studio" / "openapi.json"


def document() -> str:
    """The whole file. The table needs a project to speak for, so it gets an empty one."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Project(Path(folder) / "p"), Jobs(), Cache(Path(folder) / "cache"))
        try:
            return json.dumps(openapi(table(desk)), indent=1, ensure_ascii=False) + "\n"
        finally:
            desk.close()


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(document(), "utf-8")
