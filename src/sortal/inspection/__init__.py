"""What a person should look at in the data before believing a model."""

from sortal.inspection.inspecting import inspect
from sortal.inspection.values import (
    Burst,
    Copies,
    Findings,
    Flag,
    NearPair,
    Shortcut,
    SmallLabel,
    Suspect,
)

__all__ = [
    "Burst",
    "Copies",
    "Findings",
    "Flag",
    "NearPair",
    "Shortcut",
    "SmallLabel",
    "Suspect",
    "inspect",
]
