"""How long work says how far it is: plain events that every face draws in its own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One sign of life from long work.

    Attributes:
        stage: what is being done, as a short phrase: "Reading pictures".
        done: units finished so far.
        total: units in all, or None where nobody knows.
        unit: what is counted: "pictures".
    """

    stage: str
    done: int
    total: int | None = None
    unit: str = ""


Progress = Callable[[Step], None]
"""Called with each Step; raising KeyboardInterrupt in it stops the work cleanly."""


def silent(_: Step) -> None:
    """Take a Step and do nothing."""
