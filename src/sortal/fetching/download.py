"""One file from one address, with bounds on all that the other side decides."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO, Any, BinaryIO, Final
from urllib.parse import urlsplit

from sortal.atomic import whole_file
from sortal.errors import DownloadError, UsageError
from sortal.fetching.contents import Contents, WrongContentsError

_PORTION: Final = 1 << 16
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a server.

    Attributes:
        silence: seconds without a byte.
        window: seconds in which at least ``least`` bytes must come.
        least: bytes.
    """

    silence: float = 30.0
    window: float = 60.0
    least: int = 60_000


PATIENCE: Final = Patience()


def download(
    address: str,
    target: Path,
    contents: Contents,
    *,
    most: int,
    hosts: tuple[str, ...] = (),
    told: Callable[[int, int | None], None] = lambda *_: None,
    patience: Patience = PATIENCE,
) -> Message:
    """Fetch a file; it is at ``target`` when all of it has come and is what it should be.

    Args:
        address: https, or http of this machine itself.
        target: where it is to be; what is there is replaced at the end, or stays.
        contents: checks the bytes.
        most: bytes that are accepted.
        hosts: to which the server may send us on, with all names below them, beside its own.
        told: told how many bytes have come, and of how many, where the server says so.
        patience: how long to wait.

    Returns:
        The headers of the answer.

    Raises:
        DownloadError: it could not be reached, answered otherwise, stopped, or sent another
            file; the message is a sentence that names the address.
        OutputError: the file cannot be written.
        UsageError: the address cannot be used.
    """
    _check(address)
    opener = urllib.request.build_opener(_Redirects(address, hosts))
    request = urllib.request.Request(  # noqa: S310 (the scheme is checked)
        address, headers={"User-Agent": "sortal", "Accept-Encoding": "identity"}
    )
    try:
        with closing(opener.open(request, timeout=patience.silence)) as answer:
            limit = _limit(answer, address, most)
            with whole_file(target) as file:
                _receive(answer, file, contents, _Watch(address, limit, most, told, patience))
            headers: Message = answer.headers
            return headers
    except urllib.error.HTTPError as error:
        error.close()
        raise DownloadError(f"{address}: the server answered {_status(error)}.") from None
    except WrongContentsError as error:
        raise DownloadError(
            f"{address}: what came is not the file that it should be: {error}. It was not kept."
        ) from None
    except (OSError, http.client.HTTPException) as error:
        raise DownloadError(_unreachable(address, error)) from error


def _check(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return
    raise UsageError(
        f"{address}: files are fetched by https alone (http only from this machine itself)."
    )


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a server to where it is known to keep its files, and nowhere else."""

    max_redirections = 5

    def __init__(self, address: str, hosts: tuple[str, ...]) -> None:
        self._address = address
        self._own = urlsplit(address).hostname
        self._hosts = hosts

    def redirect_request(  # noqa: PLR0917 (urllib's own order)
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Refuse another host, and any way without encryption."""
        host = urlsplit(newurl).hostname or ""
        known = host == self._own or any(
            host == name or host.endswith(f".{name}") for name in self._hosts
        )
        try:
            _check(newurl)
        except UsageError:
            known = False
        if not known:
            fp.close()
            raise DownloadError(
                f"{self._address}: the server sends us on to {host or newurl!r}, where this file "
                "is not expected. Nothing was fetched from there."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _limit(answer: Any, address: str, most: int) -> int | None:
    """The number of bytes that the server announces, if it does."""
    text = answer.headers.get("Content-Length")
    if text is None or not text.isascii() or not text.isdigit():
        return None
    size = int(text)
    if size > most:
        raise DownloadError(
            f"{address}: the server announces {size:,} bytes; the file has at most {most:,}. "
            "Nothing was fetched."
        )
    return size


@dataclass(slots=True)
class _Watch:
    """Says how far it is, and stops what is too slow, too long or too short."""

    address: str
    announced: int | None
    most: int
    told: Callable[[int, int | None], None]
    patience: Patience
    since: float = 0.0
    before: int = 0

    def look(self, taken: int) -> None:
        if taken > self.most:
            raise DownloadError(
                f"{self.address}: the server sends more than {self.most:,} bytes, which is more "
                "than the file can have. Nothing was kept."
            )
        now = time.monotonic()
        self.since = self.since or now
        if now - self.since >= self.patience.window:
            if taken - self.before < self.patience.least:
                raise DownloadError(
                    f"{self.address}: too slow: {taken - self.before:,} bytes came in "
                    f"{now - self.since:.0f} s. Try again later."
                )
            self.since, self.before = now, taken
        self.told(taken, self.announced)

    def end(self, taken: int) -> None:
        if self.announced is not None and taken < self.announced:
            raise DownloadError(
                f"{self.address}: the connection broke after {taken:,} of "
                f"{self.announced:,} bytes. Try again; nothing was kept of it."
            )


def _receive(answer: Any, file: BinaryIO, contents: Contents, watch: _Watch) -> None:
    """Copy the answer's body to the file; errors of the network become ours, of the disk stay."""
    watch.look(0)
    while True:
        try:
            portion = answer.read1(_PORTION)
        except http.client.IncompleteRead:
            portion = b""
        except (OSError, http.client.HTTPException) as error:
            raise DownloadError(_unreachable(watch.address, error)) from error
        if not portion:
            break
        contents.take(portion)
        watch.look(contents.taken)
        file.write(portion)
    watch.end(contents.taken)
    contents.finish()


def _status(error: urllib.error.HTTPError) -> str:
    meaning = http.client.responses.get(error.code, "")
    missing = " (the file is not there)" if error.code in (404, 410) else ""
    return f"{error.code} {meaning}".strip() + missing


def _unreachable(address: str, error: Exception) -> str:
    """Why nothing came, in a sentence."""
    host = urlsplit(address).hostname
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        why = "it does not answer"
    elif isinstance(reason, OSError):
        why = reason.strerror or str(reason) or type(reason).__name__
    else:
        why = str(reason) or type(reason).__name__
    return f"{address}: {host} could not be reached ({why})."
