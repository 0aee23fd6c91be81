"""Kinds, labels, groups and their history, as the page asks for them."""

from __future__ import annotations

from importlib.util import find_spec

from sortal.project import Change, Kind, Picture, Project, Shelf
from sortal.studio.messages import (
    ChangeMessage,
    ExcludeMessage,
    GroupMessage,
    IdsMessage,
    KindMessage,
    LabelMessage,
    NameMessage,
    PageMessage,
    PictureMessage,
    ProjectMessage,
)
from sortal.studio.routes import Call, Route


class Mending:
    """Handlers over one project; each change answers with the project as it is then."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        paging = {"shelf": "which pictures", "kind": "of this kind", "start": "", "count": ""}
        return [
            Route("GET", "/api/project", self.project, "The project", gives=ProjectMessage),
            Route(
                "GET",
                "/api/pictures",
                self.pictures,
                "Some of the pictures",
                gives=PageMessage,
                query=paging,
            ),
            Route(
                "POST",
                "/api/pictures",
                self.named_pictures,
                "The pictures of these ids",
                takes=IdsMessage,
                gives=PageMessage,
            ),
            Route("GET", "/api/history", self.history, "The changes", gives=list[ChangeMessage]),
            self._change("POST", "/api/kinds", self.add_kind, "Make a kind", NameMessage),
            self._change("PUT", "/api/kinds/{id}", self.rename_kind, "Rename a kind", NameMessage),
            self._change("DELETE", "/api/kinds/{id}", self.remove_kind, "Remove a kind", None),
            self._change("POST", "/api/label", self.label, "Label pictures", LabelMessage),
            self._change("POST", "/api/group", self.group, "Group pictures", GroupMessage),
            self._change("POST", "/api/exclude", self.exclude, "Set aside", ExcludeMessage),
            self._change("POST", "/api/remove", self.remove, "Remove pictures", IdsMessage),
            self._change("POST", "/api/undo", self.undo, "Take the last change back", None),
            self._change("POST", "/api/redo", self.redo, "Do it again", None),
        ]

    @staticmethod
    def _change(method, path, handler, summary, takes) -> Route:  # type: ignore[no-untyped-def]
        return Route(method, path, handler, summary, takes=takes, gives=ProjectMessage)

    def project(self, _: Call | None = None) -> ProjectMessage:
        """Return the project as it is now."""
        return project_message(self._project)

    def pictures(self, call: Call) -> PageMessage:
        """Return a page of pictures."""
        shelf: Shelf = call.query.get("shelf", "all")  # type: ignore[assignment]  # checked there
        page = self._project.pictures.page(
            shelf,
            kind=call.number("kind") if "kind" in call.query else None,
            start=call.number("start") if "start" in call.query else 0,
            count=call.number("count") if "count" in call.query else 100,
        )
        return PageMessage(pictures=[picture_message(p) for p in page.pictures], total=page.total)

    def named_pictures(self, call: Call) -> PageMessage:
        """Return the pictures of these ids, in their order; those that are gone are left out."""
        found = self._project.pictures.get(call.body.pictures)
        return PageMessage(pictures=[picture_message(p) for p in found], total=len(found))

    def history(self, _: Call) -> list[ChangeMessage]:
        """Return the last changes, the newest first."""
        return [_change(change) for change in self._project.changes.history(count=200)]

    def add_kind(self, call: Call) -> ProjectMessage:
        """Make a kind."""
        self._project.changes.add_kind(call.body.name)
        return self.project()

    def rename_kind(self, call: Call) -> ProjectMessage:
        """Rename a kind."""
        self._project.changes.rename_kind(call.number("id"), call.body.name)
        return self.project()

    def remove_kind(self, call: Call) -> ProjectMessage:
        """Remove a kind; its pictures stay."""
        self._project.changes.remove_kind(call.number("id"))
        return self.project()

    def label(self, call: Call) -> ProjectMessage:
        """Label pictures."""
        self._project.changes.label(call.body.pictures, call.body.kind)
        return self.project()

    def group(self, call: Call) -> ProjectMessage:
        """Group pictures."""
        self._project.changes.group(call.body.pictures, call.body.group)
        return self.project()

    def exclude(self, call: Call) -> ProjectMessage:
        """Set pictures aside, or take them back in."""
        self._project.changes.exclude(call.body.pictures, excluded=call.body.excluded)
        return self.project()

    def remove(self, call: Call) -> ProjectMessage:
        """Take pictures out of the project."""
        self._project.changes.remove(call.body.pictures)
        return self.project()

    def undo(self, _: Call) -> ProjectMessage:
        """Take the last change back."""
        self._project.changes.undo()
        return self.project()

    def redo(self, _: Call) -> ProjectMessage:
        """Do the change again that was taken back last."""
        self._project.changes.redo()
        return self.project()


def project_message(project: Project) -> ProjectMessage:
    """Return the project as the page gets it."""
    history = project.changes.history(count=200)
    standing = next((c.words for c in history if not c.undone), None)
    again = [c.words for c in history if c.can_redo]
    counts = {
        shelf: project.pictures.page(shelf, count=1).total
        for shelf in ("unlabelled", "excluded", "faulty")
    }
    return ProjectMessage(
        name=project.name,
        folder=str(project.folder),
        revision=project.revision,
        kinds=[_kind(kind) for kind in project.changes.kinds()],
        unlabelled=counts["unlabelled"],
        excluded=counts["excluded"],
        faulty=counts["faulty"],
        can_undo=standing,
        can_redo=again[-1] if again else None,
        has_deep=find_spec("torch") is not None,
    )


def picture_message(picture: Picture) -> PictureMessage:
    """Return a picture as the page gets it."""
    return PictureMessage(
        id=picture.id,
        sha256=picture.sha256,
        path=picture.path,
        kind=picture.kind,
        group=picture.group,
        excluded=picture.excluded,
        origin=picture.origin,
        fault=picture.fault,
    )


def _kind(kind: Kind) -> KindMessage:
    return KindMessage(id=kind.id, name=kind.name, pictures=kind.pictures)


def _change(change: Change) -> ChangeMessage:
    return ChangeMessage(
        id=change.id,
        at=change.at,
        words=change.words,
        touched=change.touched,
        undone=change.undone,
        can_redo=change.can_redo,
    )
