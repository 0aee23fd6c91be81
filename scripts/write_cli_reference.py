"""Write docs/cli.md from what the commands say of themselves.

    python scripts/write_cli_reference.py

A test runs it too and fails where the page and the commands differ.
"""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Final

from sortal.cli import main

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
COMMANDS: Final = (
    "train",
    "preview",
    "predict",
    "evaluate",
    "check",
    "tag",
    "inside",
    "map",
    "show",
    "export",
    "studio",
    "fetch",
)

INTRODUCTION: Final = """\
# The command line

This page is written by `scripts/write_cli_reference.py` from `--help`; change the commands, not
the page.

Results go to stdout, progress and everything else to stderr. With `--json`, stdout holds exactly
one JSON object, or nothing where the command failed. Progress is drawn as bars on a terminal, and
as a line for each stage elsewhere, under `NO_COLOR` or with `TERM=dumb`.

| exit code | meaning |
|---|---|
| 0 | done; a reader that goes away (`... \\| head`) counts as that |
| 1 | the answer is no: `check --strict` found something; a model that was made does not answer \
as it was trained; or a training's loss exploded (where an epoch went well before, its model is \
written) |
| 2 | wrong usage, input that cannot be used, or a result that cannot be written; for `predict` \
and `tag`: not one of the files could be used |
| 3 | an optional part is not installed; the message names the pip command |
| 130 | interrupted; what was finished before is kept, and the next run goes on from there |

Files that cannot be used never stop a command that has others: `train`, `check` and `evaluate`
list and count them, `predict` and `tag` name each on stderr (and under `faults` in JSON).
Originals are never written to; a result is written whole or not at all, and never over a file
that is read. The cache of embeddings is the folder that `SORTAL_CACHE` names, or `sortal` in the
user's cache folder; it is safe to delete.
"""


def help_of(*arguments: str) -> str:
    """What a command prints when asked for help, at a width of 80."""
    said = io.StringIO()
    os.environ["COLUMNS"] = "80"
    with redirect_stdout(said), suppress(SystemExit):
        main([*arguments, "--help"])
    return said.getvalue().strip()


def reference() -> str:
    """The whole page."""
    parts = [INTRODUCTION, f"```text\n{help_of()}\n```\n"]
    parts += [f"## sortal {name}\n\n```text\n{help_of(name)}\n```\n" for name in COMMANDS]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(reference(), "utf-8")
