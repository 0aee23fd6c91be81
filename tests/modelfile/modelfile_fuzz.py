"""Run in a process of its own: damage a sound model in many ways, seal it again, use it.

Usage: python modelfile_fuzz.py MODEL SEED ROUNDS

Prints how many were refused and how many ran. Any other exception, and above all a crash of
the process, is a failure.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import numpy as np
import onnx

from sortal.errors import ModelFileError
from sortal.modelfile import load_model
from sortal.modelfile.checksum import LENGTH, seal

MEMORY = 6 * 2**30
EDGES = (0, 1, -1, 2, 3, 7, 127, 128, 255, 2**15, 2**31 - 1, 2**31, -(2**31), 2**62, -(2**63))


def damaged(body: bytes, rng: np.random.Generator) -> bytes:
    """Flip, overwrite, cut, repeat or insert a few bytes."""
    data = bytearray(body)
    for _ in range(int(rng.integers(1, 4))):
        at, length = int(rng.integers(len(data))), int(rng.integers(1, 9))
        match int(rng.integers(5)):
            case 0:
                data[at] ^= 1 << int(rng.integers(8))
            case 1:
                data[at : at + length] = rng.bytes(length)
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = data[at : at + length]
            case _:
                data[at:at] = rng.bytes(length)
    return bytes(data)


def bent(body: bytes, rng: np.random.Generator) -> bytes:
    """Change a number, a name or an operator where the structure stays sound."""
    model = onnx.load_model_from_string(body)
    graph = model.graph
    node = graph.node[int(rng.integers(len(graph.node)))]
    tensor = graph.initializer[int(rng.integers(len(graph.initializer)))]
    edge = EDGES[int(rng.integers(len(EDGES)))]
    match int(rng.integers(7)):
        case 0 if node.attribute:
            attribute = node.attribute[int(rng.integers(len(node.attribute)))]
            if attribute.ints:
                attribute.ints[int(rng.integers(len(attribute.ints)))] = edge
            else:
                attribute.i = edge
        case 1 if tensor.dims:
            tensor.dims[int(rng.integers(len(tensor.dims)))] = edge
        case 2:
            node.op_type = graph.node[int(rng.integers(len(graph.node)))].op_type
        case 3:
            other = graph.node[int(rng.integers(len(graph.node)))]
            node.input[int(rng.integers(len(node.input)))] = other.input[0]
        case 4:
            tensor.data_type = int(rng.integers(0, 24))
        case 5:
            tensor.raw_data = tensor.raw_data[: int(rng.integers(len(tensor.raw_data) + 1))]
        case _:
            tensor.raw_data = rng.bytes(len(tensor.raw_data))
    changed: bytes = model.SerializeToString()
    return changed


def main(path: Path, seed: int, rounds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    rng = np.random.default_rng(seed)
    body = path.read_bytes()
    model = onnx.load_model_from_string(body)
    del model.metadata_props[-1]
    body = model.SerializeToString()
    assert seal(body)[:-LENGTH] == path.read_bytes()[:-LENGTH]
    size = load_model(path).card.size
    images = rng.integers(0, 256, (2, size, size, 3), dtype=np.uint8)
    refused = ran = 0
    for number in range(rounds):
        change = damaged if number % 2 else bent
        try:
            load_model(seal(change(body, rng)), threads=1).run(images, features=True)
            ran += 1
        except ModelFileError:
            refused += 1
    print(refused, ran)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
