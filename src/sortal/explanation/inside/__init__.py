"""What happens to one picture inside a network, stage by stage, read from the graph alone."""

from sortal.explanation.inside.blocks import Block, find_blocks
from sortal.explanation.inside.looking import look_inside, with_outputs
from sortal.explanation.inside.stages import Kind, Stage, find_stages
from sortal.explanation.inside.values import Inside, Step, Weights, spreads, strongest
from sortal.explanation.inside.window import Sliding, window

__all__ = [
    "Block",
    "Inside",
    "Kind",
    "Sliding",
    "Stage",
    "Step",
    "Weights",
    "find_blocks",
    "find_stages",
    "look_inside",
    "spreads",
    "strongest",
    "window",
    "with_outputs",
]
