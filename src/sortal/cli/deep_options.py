"""The options of `sortal train` for those who train a network by backpropagation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from sortal.cli.options import given_path

NETWORK: Final = "A network of your own, trained by backpropagation (docs/networks.md)"
COURSE: Final = "How it is trained, beside or in place of a recipe (docs/recipes.md)"
KEEPING: Final = "While it trains"


def _text(metavar: str, help_: str, *, panel: str) -> Any:
    return typer.Option(metavar=metavar, help=help_, show_default=False, rich_help_panel=panel)


def _count(help_: str, *, panel: str, least: int = 0) -> Any:
    return typer.Option(
        min=least, metavar="N", help=help_, show_default=False, rich_help_panel=panel
    )


def _file(metavar: str, help_: str, *, shown: str | bool = False) -> Any:
    return typer.Option(
        metavar=metavar,
        help=help_,
        parser=given_path,
        show_default=shown,
        rich_help_panel=KEEPING,
    )


Network = Annotated[
    str | None,
    _text(
        "NAME|LAYERS|FILE.py:NAME",
        "A network by its name (perceptron, mlp, cnn, lenet, alexnet, vgg16, efficientnet-lite0, "
        "efficientnet-lite2, timm:NAME), or its layers: 'conv 32 3x3 relu, maxpool 2, flatten'. A "
        "Python file is run.",
        panel=NETWORK,
    ),
]
RecipeName = Annotated[
    str | None,
    _text("NAME|FILE.toml", "All that follows in one, from a name or a file.", panel=NETWORK),
]
Regime = Annotated[
    str | None,
    _text(
        "WORD",
        "What learns: scratch (all, from random weights), or from pretrained weights head, last "
        "(the last layers too) or full; auto goes up these as far as it pays.",
        panel=NETWORK,
    ),
]
Top = Annotated[
    str | None,
    _text("LAYERS", "Layers in place of those from its first flatten on.", panel=NETWORK),
]
Last = Annotated[
    int | None, _count("Of regimes last and auto: how many layers learn.", panel=NETWORK, least=1)
]
Size = Annotated[
    int | None,
    _count("Side of the pictures that it sees, pixels.", panel=NETWORK, least=8),
]
Channels = Annotated[int | None, _count("1 for grey, 3 for colour.", panel=NETWORK, least=1)]
Scaling = Annotated[
    str | None, _text("WORD", "Of pixels: unit, centred, data, imagenet or network.", panel=NETWORK)
]
Initial = Annotated[
    str | None, _text("WORD", "Random weights: torch, glorot, he or zero.", panel=NETWORK)
]
Optimiser = Annotated[
    str | None,
    _text("TEXT", "sgd, rmsprop, adadelta, adam, adamw; 'sgd, rate .01, nesterov'.", panel=COURSE),
]
Rate = Annotated[float | None, _text("NUMBER", "Learning rate.", panel=COURSE)]
Momentum = Annotated[float | None, _text("NUMBER", "Of sgd and rmsprop.", panel=COURSE)]
Nesterov = Annotated[
    bool | None,
    typer.Option(
        "--nesterov", help="Of sgd: look ahead.", show_default=False, rich_help_panel=COURSE
    ),
]
Schedule = Annotated[
    str | None,
    _text("TEXT", "Of the rate: 'cosine', 'step, factor .1, every 5'.", panel=COURSE),
]
Batch = Annotated[int | None, _count("Pictures a step.", panel=COURSE, least=1)]
Epochs = Annotated[int | None, _count("Passes over the pictures.", panel=COURSE, least=1)]
Patience = Annotated[
    int | None,
    _count("Stop after so many epochs without a better validation loss.", panel=COURSE),
]
Augment = Annotated[
    str | None,
    _text(
        "TEXT",
        "What happens to pictures each time: 'shear 12, horizontal_flip, zoom .2'; see "
        "`sortal preview`.",
        panel=COURSE,
    ),
]
Loss = Annotated[
    str | None,
    _text("TEXT", "cross-entropy, perceptron or mean-squared-error.", panel=COURSE),
]
Averaging = Annotated[
    str | None, _text("TEXT", "Of the weights: none, 'ema, decay .99' or swa.", panel=COURSE)
]
Tuning = Annotated[
    str | None,
    _text(
        "TEXT",
        "Of pretrained layers: 'head_epochs 20, head_rate .002, layer_decay .8, norms learned'.",
        panel=COURSE,
    ),
]
Precision = Annotated[str | None, _text("WORD", "float32, bfloat16, or auto.", panel=COURSE)]
Validation = Annotated[
    float | None,
    _text(
        "SHARE",
        "Of the pictures outside the test, looked at to stop, to compare the rungs of auto, and "
        "to calibrate confidence [default: 0.1; of auto 0.2]; 0 trains on all.",
        panel=COURSE,
    ),
]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="Go on from the checkpoint.", rich_help_panel=KEEPING),
]
Checkpoint = Annotated[
    Path | None, _file("FILE", "Where its state is kept.", shown="beside the model")
]
Every = Annotated[
    float | None,
    _text("SECONDS", "Between checkpoints within an epoch [default: 30].", panel=KEEPING),
]
Threads = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=256,
        metavar="N",
        help="Of the processor; another number changes the last digits.",
        show_default="one a core",
        rich_help_panel=KEEPING,
    ),
]
LogFile = Annotated[
    Path | None,
    _file("FILE.csv|.jsonl", "A line for each epoch.", shown="NAME.log.csv beside the model"),
]
TensorBoard = Annotated[Path | None, _file("FOLDER", "For TensorBoard; needs sortal[tensorboard].")]
WriteRecipe = Annotated[Path | None, _file("FILE.toml", "Write the whole recipe there.")]

_FIELDS: Final[Mapping[str, str]] = {
    "rate": "optimiser.rate",
    "momentum": "optimiser.momentum",
    "nesterov": "optimiser.nesterov",
    "augment": "augmentation",
}
"""Options whose name is not that of the field of the recipe."""


def changes_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a recipe from what was typed; what was not is left out."""
    return {_FIELDS.get(name, name): value for name, value in given.items() if value is not None}
