"""Training by backpropagation: a recipe, pictures and a network in, plain events out."""

from sortal.training.deep.answering import answers, embeddings
from sortal.training.deep.checkpoint import load_checkpoint, save_checkpoint
from sortal.training.deep.data import Normalisation, Pictures, gather, normalisation
from sortal.training.deep.events import (
    Batch,
    Begun,
    Epoch,
    Event,
    Judged,
    Overfitted,
    Prepared,
    Reason,
    Rung,
    Score,
    Stopped,
)
from sortal.training.deep.learner import Learner
from sortal.training.deep.loop import Running, train
from sortal.training.deep.once import (
    Outcome,
    network_of,
    new_learner,
    published_weights,
    train_once,
)
from sortal.training.deep.stages import stages

__all__ = [
    "Batch",
    "Begun",
    "Epoch",
    "Event",
    "Judged",
    "Learner",
    "Normalisation",
    "Outcome",
    "Overfitted",
    "Pictures",
    "Prepared",
    "Reason",
    "Rung",
    "Running",
    "Score",
    "Stopped",
    "answers",
    "embeddings",
    "gather",
    "load_checkpoint",
    "network_of",
    "new_learner",
    "normalisation",
    "published_weights",
    "save_checkpoint",
    "stages",
    "train",
    "train_once",
]
