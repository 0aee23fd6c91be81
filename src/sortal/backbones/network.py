"""A frozen network in ONNX Runtime: pictures in; embedding, features and logits out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sortal.backbones.pruning import pruned
from sortal.backbones.table import Backbone
from sortal.errors import ModelFileError, UsageError
from sortal.pictures.cores import usable_cores
from sortal.pictures.record import Pixels

if TYPE_CHECKING:
    import onnxruntime

BATCH: Final = 8
"""Pictures that go through a network at once: enough for full speed, small in memory."""

OutputName = Literal["embedding", "features", "logits"]


class Outputs(NamedTuple):
    """What a network says of n pictures.

    Attributes:
        embedding: float32 (n, width), 0-6: the mean of the features over the grid.
        features: float32 (n, width, grid, grid), 0-6: the last feature map.
        logits: float32 (n, 1000): ImageNet classes, named by ``imagenet_names``.
    """

    embedding: NDArray[np.float32]
    features: NDArray[np.float32]
    logits: NDArray[np.float32]


class FrozenNetwork:
    """A pretrained network that only answers.

    The same picture gets the same answer, bit for bit, whatever batch it comes in.

    Args:
        backbone: which network.
        threads: how many threads compute; None takes one for each usable core.
        only: the one output that will be asked for; what the others alone need is left out,
            which the runtime does not do by itself (a fourteenth of the time at lite0).

    Raises:
        ModelFileError: the weights in the installation are missing or altered.
    """

    def __init__(
        self, backbone: Backbone, threads: int | None = None, *, only: OutputName | None = None
    ) -> None:
        self.backbone = backbone
        weights = read_weights(backbone)
        graph = weights if only is None else pruned(weights, only)
        self._session = open_session(graph, threads=threads)

    def run(self, images: Pixels) -> Outputs:
        """Return all three outputs for ``images``, uint8 RGB (n, size, size, 3).

        Features take width * grid * grid * 4 bytes a picture (250 kB for lite0); ask with
        ``embedding`` or ``logits`` where they are not needed.

        Raises:
            UsageError: the images have another shape or type.
        """
        return Outputs(*self.outputs(images, ("embedding", "features", "logits")))

    def embedding(self, images: Pixels) -> NDArray[np.float32]:
        """Return only the embedding of ``images``, float32 (n, width)."""
        return self.outputs(images, ("embedding",))[0]

    def outputs(self, images: Pixels, names: Sequence[OutputName]) -> list[NDArray[np.float32]]:
        """Return the outputs called ``names``, in that order; see ``Outputs`` for shapes."""
        self._check(images)
        parts = [self._answer(images[i : i + BATCH], names) for i in range(0, len(images), BATCH)]
        if not parts:
            return [self._nothing(name) for name in names]
        if len(parts) == 1:
            return parts[0]
        return [np.concatenate(column) for column in zip(*parts, strict=True)]

    def _answer(self, images: Pixels, names: Sequence[OutputName]) -> list[NDArray[np.float32]]:
        answer: list[NDArray[np.float32]] = self._session.run(list(names), {"image": images})
        return answer

    def _nothing(self, name: OutputName) -> NDArray[np.float32]:
        shape = next(o.shape for o in self._session.get_outputs() if o.name == name)
        return np.empty((0, *shape[1:]), np.float32)

    def _check(self, images: Pixels) -> None:
        size = self.backbone.size
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (size, size, 3):
            raise UsageError(
                f"Backbone {self.backbone.name}: expected images as uint8 of shape "
                f"(n, {size}, {size}, 3), got {images.dtype} of shape {images.shape}; "
                "fit_square gives each picture its shape."
            )


def read_weights(backbone: Backbone) -> bytes:
    """Return the ONNX file of ``backbone``, checked against the hash in its record.

    Raises:
        ModelFileError: the file is missing from the installation or is not the one expected.
    """
    advice = "Install Sortal again."
    try:
        file = resources.files("sortal.backbones").joinpath("weights", backbone.file)
        content = file.read_bytes()
    except OSError as error:
        raise ModelFileError(
            f"Backbone {backbone.name}: its weights cannot be read ({error}). {advice}"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != backbone.sha256:
        raise ModelFileError(
            f"Backbone {backbone.name}: {backbone.file} should have the SHA-256 "
            f"{backbone.sha256[:12]}…, it has {found[:12]}…. {advice}"
        )
    return content


def read_notice() -> str:
    """Return the notices that must go with the weights wherever they go."""
    file = resources.files("sortal.backbones").joinpath("weights", "NOTICE")
    return file.read_text(encoding="utf-8")


def open_session(content: bytes, *, threads: int | None = None) -> onnxruntime.InferenceSession:
    """Open an ONNX graph on the CPU: quiet, deterministic, and not spinning while it waits.

    Waiting threads that spin would take cores from the processes that decode pictures.
    """
    forbid_telemetry()
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or usable_cores()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.use_deterministic_compute = True
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def forbid_telemetry() -> None:
    """Tell ONNX Runtime to report nothing; to be called before it is first imported.

    From 1.29 on its wheels for Linux and macOS send events to their maker and keep an
    identifier of the device in the user's cache folder, unless this variable is set when they
    are loaded. Switching it off later is too late: the first event has left by then.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
