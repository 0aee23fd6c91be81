"""The textbook's convolutional network for MNIST in Keras; runs in an environment of its own.

As the example mnist_cnn of Keras (2015): two convolutions, a pool, dropout, two dense layers;
Adadelta with the rate 1 that was its default then; batches of 128; pixels divided by 255;
the test part is looked at after every epoch. Reads MNIST's own files, which need no download.

    python benchmarks/peer_keras_mnist.py MNIST [EPOCHS] [GOAL]

It ends before EPOCHS once the accuracy on the test part has reached GOAL, 0-1.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers


def part(folder: Path, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures, float32 (n, 28, 28, 1), 0-1, and one-hot labels."""
    with gzip.open(folder / f"{kind}-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28, 1)
    with gzip.open(folder / f"{kind}-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    return pixels.astype(np.float32) / 255, keras.utils.to_categorical(labels, 10)


def network() -> keras.Model:
    """The textbook's network, ready to train."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    optimiser = keras.optimizers.Adadelta(learning_rate=1.0, rho=0.95)
    model.compile(optimiser, "categorical_crossentropy", metrics=["accuracy"])
    return model


def main(folder: Path, epochs: int, goal: float) -> None:
    """Print the course so far, one JSON object, after every epoch."""
    train, test = part(folder, "train"), part(folder, "t10k")
    keras.utils.set_random_seed(0)
    model = network()
    seconds: list[float] = []
    right: list[float] = []
    while len(right) < epochs and (not right or right[-1] < goal):
        began = time.perf_counter()
        # Looked at apart from the training, so that its time is not counted.
        model.fit(*train, batch_size=128, epochs=1, verbose=0)
        seconds.append(round(time.perf_counter() - began, 2))
        right.append(round(model.evaluate(*test, verbose=0)[1], 4))
        course = {"epoch_seconds": seconds, "test_accuracy": right}
        versions = {"keras": keras.version(), "backend": keras.backend.backend()}
        print(json.dumps({**course, **versions}), flush=True)


if __name__ == "__main__":
    arguments = dict(enumerate(sys.argv))
    main(Path(sys.argv[1]), int(arguments.get(2, "10")), float(arguments.get(3, "1")))
