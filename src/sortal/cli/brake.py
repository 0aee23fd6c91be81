"""Ctrl-C while a network trains: once stops after the step, with the state kept; twice at once."""

from __future__ import annotations

import signal
import threading
from contextlib import AbstractContextManager
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from sortal.cli.streams import say

if TYPE_CHECKING:
    from sortal.training.deep import Event


class Brake(AbstractContextManager["Brake"]):
    """Takes an interrupt for a wish to stop, from the beginning of the training to its end.

    Before and after, an interrupt is what it always is.

    Attributes:
        pulled: whether the user wishes to stop.
    """

    def __init__(self) -> None:
        self.pulled = False
        self._before: Any = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._release()

    def __enter__(self) -> Self:
        return self

    def __call__(self, event: Event) -> None:
        """Take note of an event of the training."""
        from sortal.training.deep import Begun, Stopped

        if isinstance(event, Begun) and threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._pull)
        elif isinstance(event, Stopped):
            self._release()

    def asked(self) -> bool:
        """Whether to stop after this step."""
        return self.pulled

    def _pull(self, number: int, frame: FrameType | None) -> None:
        if self.pulled and callable(self._before):
            self._before(number, frame)
        self.pulled = True
        say(
            "stopping after this step; once more stops at once, and loses the steps since the last "
            "checkpoint"
        )

    def _release(self) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None
