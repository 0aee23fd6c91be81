"""Writes and reads the model: one ONNX file with its card; checks parity after writing."""

from sortal.modelfile.card import (
    UNNAMED,
    CalibrationRecord,
    Card,
    DataRecord,
    SplitRecord,
    TrunkRecord,
)
from sortal.modelfile.model import Answers, Model
from sortal.modelfile.reader import load_model, read_card
from sortal.modelfile.restating import with_threshold
from sortal.modelfile.writer import Check, ModelParts, make_model, save_model, write_model

__all__ = [
    "UNNAMED",
    "Answers",
    "CalibrationRecord",
    "Card",
    "Check",
    "DataRecord",
    "Model",
    "ModelParts",
    "SplitRecord",
    "TrunkRecord",
    "load_model",
    "make_model",
    "read_card",
    "save_model",
    "with_threshold",
    "write_model",
]
