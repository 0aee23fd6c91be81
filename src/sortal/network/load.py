"""From what a user writes after ``--network`` to a whole network.

Four ways of saying one: a name, ``timm:NAME``, layers as text, or ``FILE.py:NAME`` for a text or
a tuple of layers in a Python file. The file is run: it is the user's own program on the user's own
machine, and is never taken from a model file or a recipe's author without being asked for.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Sequence
from pathlib import Path
from typing import TypeGuard, get_args

from sortal.errors import UsageError
from sortal.network.layers import GlobalAveragePool, Layer, Timm
from sortal.network.named import NAMED, named
from sortal.network.parse import parse
from sortal.network.whole import Network, OutputName, complete


def load_network(
    text: str, *, classes: int, size: int = 0, channels: int = 0, top: str = ""
) -> Network:
    """Return the network that ``text`` names or says, for so many kinds.

    Args:
        text: a name, ``timm:NAME``, layers, or ``FILE.py:NAME``.
        classes: number of kinds.
        size: side of the square picture, pixels; 0 takes the named network's own.
        channels: 1 for grey, 3 for colour; 0 takes the named network's own.
        top: layers that replace the network's own top; "" keeps it.

    Raises:
        UsageError: it cannot be read, its shapes cannot work, or its output does not match.
        MissingExtraError: a network of timm was asked for, which is not installed.
    """
    output: OutputName = "softmax"
    if text in NAMED:
        network = named(text)
        layers, output = network.layers, network.output
        own = (*network.input_shape, 1)
        size, channels = size or own[0], channels or own[2]
    elif name := timm_name(text):
        layers, size, channels = _of_timm(name, size=size, channels=channels or 3)
    else:
        layers = _own_layers(text)
        if not size:
            raise UsageError(
                f"Network {_short(text)!r} does not say the size of its pictures: "
                "give size, the side in pixels (--size 64 on the command line)."
            )
    return complete(
        layers,
        classes=classes,
        size=size,
        channels=channels or 3,
        top=parse(top) if top else (),
        output=output,
    )


def timm_name(text: str) -> str:
    """Return NAME of a text that is ``timm:NAME`` and nothing else; "" of any other."""
    found = re.fullmatch(r"timm:([^\s(),]+)", text.strip())
    return found[1] if found else ""


def _of_timm(name: str, *, size: int, channels: int) -> tuple[tuple[Layer, ...], int, int]:
    """Return the layers below the output layer, and the picture they take."""
    from sortal.network.timm_network import measured, record

    size = size or record(name).size
    is_map = len(measured(name, size=size, channels=channels).output) == 3
    return (Timm(name), *((GlobalAveragePool(),) if is_map else ())), size, channels


def _own_layers(text: str) -> tuple[Layer, ...]:
    file, colon, name = text.rpartition(":")
    if colon and file.endswith(".py"):
        return _from_file(Path(file), name)
    try:
        return parse(text)
    except UsageError:
        if re.fullmatch(r"[\w.-]+", text):  # one word: meant as a name
            named(text)
        raise


def _from_file(path: Path, name: str) -> tuple[Layer, ...]:
    """Run a file and take a text or a tuple of layers from it."""
    if not path.is_file():
        raise UsageError(f"There is no file {path}: a network is given as FILE.py:NAME.")
    try:
        names = runpy.run_path(str(path))
    except Exception as error:  # whatever the user's own program raises
        raise UsageError(f"{path} failed with {type(error).__name__}: {error}.") from error
    if name not in names:
        there = [key for key, value in names.items() if _is_layers(value)]
        known = f"; rows of layers in it are: {', '.join(there)}" if there else ""
        raise UsageError(f"{path} has nothing called {name!r}{known}.")
    value = names[name]
    if isinstance(value, str):
        return parse(value)
    if not _is_layers(value):
        raise UsageError(
            f"{path}: {name} must be layers as text or a tuple of layers; "
            f"{type(value).__name__} came."
        )
    return tuple(value)


def _is_layers(value: object) -> TypeGuard[Sequence[Layer]]:
    return (
        isinstance(value, tuple | list)
        and len(value) > 0
        and all(isinstance(layer, get_args(Layer)) for layer in value)
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
