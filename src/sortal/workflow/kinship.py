"""Kin of embedded pictures, remembered while the pictures and the rules stay the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple

from sortal.backbones import Cache, Embedded
from sortal.pictures import Progress, Step
from sortal.split import KIN_VERSION, Kin, Link, find_kin, join
from sortal.workflow.threads import calm_threads

_KIND = f"kin/{KIN_VERSION}"


def kinship(embedded: Embedded, *, cache: Cache | None, progress: Progress) -> Kin:
    """Find the kin among embedded pictures, or recall them where nothing has changed."""
    n = len(embedded.collection)
    progress(Step("Looking for kin", 0, n, "pictures"))
    key = _key(embedded)
    known = None if cache is None else cache.recall(_KIND, key)
    if known is not None:
        links = tuple(Link(*values) for values in json.loads(known))
        kin = Kin(groups=join(n, links), links=links)
    else:
        groups = [s.group for s in embedded.collection]
        with calm_threads(n):
            kin = find_kin(embedded.fingerprints, embedded.vectors, user_groups=groups)
        if cache is not None:
            links_text = json.dumps([astuple(link) for link in kin.links])
            cache.remember(_KIND, key, links_text.encode())
    progress(Step("Looking for kin", n, n, "pictures"))
    return kin


def _key(embedded: Embedded) -> str:
    """SHA-256 of all that kinship depends on."""
    told = [
        (f.sha256, s.group) for f, s in zip(embedded.fingerprints, embedded.collection, strict=True)
    ]
    digest = hashlib.sha256(json.dumps(told).encode())
    digest.update(embedded.vectors.tobytes())
    return digest.hexdigest()
