"""The learning rate at each step, as plain arithmetic."""

from __future__ import annotations

import math

from sortal.training.recipe import Recipe


def rate_at(recipe: Recipe, *, step: int, steps: int) -> float:
    """Return the learning rate of a step.

    Args:
        recipe: its optimiser, schedule and epochs.
        step: steps done before it, over all epochs.
        steps: steps in an epoch.
    """
    optimiser = recipe.optimiser
    share = share_at(recipe, epochs_done=step / steps)
    return optimiser.rate * share / (1 + optimiser.decay * step)


def share_at(recipe: Recipe, *, epochs_done: float) -> float:
    """Return what the schedule multiplies the rate by after so many epochs and parts of one."""
    schedule = recipe.schedule
    if epochs_done < schedule.warmup:
        return schedule.start + (1 - schedule.start) * epochs_done / schedule.warmup
    match schedule.name:
        case "step":
            return math.pow(schedule.factor, math.floor(epochs_done / schedule.every))
        case "exponential":
            return math.pow(schedule.factor, epochs_done / schedule.every)
        case "cosine" | "one-cycle":
            rest = recipe.epochs - schedule.warmup
            done = (epochs_done - schedule.warmup) / rest if rest else 1.0
            return schedule.end + (1 - schedule.end) * (1 + math.cos(math.pi * done)) / 2
        case _:
            return 1.0
