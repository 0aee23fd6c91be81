"""The course of a training for TensorBoard; needs ``sortal[tensorboard]``."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from sortal.errors import MissingExtraError, OutputError
from sortal.training.deep.events import Epoch, Event, Stopped

_NAMES = {
    "loss": "loss/learning",
    "val_loss": "loss/validation",
    "accuracy": "accuracy/learning",
    "val_accuracy": "accuracy/validation",
    "rate": "rate",
}


def require_board() -> None:
    """Refuse to go on without TensorBoard.

    Raises:
        MissingExtraError: it is not installed.
    """
    if find_spec("tensorboard") is None:
        raise MissingExtraError("A log for TensorBoard", extra="tensorboard")


class Board:
    """Writes an epoch's numbers as soon as it is done; use it as what watches a training.

    Args:
        folder: for the event files; a training that goes on adds a file.

    Raises:
        MissingExtraError: TensorBoard is not installed.
        OutputError: nothing can be written there.
    """

    def __init__(self, folder: Path) -> None:
        require_board()
        from torch.utils.tensorboard import SummaryWriter

        try:
            self._writer = SummaryWriter(str(folder))
        except OSError as error:
            raise OutputError(f"{folder}: {error.strerror or error}.") from error

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, Epoch):
            for name, shown in _NAMES.items():
                value = getattr(event, name)
                if value is not None:
                    self._writer.add_scalar(shown, value, event.epoch)
            self._writer.flush()
        elif isinstance(event, Stopped):
            self._writer.close()
