"""Pure functions from answers to numbers with uncertainty; calibration; "I don't know"."""

from sortal.evaluation.unknown import DistanceModel, fit_distance

__all__ = ["DistanceModel", "fit_distance"]
