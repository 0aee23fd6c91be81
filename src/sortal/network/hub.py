"""Published weights that are kept on a hub: fetched on request, checked, kept in the cache.

A hub is asked for ``HUB/REPOSITORY/resolve/main/FILE``, as huggingface.co and its mirrors have
it; the environment variable HF_ENDPOINT names another. Files are safetensors: a table of names,
types and shapes, then numbers, and nothing that could run.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from torch import Tensor

from sortal.backbones.place import cache_folder
from sortal.errors import DownloadError, InputError, OutputError
from sortal.fetching import Contents, download

HUB: Final = "https://huggingface.co"
_HOSTS: Final = ("huggingface.co", "hf.co")
"""Where the hub keeps its large files."""

_PORTION: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class HubWeights:
    """A file of weights on a hub.

    Attributes:
        repository: OWNER/NAME.
        sha256: of the file; nothing else is opened. "" where nobody has published it: then the
            hub is believed, and the file must be sound and fit the network.
        most: bytes that the file can have.
        scaling: of pixels, as a recipe names it, with which the weights were made.
        licence: SPDX identifier.
        file: within the repository.
    """

    repository: str
    sha256: str
    most: int
    scaling: str
    licence: str
    file: str = "model.safetensors"

    @property
    def origin(self) -> str:
        """Where they come from, for the card."""
        return f"{HUB}/{self.repository}, {self.file}"

    @property
    def address(self) -> str:
        """Where they are fetched from."""
        hub = os.environ.get("HF_ENDPOINT", "").rstrip("/") or HUB
        return f"{hub}/{self.repository}/resolve/main/{self.file}"

    @property
    def place(self) -> Path:
        """Where they lie on this machine once they are there."""
        return cache_folder() / "weights" / f"{self.repository.replace('/', '--')}.safetensors"


def hub_weights(weights: HubWeights) -> dict[str, Tensor]:
    """Return the tensors of a published file, from the cache or else from the hub.

    Raises:
        DownloadError: the hub cannot be reached, or sends another file; the message says where
            to put the file by hand.
        InputError: the file in the cache is not the published one.
        OutputError: the cache cannot be written to.
    """
    if not weights.place.exists():
        _fetch(weights)
    elif weights.sha256 and _hash(weights.place) != weights.sha256:
        raise InputError(
            f"{weights.place} is not the published {weights.origin} (its SHA-256 differs): "
            "delete it, and it is fetched again."
        )
    return read_safetensors(weights.place)


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """Return all tensors of a file.

    Raises:
        InputError: it cannot be read, or is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, ValueError, KeyError) as error:
        raise InputError(f"{path} is no sound safetensors file: {error}.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _fetch(weights: HubWeights) -> None:
    place = weights.place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{place.parent}: no folder can be made there ({error.strerror or error})."
        ) from error
    contents = Contents(sha256=weights.sha256, size=None, packed=False)
    try:
        download(weights.address, place, contents, most=weights.most, hosts=_HOSTS)
    except DownloadError as error:
        raise DownloadError(
            f"The pretrained weights could not be fetched. {error} Try again where the internet "
            f"is, or fetch {weights.file} of {HUB}/{weights.repository} elsewhere and put it "
            f"there as {place}."
        ) from error


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while portion := file.read(_PORTION):
                digest.update(portion)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    return digest.hexdigest()
