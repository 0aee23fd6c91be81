"""ONNX Runtime, set up for a model that was checked, with its errors as ours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortal.backbones.network import forbid_telemetry, open_session
from sortal.errors import ModelFileError
from sortal.modelfile.names import INPUT


class Runtime:
    """A graph that is ready to run on the processor."""

    def __init__(self, data: bytes, *, threads: int | None) -> None:
        forbid_telemetry()
        from onnxruntime import RunOptions

        self._errors = _errors()
        self._quiet = RunOptions()
        self._quiet.log_severity_level = 4  # what goes wrong comes as an exception
        try:
            self._session = open_session(data, threads=threads)
        except self._errors as error:
            raise ModelFileError(f"ONNX Runtime refuses the model: {error}") from error

    def run(self, images: NDArray[np.uint8], *, names: list[str]) -> list[NDArray[np.float32]]:
        """Return the named outputs for ``images``, uint8 (n, size, size, 3).

        Raises:
            ModelFileError: the runtime cannot run the graph.
        """
        try:
            answers: list[NDArray[np.float32]] = self._session.run(
                names, {INPUT: images}, self._quiet
            )
        except self._errors as error:
            raise ModelFileError(f"ONNX Runtime cannot run the model: {error}") from error
        return answers


def _errors() -> tuple[type[Exception], ...]:
    """Return the exceptions of ONNX Runtime, which have no base class of their own."""
    forbid_telemetry()
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = [
        "Fail",
        "InvalidArgument",
        "InvalidGraph",
        "InvalidProtobuf",
        "NoModel",
        "NoSuchFile",
        "NotImplemented",
        "RuntimeException",
        "EPFail",
        "EngineError",
    ]
    return (RuntimeError, *(getattr(state, name) for name in names))
