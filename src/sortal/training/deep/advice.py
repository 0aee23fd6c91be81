"""What to tell people about the course that a training took."""

from __future__ import annotations

from collections.abc import Sequence

from sortal.training.deep.events import Overfitted

History = Sequence[tuple[float, float, float | None, float | None]]

TURNED = 1.05
"""Validation loss has turned where its last values are above its lowest by this factor."""


def overfitting(history: History) -> Overfitted | None:
    """Return when validation loss turned while training loss still fell; None if it did not.

    Args:
        history: (loss, accuracy, validation loss, its accuracy) an epoch. The last two
            validation losses must both be above the lowest, so that one bad epoch is no turn.
    """
    validation = [row[2] for row in history if row[2] is not None]
    if len(validation) < 3 or len(validation) < len(history):
        return None
    best = min(range(len(validation)), key=validation.__getitem__)
    lowest, last = validation[best], validation[-2:]
    if best >= len(validation) - 2 or min(last) <= lowest * TURNED:
        return None
    if history[-1][0] >= history[best][0]:
        return None
    return Overfitted(
        epoch=best + 1,
        message=(
            f"Overfitting since epoch {best + 1}: validation loss was {lowest:.3f} there and is "
            f"{last[-1]:.3f} after epoch {len(validation)}, while training loss went on falling "
            f"from {history[best][0]:.3f} to {history[-1][0]:.3f}. The network learns its "
            "pictures by heart: stop earlier (patience), augment, add dropout, take fewer "
            "units, or gather more pictures."
        ),
    )


def diverged(loss: float, *, epoch: int, step: int, rate: float, kept: int) -> str:
    """Return what to say of a loss that has exploded; epoch and step counted from 1."""
    left = f"those after epoch {kept}" if kept else "those it began with"
    return (
        f"Training diverged: the loss became {loss:.3g} in epoch {epoch}, step {step}. "
        f"The network's weights are {left}. Try a rate of {rate / 10:.1g} in place of "
        f"{rate:.1g}, a warmup, a batch norm after each convolution, or precision float32."
    )


def ended(reason: str, epoch: int, kept: int, patience: int) -> str:
    """Return what to say at the end of a training that went well."""
    weights = f"The weights are those after epoch {kept}"
    if reason == "early":
        return f"Stopped early: no better validation loss in {patience} epochs. {weights}."
    return f"All {epoch} epochs are done. {weights}."
