"""The colours of a report, light and dark, as pairs whose contrast a test measures.

Each ground is listed with the inks that stand on it. WCAG 2.2 asks 4.5 to 1 for text (AA)
and 3 to 1 for the parts of a drawing that carry meaning.
"""

from __future__ import annotations

from typing import Final

LIGHT: Final[dict[str, str]] = {
    "paper": "#fbfaf7",
    "card": "#ffffff",
    "ink": "#1d2126",
    "muted": "#59616b",
    "line": "#dcdcd5",
    "faint": "#efeee9",
    "right": "#0f5c66",
    "wrong": "#a23a14",
    "warn": "#fdf1d8",
    "warn-ink": "#5f3b00",
    "r1": "#e7f1f2",
    "r2": "#c8e0e3",
    "r3": "#9bc8ce",
    "r4": "#69aab2",
    "r5": "#257480",
    "r6": "#0b4a53",
    "w1": "#fdf0e8",
    "w2": "#fbdcca",
    "w3": "#f4b899",
    "w4": "#e39168",
    "w5": "#b2491f",
    "w6": "#7d2c0f",
}

DARK: Final[dict[str, str]] = {
    "paper": "#131619",
    "card": "#1a1e22",
    "ink": "#e9e8e3",
    "muted": "#a7afb7",
    "line": "#353b42",
    "faint": "#20252a",
    "right": "#7ccad3",
    "wrong": "#f2a37c",
    "warn": "#33270f",
    "warn-ink": "#f6d590",
    "r1": "#15282b",
    "r2": "#16373c",
    "r3": "#18494f",
    "r4": "#1f5f67",
    "r5": "#4fa5af",
    "r6": "#8fd3da",
    "w1": "#2c1e18",
    "w2": "#40271c",
    "w3": "#5b3320",
    "w4": "#7c4426",
    "w5": "#dd8a60",
    "w6": "#f5b797",
}

TEXT: Final[tuple[tuple[str, str], ...]] = (
    ("paper", "ink"),
    ("paper", "muted"),
    ("paper", "right"),
    ("paper", "wrong"),
    ("card", "ink"),
    ("card", "muted"),
    ("card", "right"),
    ("card", "wrong"),
    ("faint", "ink"),
    ("faint", "muted"),
    ("faint", "right"),
    ("faint", "wrong"),
    ("warn", "warn-ink"),
    *((f"{ramp}{step}", "ink") for ramp in "rw" for step in (1, 2, 3, 4)),
    *((f"{ramp}{step}", "paper") for ramp in "rw" for step in (5, 6)),
)
"""(ground, ink): every pair in which text is set."""

DRAWN: Final[tuple[tuple[str, str], ...]] = (
    ("paper", "right"),
    ("paper", "wrong"),
    ("paper", "muted"),
    ("card", "right"),
    ("card", "wrong"),
    ("card", "muted"),
)
"""(ground, mark): every pair in which a mark of a drawing carries meaning."""

STEPS: Final = (0.02, 0.08, 0.2, 0.4, 0.7)
"""Shares at which a cell of the matrix takes the next deeper shade."""


def shade(share: float) -> int:
    """Return the step of a ramp, 1 to 6, for a share of a row, 0-1."""
    return 1 + sum(share >= step for step in STEPS)


def variables(colours: dict[str, str]) -> str:
    """Write colours as CSS custom properties."""
    return "".join(f"--{name}:{value};" for name, value in colours.items())
