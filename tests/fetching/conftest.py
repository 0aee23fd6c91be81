from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator

import numpy as np
import pytest

from local_server import Server, file, local_server
from packed_files import digits, idx_bytes
from sortal.fetching import DATA_SETS, DataSet, RemoteFile

CONTENTS = {
    "train-images-idx3-ubyte.gz": idx_bytes(digits(60, height=8, width=8)),
    "train-labels-idx1-ubyte.gz": idx_bytes(np.arange(60, dtype=np.uint8) % 3),
    "t10k-images-idx3-ubyte.gz": idx_bytes(digits(12, height=8, width=8, seed=1)),
    "t10k-labels-idx1-ubyte.gz": idx_bytes(np.arange(12, dtype=np.uint8) % 3),
}


@pytest.fixture
def server() -> Iterator[Server]:
    with local_server() as running:
        yield running


@pytest.fixture
def small(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A small MNIST that the server holds, in place of the real one."""
    files = tuple(
        RemoteFile(name, len(data), hashlib.sha256(data).hexdigest(), most=9_000)
        for name, data in CONTENTS.items()
    )
    mirrors = (f"{server.address}first/", f"{server.address}second/")
    monkeypatch.setitem(DATA_SETS, "mnist", DataSet("mnist", "small", mirrors, files))
    for name, data in CONTENTS.items():
        server.answers[f"/first/{name}"] = file(gzip.compress(data, 9))
        server.answers[f"/second/{name}"] = file(gzip.compress(data, 1))
    return server
