"""What a model file may cost to read and to run; anything beyond is refused unread."""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 640 * 2**20
"""Of the whole file. VGG16, the largest of the named networks, has 513 MiB; and a file that is
refused for its size should be one that no laptop would run anyway."""
MAX_CARD_BYTES: Final = 8 * 2**20
MAX_FIELDS: Final = 100_000
"""Protobuf fields in the whole file, which bounds the memory and time of parsing it."""
MAX_NAME: Final = 512
"""Bytes of a name in the graph."""
MAX_NODES: Final = 4_000
MAX_TENSORS: Final = 16_000
MAX_RANK: Final = 6
"""Dimensions of a tensor."""
MAX_LENGTH: Final = 2**28
"""Elements of a tensor that is stored, and length of any dimension."""
MAX_SIDE: Final = 1_024
"""Pixels: side of the square that the network takes."""
MAX_CLASSES: Final = 10_000
MAX_CLASS_NAME: Final = 255
"""Characters: the longest name of a folder."""

CHUNK: Final = 16
"""Pictures that run through the graph at once; more gains no speed and costs memory."""
MAX_LIVE_BYTES: Final = 2**30
"""Values that are alive at the same time while one chunk runs, and likewise the weights as the
operators use them, 4 bytes an element."""
MAX_WORK: Final = 200 * 10**9
"""Multiplications for one picture: VGG-16, the most wasteful known network, takes 15.5e9."""
MAX_PREPARED: Final = 10**9
"""Multiplications that depend on stored numbers alone, so the runtime does them on opening."""

MIN_OPSET: Final = 13
MAX_OPSET: Final = 21
"""Opsets of ai.onnx that ONNX Runtime 1.20, the oldest that Sortal allows, runs and whose
shapes ``operators`` computes."""
IR_VERSIONS: Final = range(7, 11)
"""Versions of the container that ONNX Runtime 1.20 opens."""
