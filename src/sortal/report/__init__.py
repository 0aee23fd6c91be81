"""One self-contained HTML page from an evaluation or a check."""

from __future__ import annotations

from sortal.report.card import evaluation_card, facts_card
from sortal.report.check import check_report
from sortal.report.story import (
    Burst,
    CheckStory,
    Duplicates,
    Exhibit,
    Gallery,
    KinSummary,
    LadderStory,
    Pair,
    Pairs,
    RungStory,
    TrainingStory,
)
from sortal.report.training import training_report

__all__ = [
    "Burst",
    "CheckStory",
    "Duplicates",
    "Exhibit",
    "Gallery",
    "KinSummary",
    "LadderStory",
    "Pair",
    "Pairs",
    "RungStory",
    "TrainingStory",
    "check_report",
    "evaluation_card",
    "facts_card",
    "training_report",
]
