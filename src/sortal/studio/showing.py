"""Pictures of the project as the page shows them: small from the cache, large as a fresh JPEG."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from sortal.errors import PictureError, UsageError
from sortal.project import Picture
from sortal.studio.desk import Desk
from sortal.studio.looking import jpeg
from sortal.studio.routes import Call, Route

_SMALL: Final = 160
_LARGE: Final = 1600


class Showing:
    """Handlers that give pictures; never their files, whose metadata may tell too much."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        return [
            Route("GET", "/api/pictures/{id}/thumbnail", self.thumbnail, "Small", gives=bytes),
            Route("GET", "/api/pictures/{id}/preview", self.preview, "Large", gives=bytes),
        ]

    def thumbnail(self, call: Call) -> Response:
        """Return a picture small, from the cache where it is."""
        picture = self._picture(call)
        known = self._desk.cache.thumbnail(picture.sha256)
        return lasting(known or self._drawn(picture, side=_SMALL))

    def preview(self, call: Call) -> Response:
        """Return a picture large, as a JPEG without any of its metadata."""
        return lasting(self._drawn(self._picture(call), side=_LARGE))

    def _picture(self, call: Call) -> Picture:
        found = self._desk.project.pictures.get([call.number("id")])
        if not found:
            raise UsageError("There is no such picture in this project.")
        return found[0]

    def _drawn(self, picture: Picture, *, side: int) -> bytes:
        drawn = jpeg(self._desk.project.pictures.source(picture.id), side=side)
        if isinstance(drawn, bytes):
            return drawn
        raise PictureError(drawn)


def lasting(content: bytes) -> Response:
    """A JPEG that never changes under its address, so the browser may keep it."""
    headers = {"cache-control": "private, max-age=31536000, immutable"}
    return Response(content, media_type="image/jpeg", headers=headers)
