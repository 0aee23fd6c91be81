"""How the parts of this room say that a picture cannot be used, before anyone knows its path."""

from __future__ import annotations

from sortal.errors import Fault, FaultReason, PictureError


class Refusal(Exception):  # noqa: N818 - control flow inside this room; callers see PictureError
    """A reason and a sentence; ``read_picture`` and the pool add the path."""

    def __init__(self, reason: FaultReason, message: str) -> None:
        super().__init__(message)
        self.reason: FaultReason = reason
        self.message = message

    def fault(self, path: str) -> Fault:
        """Return the Fault for the file known to the user as ``path``."""
        return Fault(path=path, reason=self.reason, message=self.message)

    def error(self, path: str) -> PictureError:
        """Return the public error for the file known to the user as ``path``."""
        return PictureError(self.fault(path))
