"""`sortal show`: what a model file says of itself."""

from __future__ import annotations

from sortal.cli import console, streams
from sortal.cli.options import Json, ModelFile


@console.guarded
def show(model: ModelFile, json: Json = False) -> None:
    """Print a model's card: kinds, score, how it was made, licence."""
    from sortal.workflow import load

    classifier = load(model)
    if json:
        streams.put_json(classifier.card_dict())
        return
    for name, value in classifier.facts().items():
        streams.put(f"{name:<24}{value}")
    for warning in classifier.evaluation.warnings:
        streams.put(f"{'Warning':<24}{warning}")
