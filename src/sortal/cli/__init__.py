"""The command line: one file per command; each parses, calls the workflow, prints."""

from __future__ import annotations


def main(argv: list[str] | None = None) -> None:
    """Run the command line with ``argv``, or with the process's own arguments."""
    try:
        from sortal.cli.app import run
    except KeyboardInterrupt:  # before anything had begun
        raise SystemExit(130) from None
    run(argv)
