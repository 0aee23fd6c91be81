"""The jobs as whole calls: train, predict, evaluate, check, tag, map; what every face calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sortal.workflow.checking import Checked, check, check_folder
from sortal.workflow.classifier import Classifier, load
from sortal.workflow.deep.options import DeepOptions
from sortal.workflow.describing import Described, DescribeOptions, describe_network
from sortal.workflow.evaluating import Judged, evaluate_model
from sortal.workflow.exporting import ExportDone, export_folder
from sortal.workflow.inside import InsideDone, inside_file
from sortal.workflow.jobs import EvaluationDone, TrainingDone, evaluate_folder, train_folder
from sortal.workflow.predicting import predict_files
from sortal.workflow.preview import PreviewDone, PreviewOptions, preview_folder
from sortal.workflow.reading import read
from sortal.workflow.sorting import Sorter
from sortal.workflow.tagging import tag_files
from sortal.workflow.train import train
from sortal.workflow.trained import Trained
from sortal.workflow.values import Prediction, Tagged, TrainOptions

if TYPE_CHECKING:
    from sortal.workflow.map.calls import map_collection, map_folder
    from sortal.workflow.map.pictures import PreviewRule
    from sortal.workflow.map.values import MapDone, MapOptions
    from sortal.workflow.next_labels import NextLabels, next_to_label

_LATE = {
    "MapDone": "map.values",
    "MapOptions": "map.values",
    "PreviewRule": "map.pictures",
    "map_collection": "map.calls",
    "map_folder": "map.calls",
    "NextLabels": "next_labels",
    "next_to_label": "next_labels",
}
"""Names that need libraries which the other jobs do without; imported on first use."""

__all__ = [
    "Checked",
    "Classifier",
    "DeepOptions",
    "DescribeOptions",
    "Described",
    "EvaluationDone",
    "ExportDone",
    "InsideDone",
    "Judged",
    "MapDone",
    "MapOptions",
    "NextLabels",
    "Prediction",
    "PreviewDone",
    "PreviewOptions",
    "PreviewRule",
    "Sorter",
    "Tagged",
    "TrainOptions",
    "Trained",
    "TrainingDone",
    "check",
    "check_folder",
    "describe_network",
    "evaluate_folder",
    "evaluate_model",
    "export_folder",
    "inside_file",
    "load",
    "map_collection",
    "map_folder",
    "next_to_label",
    "predict_files",
    "preview_folder",
    "read",
    "tag_files",
    "train",
    "train_folder",
]


def __getattr__(name: str) -> object:
    """Import what only mapping needs."""
    if name not in _LATE:
        raise AttributeError(f"module 'sortal.workflow' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"sortal.workflow.{_LATE[name]}"), name)
    globals()[name] = value
    return value
