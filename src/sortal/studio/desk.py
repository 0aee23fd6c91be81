"""What every part of the studio works with: the project, the queue, the cache."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from sortal.backbones import Cache
from sortal.project import Project
from sortal.studio.jobs import Jobs
from sortal.studio.models import Models


class Desk:
    """One open project with what is at work on it.

    Args:
        project: what was gathered, said and trained.
        jobs: the queue of long work.
        cache: of fingerprints, embeddings and thumbnails.

    Attributes:
        project, jobs, cache: as given.
        models: of the project's runs.
        scratch: a folder that only this person can look into, gone with the studio.
    """

    def __init__(self, project: Project, jobs: Jobs, cache: Cache) -> None:
        self.project = project
        self.jobs = jobs
        self.cache = cache
        self.models = Models(project)
        self._scratch = TemporaryDirectory(prefix="sortal-", ignore_cleanup_errors=True)

    @property
    def scratch(self) -> Path:
        """Where pictures lie for the moment in which they are looked at."""
        return Path(self._scratch.name)

    def close(self) -> None:
        """Stop the work, close the files; nothing that was said is lost."""
        self.jobs.close()
        self.cache.close()
        self.project.close()
        self._scratch.cleanup()
