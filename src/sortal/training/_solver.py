"""Many softmax regressions on the same features at once, by a preconditioned L-BFGS.

The models differ in the weights that they give the samples (0 for those of the fold they must
not see), so that one matrix product an iteration serves all of them.

Sources: Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 7.4 (two-loop
recursion); Böhning, Multinomial logistic regression algorithm, Ann. Inst. Stat. Math. 44
(1992), whose fixed bound on the second derivative is replaced here by the mean of p(1-p) a
class, which is closer to it where the answers are sure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.training._design import Design, Doubles, Floats

_MEMORY: Final = 8  # pairs of steps that L-BFGS remembers
_TURNS: Final = 12  # trials of the line search
_BLOCK: Final = 262_144  # logits that are worked on at once; they fit a cache
_FLAT: Final = 0.5  # a step is accepted where the slope has fallen to this share
_BIAS_PENALTY: Final = 1e-3  # keeps the bias of a class finite that a fold has no sample of


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Models to be fitted side by side.

    Attributes:
        design: the features.
        labels: int64, shape (n,).
        n_classes: C.
        weights: float32, shape (models, n): weight of each sample in each model, 0 for
            samples that the model must not see.
    """

    design: Design
    labels: NDArray[np.int64]
    n_classes: int
    weights: Floats

    def start(self) -> Doubles:
        """Parameters (models, C, axes + 1) that answer with the shares of the classes."""
        one_hot = np.eye(self.n_classes)[self.labels]
        counts = self.weights.astype(np.float64) @ one_hot + 0.5
        theta = np.zeros((len(self.weights), self.n_classes, len(self.design.spread)))
        theta[:, :, -1] = np.log(counts / counts.sum(axis=1, keepdims=True))
        theta[:, :, -1] -= theta[:, :, -1].mean(axis=1, keepdims=True)
        return theta

    def logits(self, theta: Doubles) -> Floats:
        """Logits of every sample: ``theta`` (models, C, axes + 1) to float32 (models, C, n)."""
        models, n_classes, width = theta.shape
        return self.design.forward(theta.reshape(-1, width)).reshape(models, n_classes, -1)

    def loss(self, theta: Doubles) -> Doubles:
        """Weighted log loss at ``theta``, float64 (models,), summed; without the penalty."""
        return answer(self, self.logits(theta)).loss


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the models say at some parameters.

    Attributes:
        loss: float64, shape (models,): weighted sum of the log losses.
        residual: float32, shape (models, C, n): its derivative by the logits.
        curvature: float64, shape (models, C): weighted mean of p (1 - p).
    """

    loss: Doubles
    residual: Floats
    curvature: Doubles


def answer(problem: Problem, logits: Floats) -> Answers:
    """Loss and derivatives at ``logits``, float32, shape (models, C, n)."""
    models, n_classes, n = logits.shape
    loss = np.zeros(models)
    curvature = np.zeros((models, n_classes))
    residual = np.empty_like(logits)
    for start in range(0, n, block := max(1, _BLOCK // (models * n_classes))):
        at = slice(start, start + block)
        labels, weights = problem.labels[at], problem.weights[:, at]
        column = np.arange(len(labels))
        p = logits[:, :, at]
        p = p - p.max(axis=1, keepdims=True)
        at_truth = p[:, labels, column]
        np.exp(p, out=p)
        total = p.sum(axis=1)
        loss += np.sum(weights * (np.log(total) - at_truth), axis=1, dtype=np.float64)
        p /= total[:, None]
        out = np.multiply(p, weights[:, None], out=residual[:, :, at])
        curvature += out.sum(axis=2, dtype=np.float64) - np.einsum("kcn,kcn->kc", out, p)
        out[:, labels, column] -= weights
    return Answers(loss, residual, curvature / n)


def minimise(
    problem: Problem, theta: Doubles, *, strength: float, tolerance: float, max_steps: int = 200
) -> tuple[Doubles, int]:
    """Minimise weighted log loss + strength / 2 * squared length of the weights, per model.

    The line search needs slopes only, no loss values, so that single precision in the matrix
    products does not stop it early; its trials cost no matrix product, because logits are
    linear along a step.

    Args:
        problem: the models.
        theta: float64, shape (models, C, axes + 1): where to start; not changed.
        strength: of the penalty, > 0; the last coordinate, the bias, is all but free.
        tolerance: a model is done where the decrease still to be expected is at most this
            share of its loss.
        max_steps: an end in any case.

    Returns:
        The parameters, float64, shape as ``theta``, and the number of steps taken.
    """
    shape = theta.shape
    design, flat = problem.design, (shape[0], shape[1] * shape[2])
    penalty = np.full(shape[2], strength)
    penalty[-1] = _BIAS_PENALTY
    theta = theta.copy()
    memory = _Memory()
    logits = problem.logits(theta)
    now = answer(problem, logits)
    gradient = _gradient(problem, theta, now, penalty)
    for step_count in range(max_steps):
        scale = 1.0 / (now.curvature[:, :, None] * design.spread + penalty)
        step = -memory.inverse(gradient.reshape(flat), scale.reshape(flat)).reshape(shape)
        slope = np.einsum("kcr,kcr->k", step, gradient)
        active = -slope > 2.0 * tolerance * (now.loss + 0.5 * _square(theta, penalty))
        if not active.any():
            return theta, step_count
        step *= active[:, None, None]
        rise = problem.logits(step)
        pull = np.einsum("kcr,kcr,r->k", theta, step, penalty), _square(step, penalty)
        length, now = _search(problem, logits, rise, slope=slope * active, pull=pull)
        moved = length[:, None, None] * step
        theta += moved
        logits += length.astype(np.float32)[:, None, None] * rise
        before, gradient = gradient, _gradient(problem, theta, now, penalty)
        memory.add(moved.reshape(flat), (gradient - before).reshape(flat))
    return theta, max_steps


def _gradient(problem: Problem, theta: Doubles, now: Answers, penalty: Doubles) -> Doubles:
    residual = now.residual.reshape(-1, now.residual.shape[2])
    return problem.design.backward(residual).reshape(theta.shape) + penalty * theta


def _square(theta: Doubles, penalty: Doubles) -> Doubles:
    return np.asarray(np.einsum("kcr,kcr,r->k", theta, theta, penalty))


def _search(
    problem: Problem, logits: Floats, rise: Floats, *, slope: Doubles, pull: tuple[Doubles, Doubles]
) -> tuple[Doubles, Answers]:
    """Find a length of the step, per model, at which the loss falls hardly any more.

    The loss is convex along the step, so its slope rises from ``slope`` <= 0: a length is good
    where the slope is small in size, too long where it is positive, too short where it is
    negative. Starts from 1 and goes on by the secant, at most tenfold at once.

    Args:
        problem: the models.
        logits: float32, shape (models, C, n): before the step.
        rise: the same shape: what a step of length 1 adds.
        slope: float64, shape (models,): of the loss at length 0.
        pull: the slope of the penalty at length 0, and by how much it grows a unit of length.
    """
    length = np.ones(len(slope))
    for _ in range(_TURNS):
        now = answer(problem, logits + length.astype(np.float32)[:, None, None] * rise)
        new = np.einsum("kcn,kcn->k", now.residual, rise, dtype=np.float64)
        new += pull[0] + length * pull[1]
        wrong = np.abs(new) > _FLAT * np.abs(slope)
        if not wrong.any():
            break
        fall = np.maximum(new - slope, 0.1 * np.abs(slope))
        stretch = np.divide(-slope, fall, out=np.ones_like(fall), where=wrong)
        length *= np.clip(stretch, 0.02, 10.0)
    return length, now


@dataclass(slots=True)
class _Memory:
    """The last steps and the changes of the gradient that they made, per model."""

    steps: list[Doubles] = field(default_factory=list)
    changes: list[Doubles] = field(default_factory=list)
    weights: list[Doubles] = field(default_factory=list)

    def add(self, step: Doubles, change: Doubles) -> None:
        """Remember a step (models, parameters); ignored for models where it was not uphill."""
        product = np.einsum("kp,kp->k", step, change)
        size = np.sqrt(np.einsum("kp,kp->k", step, step) * np.einsum("kp,kp->k", change, change))
        good = product > 1e-10 * size
        self.steps.append(step)
        self.changes.append(change)
        self.weights.append(np.divide(1.0, product, out=np.zeros_like(product), where=good))
        if len(self.steps) > _MEMORY:
            del self.steps[0], self.changes[0], self.weights[0]

    def inverse(self, gradient: Doubles, scale: Doubles) -> Doubles:
        """Apply the estimated inverse of the second derivative, ``scale`` where none is known."""
        q = gradient.copy()
        shares = []
        pairs = list(zip(self.steps, self.changes, self.weights, strict=True))
        for step, change, weight in reversed(pairs):
            share = weight * np.einsum("kp,kp->k", step, q)
            q -= share[:, None] * change
            shares.append(share)
        q *= scale
        for (step, change, weight), share in zip(pairs, reversed(shares), strict=True):
            q += (share - weight * np.einsum("kp,kp->k", change, q))[:, None] * step
        return q
