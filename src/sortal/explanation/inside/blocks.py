"""Stages that belong together: a block with a way around it, or one that widens and narrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sortal.explanation.inside.stages import Stage


@dataclass(frozen=True, slots=True)
class Block:
    """Stages ``first`` to ``last``, both included; one stage that stands alone is a block too.

    Attributes:
        first, last: numbers of stages.
        inverted: whether it filters each map alone and then narrows (MobileNetV2's block).
    """

    first: int
    last: int
    inverted: bool = False

    def __len__(self) -> int:
        return self.last - self.first + 1


def find_blocks(stages: Sequence[Stage]) -> tuple[Block, ...]:
    """Divide stages into blocks, every stage in exactly one, in order."""
    found: list[Block] = []
    at = 0
    while at < len(stages):
        last = _end_of_sum(stages, at)
        narrow = _end_of_inverted(stages, at)
        inverted = narrow > at
        found.append(Block(at, max(last, narrow, at), inverted=inverted))
        at = found[-1].last + 1
    return tuple(found)


def _end_of_sum(stages: Sequence[Stage], first: int) -> int:
    """Return the last sum whose two ways part right before ``first``; -1 where there is none."""
    ends = (i for i, stage in enumerate(stages) if stage.kind == "sum" and i > first)
    return max((end for end in ends if _parting(stages, end) == first - 1), default=-1)


def _parting(stages: Sequence[Stage], end: int) -> int:
    """Return the last stage that both inputs of a sum come from."""
    makers = {stage.output: i for i, stage in enumerate(stages)}
    ways = [_ancestors(stages, makers, name) for name in stages[end].sources]
    return max(set.intersection(*ways), default=-1)


def _ancestors(stages: Sequence[Stage], makers: dict[str, int], name: str) -> set[int]:
    found: set[int] = set()
    waiting = [name]
    while waiting:
        index = makers.get(waiting.pop(), -1)
        if index >= 0 and index not in found:
            found.add(index)
            waiting.extend(stages[index].sources)
    return found


def _end_of_inverted(stages: Sequence[Stage], first: int) -> int:
    """Return where a row of [widen,] filter each map alone, narrow ends; -1 for no such row."""
    row = stages[first : first + 3]
    for depthwise in (0, 1):
        part = row[: depthwise + 2]
        if (
            len(part) == depthwise + 2
            and all(stage.kind == "convolution" for stage in part)
            and _groups(part[depthwise]) > 1
            and all(_groups(s) == 1 and _is_point(s) for i, s in enumerate(part) if i != depthwise)
            and not part[-1].activation
        ):
            return first + depthwise + 1
    return -1


def _groups(stage: Stage) -> int:
    groups = stage.first.attributes.get("group", 1)
    return groups if isinstance(groups, int) else 1


def _is_point(stage: Stage) -> bool:
    return stage.first.attributes.get("kernel_shape") == (1, 1)
