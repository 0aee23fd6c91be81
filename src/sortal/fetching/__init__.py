"""The one place that reaches the network, only on request: named files, checked whole."""

from __future__ import annotations

from sortal.fetching.contents import Contents
from sortal.fetching.data_set import Fetched, FetchedFile, fetch
from sortal.fetching.download import Patience, download
from sortal.fetching.table import DATA_SETS, DataSet, RemoteFile

__all__ = [
    "DATA_SETS",
    "Contents",
    "DataSet",
    "Fetched",
    "FetchedFile",
    "Patience",
    "RemoteFile",
    "download",
    "fetch",
]
