"""The state of a training as one file of tensors and JSON; nothing in it can run.

The file is a NumPy ``.npz`` without pickle: stored uncompressed, each member with its CRC. One
member, ``document``, is JSON as bytes; all others are tensors. No state of a random generator
is needed beyond the seed, the epoch and the step, from which every draw follows. It is written
whole or not at all, so whatever interrupts the writing leaves the file before it.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sortal.atomic import write_atomically
from sortal.errors import InputError, UsageError
from sortal.network.layers import join
from sortal.network.parse import parse
from sortal.network.whole import Network
from sortal.training.deep.data import Normalisation
from sortal.training.deep.learner import Learner, Place
from sortal.training.recipe import Recipe

FORMAT: Final = 1

_DAMAGE: Final = (
    zipfile.BadZipFile,
    ValueError,
    EOFError,
    KeyError,
    RuntimeError,  # "encrypted", and, as NotImplementedError, other odd flags
)

Arrays = dict[str, NDArray[Any]]


def save_checkpoint(path: Path, learner: Learner, *, threads: int) -> None:
    """Write the whole state of ``learner``; the same state gives the same bytes.

    Raises:
        OutputError: it cannot be written; what was there is kept.
    """
    arrays: Arrays = {}
    for part, state in _states(learner).items():
        arrays |= {f"{part}.{name}": tensor.numpy() for name, tensor in state.items()}
    document = {
        "format": FORMAT,
        "recipe": learner.recipe.to_json(),
        "layers": join(learner.network.layers),
        "base": learner.network.base,
        "size": learner.network.size,
        "channels": learner.network.channels,
        "normalisation": asdict(learner.normalisation),
        "place": _without_specials(asdict(learner.place)),
        "data": learner.data,
        "threads": threads,
    }
    text = json.dumps(document, allow_nan=False, sort_keys=True).encode()
    buffer = io.BytesIO()
    np.savez(buffer, document=np.frombuffer(text, np.uint8), **arrays)  # type: ignore[arg-type]
    write_atomically(path, buffer.getvalue())


def load_checkpoint(path: Path) -> tuple[Learner, int]:
    """Return the learner as it was saved, and the number of threads it ran with.

    Raises:
        InputError: the file cannot be read, is damaged, or no checkpoint of Sortal's.
    """
    arrays = _read(path)
    try:
        document = json.loads(arrays.pop("document").tobytes())
        if document["format"] != FORMAT:
            raise InputError(f"{path} is a checkpoint of another version of Sortal.")
        learner = _made(document, arrays)
        _fill(learner, arrays)
        learner.place = _place(document["place"])
        learner.data = str(document["data"])
        return learner, int(document["threads"])
    except (KeyError, TypeError, ValueError, RuntimeError, UsageError) as error:
        raise InputError(f"{path} is no sound checkpoint of Sortal's: {error}") from error


def _states(learner: Learner) -> dict[str, Mapping[str, Tensor]]:
    """All tensors of a learner, by part and name."""
    optimiser = {
        f"{name}.{key}": value
        for name, parameter in learner.module.named_parameters()
        for key, value in learner.optimiser.state.get(parameter, {}).items()
        if isinstance(value, Tensor)
    }
    average = learner.average.state_dict() if learner.average is not None else {}
    return {
        "module": learner.module.state_dict(),
        "average": average,
        "kept": learner.kept,
        "optimiser": optimiser,
    }


def _read(path: Path) -> Arrays:
    """Read all arrays; compressed members are refused, so a small file stays small."""
    try:
        data = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(item.compress_type != zipfile.ZIP_STORED for item in archive.infolist()):
                raise InputError(f"{path} is no checkpoint of Sortal's: it is compressed.")
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    except _DAMAGE as error:
        raise InputError(f"{path} is damaged or no checkpoint of Sortal's: {error}.") from error


def _made(document: Mapping[str, Any], arrays: Arrays) -> Learner:
    recipe = Recipe.from_json(document["recipe"])
    network = Network(
        parse(document["layers"]), document["base"], document["size"], document["channels"]
    )
    scaling = document["normalisation"]
    weights = None if recipe.regime == "scratch" else _part(arrays, "module")
    return Learner(
        network,
        recipe,
        normalisation=Normalisation(tuple(scaling["mean"]), tuple(scaling["scale"])),
        weights=weights,
    )


def _part(arrays: Arrays, part: str) -> dict[str, Tensor]:
    cut = len(part) + 1
    return {
        name[cut:]: torch.from_numpy(array)
        for name, array in arrays.items()
        if name.startswith(f"{part}.")
    }


def _fill(learner: Learner, arrays: Arrays) -> None:
    """Copy the tensors into those of ``learner``, which keep their order in memory."""
    learner.module.load_state_dict(_part(arrays, "module"))
    if learner.average is not None:
        learner.average.load_state_dict(_part(arrays, "average"))
    kept = _part(arrays, "kept")
    for name, tensor in learner.kept.items():
        tensor.copy_(kept[name])
    parameters = dict(learner.module.named_parameters())
    for name, value in _part(arrays, "optimiser").items():
        owner, key = name.rsplit(".", 1)
        parameter = parameters[owner]
        state = learner.optimiser.state[parameter]
        if value.shape == parameter.shape:  # a running mean lies in memory as its weights do
            state[key] = torch.empty_like(parameter, requires_grad=False).copy_(value)
        else:
            state[key] = value


def _without_specials(values: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no infinity and no NaN: both are written as null."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in values.items()
    }


def _place(values: Mapping[str, Any]) -> Place:
    plain = {item.name: values[item.name] for item in fields(Place)}
    plain["first_loss"] = math.nan if plain["first_loss"] is None else plain["first_loss"]
    plain["kept_loss"] = math.inf if plain["kept_loss"] is None else plain["kept_loss"]
    plain["history"] = [tuple(row) for row in plain["history"]]
    return Place(**plain)
