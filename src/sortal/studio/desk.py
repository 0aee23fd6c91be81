"""What every part of the studio works with: the project, the queue, the cache."""

from __future__ import annotations

from dataclasses import dataclass

from sortal.backbones import Cache
from sortal.project import Project
from sortal.studio.jobs import Jobs


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """One open project with what is at work on it.

    Attributes:
        project: what was gathered, said and trained.
        jobs: the queue of long work.
        cache: of fingerprints, embeddings and thumbnails.
    """

    project: Project
    jobs: Jobs
    cache: Cache

    def close(self) -> None:
        """Stop the work, close the files; nothing that was said is lost."""
        self.jobs.close()
        self.cache.close()
        self.project.close()
