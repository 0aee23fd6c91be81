"""An immutable table of samples and faults, read from a folder, table or archive."""

from sortal.collection.limits import LIMITS, ArchiveLimits
from sortal.collection.reading import read_collection, read_files
from sortal.collection.table import Collection, Sample

__all__ = [
    "LIMITS",
    "ArchiveLimits",
    "Collection",
    "Sample",
    "read_collection",
    "read_files",
]
