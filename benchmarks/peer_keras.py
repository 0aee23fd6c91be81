"""The usual Keras tutorial on a folder of pictures, timed; runs in an environment of its own.

A frozen MobileNetV2 under a softmax layer, ten epochs, 80/20 random split, as in the guide
"Transfer learning and fine-tuning" of keras.io, at the network's own 224 pixels. Weights are
random where ImageNet's cannot be fetched; that changes the accuracy, not the time.

    python benchmarks/peer_keras.py FOLDER [EPOCHS]
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

began = time.perf_counter()
import keras  # noqa: E402  (its import is part of what is timed)

SIZE = (224, 224)


def weights() -> str | None:
    """ImageNet's where they lie on this machine, else none."""
    cached = (Path.home() / ".keras" / "models").glob("mobilenet_v2*")
    return "imagenet" if any(cached) else None


def main(folder: str, epochs: int) -> None:
    train, validation = keras.utils.image_dataset_from_directory(
        folder, validation_split=0.2, subset="both", seed=0, image_size=SIZE, verbose=False
    )
    base = keras.applications.MobileNetV2(
        input_shape=(*SIZE, 3), include_top=False, weights=weights()
    )
    base.trainable = False
    inputs = keras.Input((*SIZE, 3))
    x = keras.applications.mobilenet_v2.preprocess_input(inputs)
    x = keras.layers.GlobalAveragePooling2D()(base(x, training=False))
    x = keras.layers.Dropout(0.2)(x)
    outputs = keras.layers.Dense(len(train.class_names), activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    marks = [time.perf_counter()]
    mark = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: marks.append(time.perf_counter()))
    model.fit(train, validation_data=validation, epochs=epochs, callbacks=[mark], verbose=0)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "epoch_seconds": [b - a for a, b in itertools.pairwise(marks)],
                "keras": keras.version(),
                "backend": keras.backend.backend(),
                "weights": weights() or "random",
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10)
