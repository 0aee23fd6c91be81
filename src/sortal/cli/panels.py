"""Help in plain text whose options stand under headings, the simple ones first."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand


class Panelled(TyperCommand):
    """A command that writes each ``rich_help_panel`` as a heading of its own, without colours."""

    def format_options(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """Write arguments, options, and then every panel in the order of its first option."""
        panels: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            default = "Arguments" if parameter.param_type_name == "argument" else "Options"
            panel = getattr(parameter, "rich_help_panel", None) or default
            panels.setdefault(panel, []).append(record)
        for heading, records in panels.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)
