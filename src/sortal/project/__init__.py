"""A project: what a person gathered, said and trained, in one SQLite file and one folder."""

from sortal.project.changes import Changes
from sortal.project.packing import ENDING, pack, unpack
from sortal.project.pictures import NewPicture, Pictures
from sortal.project.project import Project
from sortal.project.runs import Answer, Difference, Run, Runs
from sortal.project.values import Change, Kind, Origin, Page, Picture, Shelf

__all__ = [
    "ENDING",
    "Answer",
    "Change",
    "Changes",
    "Difference",
    "Kind",
    "NewPicture",
    "Origin",
    "Page",
    "Picture",
    "Pictures",
    "Project",
    "Run",
    "Runs",
    "Shelf",
    "pack",
    "unpack",
]
