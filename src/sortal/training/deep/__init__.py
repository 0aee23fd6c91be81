"""Training by backpropagation: a recipe, pictures and a network in, plain events out."""

from sortal.training.deep.checkpoint import load_checkpoint, save_checkpoint
from sortal.training.deep.data import Normalisation, Pictures, gather, normalisation
from sortal.training.deep.events import Batch, Begun, Epoch, Event, Overfitted, Score, Stopped
from sortal.training.deep.learner import Learner
from sortal.training.deep.loop import Running, train

__all__ = [
    "Batch",
    "Begun",
    "Epoch",
    "Event",
    "Learner",
    "Normalisation",
    "Overfitted",
    "Pictures",
    "Running",
    "Score",
    "Stopped",
    "gather",
    "load_checkpoint",
    "normalisation",
    "save_checkpoint",
    "train",
]
