"""Writes what the page of a map reads; docs/map-site.md is the contract."""

from sortal.map.site.coasts import coasts
from sortal.map.site.folder import SiteFolder, read_manifest
from sortal.map.site.sheets import SHEET
from sortal.map.site.values import (
    Annotation,
    Cluster,
    Column,
    Layout,
    LayoutKind,
    Previews,
    Role,
    Site,
    Thumbnails,
)
from sortal.map.site.writer import NEAR, write_site

__all__ = [
    "NEAR",
    "SHEET",
    "Annotation",
    "Cluster",
    "Column",
    "Layout",
    "LayoutKind",
    "Previews",
    "Role",
    "Site",
    "SiteFolder",
    "Thumbnails",
    "coasts",
    "read_manifest",
    "write_site",
]
