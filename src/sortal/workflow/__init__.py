"""The jobs as whole calls: train, predict, evaluate, check, tag; what every face calls."""

from sortal.workflow.checking import Checked, check, check_folder
from sortal.workflow.classifier import Classifier, load
from sortal.workflow.deep.options import DeepOptions
from sortal.workflow.evaluating import Judged, evaluate_model
from sortal.workflow.jobs import EvaluationDone, TrainingDone, evaluate_folder, train_folder
from sortal.workflow.predicting import predict_files
from sortal.workflow.reading import read
from sortal.workflow.tagging import tag_files
from sortal.workflow.train import Trained, train
from sortal.workflow.values import Prediction, Tagged, TrainOptions

__all__ = [
    "Checked",
    "Classifier",
    "DeepOptions",
    "EvaluationDone",
    "Judged",
    "Prediction",
    "Tagged",
    "TrainOptions",
    "Trained",
    "TrainingDone",
    "check",
    "check_folder",
    "evaluate_folder",
    "evaluate_model",
    "load",
    "predict_files",
    "read",
    "tag_files",
    "train",
    "train_folder",
]
