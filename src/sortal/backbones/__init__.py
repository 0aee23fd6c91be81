"""A literal table of frozen networks; embedding, with a cache."""

from sortal.backbones.cache import Cache, Entry
from sortal.backbones.embedding import DEFAULT_FIT, THUMBNAIL_SIDE, embed
from sortal.backbones.ledger import Embedded
from sortal.backbones.names import Tag, imagenet_names, top_tags
from sortal.backbones.network import (
    BATCH,
    FrozenNetwork,
    Outputs,
    forbid_telemetry,
    open_session,
    read_notice,
    read_weights,
)
from sortal.backbones.place import cache_folder
from sortal.backbones.records import Space
from sortal.backbones.table import BACKBONES, Backbone, backbone

__all__ = [
    "BACKBONES",
    "BATCH",
    "DEFAULT_FIT",
    "THUMBNAIL_SIDE",
    "Backbone",
    "Cache",
    "Embedded",
    "Entry",
    "FrozenNetwork",
    "Outputs",
    "Space",
    "Tag",
    "backbone",
    "cache_folder",
    "embed",
    "forbid_telemetry",
    "imagenet_names",
    "open_session",
    "read_notice",
    "read_weights",
    "top_tags",
]
