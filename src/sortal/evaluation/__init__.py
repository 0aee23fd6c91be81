"""Pure functions from answers to numbers with uncertainty; calibration; "I don't know"."""

from sortal.evaluation.batch import Difference, Drift, drift, measures
from sortal.evaluation.calibration import fit_temperature, softmax
from sortal.evaluation.comparison import Comparison, compare_models
from sortal.evaluation.judge import evaluate
from sortal.evaluation.reference import Reference, make_reference
from sortal.evaluation.rules import fit_distance_threshold, fit_rules
from sortal.evaluation.sets import in_set
from sortal.evaluation.stored import evaluation_from_dict
from sortal.evaluation.suspects import SuspectedLabel, suspected_labels
from sortal.evaluation.unknown import DistanceModel, fit_distance, held_in_distances
from sortal.evaluation.unlike import nearness_quantiles, share_nearer, unlike_words
from sortal.evaluation.values import (
    Calibration,
    ClassReport,
    Evaluation,
    Interval,
    PredictionSets,
    ReliabilityBin,
    Rules,
    Score,
    UnknownRule,
)

__all__ = [
    "Calibration",
    "ClassReport",
    "Comparison",
    "Difference",
    "DistanceModel",
    "Drift",
    "Evaluation",
    "Interval",
    "PredictionSets",
    "Reference",
    "ReliabilityBin",
    "Rules",
    "Score",
    "SuspectedLabel",
    "UnknownRule",
    "compare_models",
    "drift",
    "evaluate",
    "evaluation_from_dict",
    "fit_distance",
    "fit_distance_threshold",
    "fit_rules",
    "fit_temperature",
    "held_in_distances",
    "in_set",
    "make_reference",
    "measures",
    "nearness_quantiles",
    "share_nearer",
    "softmax",
    "suspected_labels",
    "unlike_words",
]
