"""Sortal: tell your own pictures apart, honestly, on your own machine.

    collection = sortal.read("pictures/")
    classifier = sortal.train(collection)
    classifier.predict("new.jpg")

Names are imported on first use, so that ``import sortal`` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sortal.collection import Collection, Sample
    from sortal.errors import SortalError
    from sortal.evaluation import Evaluation
    from sortal.training import SoftmaxHead
    from sortal.workflow import (
        Classifier,
        Prediction,
        Trained,
        check,
        load,
        read,
        train,
    )

_HOMES = {
    "Classifier": ("sortal.workflow", "Classifier"),
    "Collection": ("sortal.collection", "Collection"),
    "Evaluation": ("sortal.evaluation", "Evaluation"),
    "Prediction": ("sortal.workflow", "Prediction"),
    "Sample": ("sortal.collection", "Sample"),
    "SoftmaxHead": ("sortal.training", "SoftmaxHead"),
    "SortalError": ("sortal.errors", "SortalError"),
    "Trained": ("sortal.workflow", "Trained"),
    "check": ("sortal.workflow", "check"),
    "load": ("sortal.workflow", "load"),
    "read": ("sortal.workflow", "read"),
    "train": ("sortal.workflow", "train"),
}

__all__ = [
    "Classifier",
    "Collection",
    "Evaluation",
    "Prediction",
    "Sample",
    "SoftmaxHead",
    "SortalError",
    "Trained",
    "check",
    "load",
    "read",
    "train",
]


def __getattr__(name: str) -> object:
    """Import a public name from its room."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sortal' has no attribute {name!r}")
    from importlib import import_module

    room, attribute = _HOMES[name]
    value = getattr(import_module(room), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
