"""The trainings that a recipe stands for: head first, then what thaws."""

from __future__ import annotations

from dataclasses import replace

from sortal.training.recipe import Recipe


def stages(recipe: Recipe) -> tuple[Recipe, ...]:
    """Return the trainings of a recipe, in turn.

    A training that thaws pretrained layers is preceded by one of the head alone, and begins
    with its weights (LP-FT; Kumar et al., ICLR 2022). The rungs of regime auto are head, last
    and full; last and full both begin with the head, so that each is, bit for bit, what its
    regime alone would give.
    """
    if recipe.regime in ("scratch", "head"):
        return (recipe,)
    if recipe.regime == "auto":
        thawed = tuple(replace(recipe, regime=regime) for regime in ("last", "full"))
    else:
        thawed = (recipe,)
    return (*_head(recipe), *thawed)


def _head(recipe: Recipe) -> tuple[Recipe, ...]:
    tuning = recipe.tuning
    if not tuning.head_epochs:
        return ()
    warmup = min(recipe.schedule.warmup, tuning.head_epochs)
    return (
        replace(
            recipe,
            regime="head",
            epochs=tuning.head_epochs,
            optimiser=replace(recipe.optimiser, rate=tuning.head_rate),
            schedule=replace(recipe.schedule, warmup=warmup),
        ),
    )
