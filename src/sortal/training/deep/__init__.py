"""Training by backpropagation: a recipe, pictures and a network in, plain events out."""

from sortal.training.deep.answering import embeddings
from sortal.training.deep.checkpoint import load_checkpoint, save_checkpoint
from sortal.training.deep.data import Normalisation, Pictures, gather, normalisation
from sortal.training.deep.events import (
    Batch,
    Begun,
    Epoch,
    Event,
    Overfitted,
    Reason,
    Score,
    Stopped,
)
from sortal.training.deep.learner import Learner
from sortal.training.deep.loop import Running, train
from sortal.training.deep.once import Outcome, network_of, new_learner, train_once

__all__ = [
    "Batch",
    "Begun",
    "Epoch",
    "Event",
    "Learner",
    "Normalisation",
    "Outcome",
    "Overfitted",
    "Pictures",
    "Reason",
    "Running",
    "Score",
    "Stopped",
    "embeddings",
    "gather",
    "load_checkpoint",
    "network_of",
    "new_learner",
    "normalisation",
    "save_checkpoint",
    "train",
    "train_once",
]
