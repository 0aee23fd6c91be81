"""Stories with pictures that are drawn here, small and seeded."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sortal.errors import Fault
from sortal.evaluation.values import (
    Calibration,
    ClassReport,
    Evaluation,
    Interval,
    PredictionSets,
    ReliabilityBin,
    Score,
    UnknownRule,
)
from sortal.report import (
    Burst,
    CheckStory,
    Duplicates,
    Exhibit,
    Gallery,
    KinSummary,
    Pair,
    Pairs,
    TrainingStory,
)

SHAPES = ("amphora", "bowl", "jug", "lamp", "plate", "tile")


def drawn(index: int, *, side: int = 120) -> bytes:
    """Draw a pot of some colour on some ground; JPEG."""
    rng = np.random.default_rng(index)
    ground, body, edge = (tuple(int(v) for v in rng.integers(40, 225, 3)) for _ in range(3))
    image = Image.new("RGB", (side, side * 5 // 6), ground)
    pen = ImageDraw.Draw(image)
    left, top = (int(v) for v in rng.integers(8, 30, 2))
    box = (left, top, side - left, side * 5 // 6 - 8)
    [pen.ellipse, pen.rectangle][index % 2](box, fill=body, outline=edge, width=4)
    pen.line((left, top + 20, side - left, top + 20), fill=edge, width=3)
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def warm(index: int) -> NDArray[np.float32]:
    """A heat map of 7 by 7 with one warm and one cold place."""
    rng = np.random.default_rng(1000 + index)
    rows, columns = np.mgrid[0:7, 0:7]
    hot, cold = rng.integers(0, 7, (2, 2))
    heat = np.exp(-((rows - hot[0]) ** 2 + (columns - hot[1]) ** 2) / 4)
    heat = heat - 0.6 * np.exp(-((rows - cold[0]) ** 2 + (columns - cold[1]) ** 2) / 3)
    return np.asarray(heat, np.float32)


def score(value: float, *, n: int = 412, half: float = 0.03) -> Score:
    interval = Interval(max(0.0, value - half), min(1.0, value + half))
    return Score(value, interval, n=n, n_groups=max(1, n // 6))


def confusion_of(n_classes: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(7)
    table = rng.poisson(1.2, (n_classes, n_classes)).astype(float)
    if n_classes > 12:
        table *= rng.random(table.shape) < 0.06
    table[np.arange(n_classes), np.arange(n_classes)] = rng.integers(30, 90, n_classes)
    return table


def evaluation_of(classes: tuple[str, ...], *, scheme: str = "cross-validation") -> Evaluation:
    table = confusion_of(len(classes))
    rows, columns, right = table.sum(1), table.sum(0), table.diagonal()
    per_class = tuple(
        ClassReport(
            name=name,
            n=int(rows[i]),
            n_groups=int(rows[i]) // 4,
            precision=score(right[i] / columns[i], n=int(columns[i]), half=0.06),
            recall=score(right[i] / rows[i], n=int(rows[i]), half=0.07),
            f1=float(2 * right[i] / (rows[i] + columns[i])),
        )
        for i, name in enumerate(classes)
    )
    accuracy = float(right.sum() / table.sum())
    return Evaluation(
        classes=classes,
        scheme=scheme,
        accuracy=score(accuracy, n=int(table.sum())),
        balanced_accuracy=score(accuracy - 0.01, n=int(table.sum())),
        macro_f1=score(accuracy - 0.015, n=int(table.sum())),
        baseline=float(rows.max() / table.sum()),
        per_class=per_class,
        confusion=tuple(tuple(float(v) for v in row) for row in table),
        calibration=Calibration(
            temperature=1.31,
            error=0.021,
            error_before=0.064,
            bins=tuple(
                ReliabilityBin(c, c - 0.04 + 0.06 * (i % 2), 20 + 9 * i)
                for i, c in enumerate((0.34, 0.47, 0.58, 0.69, 0.8, 0.89, 0.95, 0.99))
            ),
        ),
        sets=PredictionSets(0.95, score(0.957), mean_size=1.44, threshold=0.93),
        sets_90=PredictionSets(0.9, score(0.912), mean_size=1.28, threshold=0.82),
        unknown=UnknownRule(0.413, score(0.968)),
        random_split_accuracy=min(1.0, accuracy + 0.052),
        warnings=(
            "The kind “lamp” has 14 pictures; scores of kinds with fewer than 20 move a lot.",
            "A split at random would have claimed 5 points more: pictures of one group look "
            "alike, and a classifier can learn the group instead of the kind.",
        ),
    )


def exhibit(
    index: int, *, truth: str, answer: str | None = None, confidence: float | None = None
) -> Exhibit:
    return Exhibit(
        path=f"{truth}/{truth}_{index:04d}.jpg",
        thumbnail=drawn(index),
        truth=truth,
        answer=answer,
        confidence=confidence,
        group=f"find {index % 9}" if index % 3 == 0 else None,
    )


def training_story(
    classes: tuple[str, ...] = SHAPES, *, scheme: str = "cross-validation", per_cell: int = 4
) -> TrainingStory:
    evaluation = evaluation_of(classes, scheme=scheme)
    cells = {
        (i, j): Gallery(
            tuple(
                exhibit(31 * i + 7 * j + k, truth=classes[i], answer=classes[j], confidence=0.91)
                for k in range(min(per_cell, int(n)))
            ),
            total=int(n),
        )
        for i, row in enumerate(evaluation.confusion)
        for j, n in enumerate(row)
        if n
    }
    wrong = tuple(
        Exhibit(
            path=f"{classes[i]}/{classes[i]}_{k:04d}.jpg",
            thumbnail=drawn(200 + k, side=200),
            truth=classes[i],
            answer=classes[j],
            confidence=0.99 - 0.02 * k,
            heat=warm(k),
            group=f"find {k}",
        )
        for k, (i, j) in enumerate((k % len(classes), (k + 1) % len(classes)) for k in range(6))
    )
    return TrainingStory(
        title="Pottery of the western gate",
        evaluation=evaluation,
        n_given=431,
        n_used=428,
        cells=cells,
        mistakes=Gallery(wrong, total=19),
        suspected=Gallery(
            tuple(
                exhibit(300 + k, truth=classes[0], answer=classes[1], confidence=0.97 - 0.03 * k)
                for k in range(5)
            )
        ),
        faults=(
            Fault("bowl/b_017.jpg", "truncated", "The file ends after 41 % of the picture."),
            Fault("jug/readme.jpg", "not-a-picture", "It holds text, not a picture."),
            Fault("tile/t_003.heic", "missing-codec", "Install sortal[heic] to read it."),
        ),
        notes=("The folder “unsorted” is empty.",),
        repairs={"turned upright by EXIF orientation": 41, "CMYK converted to RGB": 3},
        kin=KinSummary(groups=311, exact=4, near=12, bursts=9, user_groups=0),
        facts={"Backbone": "lite0 (EfficientNet-Lite0, int8)", "Fit": "pad", "Strength": "0.1"},
        drift=("These pictures look like those it learned on.",)
        if scheme == "new pictures"
        else (),
        made={
            "Command": "sortal train pottery -o pottery.onnx --seed 0",
            "Seed": "0",
            "Versions": "sortal 0.1.0, numpy 2.3.1, onnxruntime 1.22.0, Python 3.11.9",
            "Model sha256": "9f2c" * 16,
            "Seconds": "6.4",
        },
    )


def check_story(classes: tuple[str, ...] = SHAPES) -> CheckStory:
    def pair(index: int, first: str, second: str, why: str) -> Pair:
        return Pair(exhibit(index, truth=first), exhibit(index, truth=second), why)

    def noted(start: int, note: str, n: int) -> Gallery:
        made = (exhibit(start + k, truth=classes[k % len(classes)]) for k in range(n))
        return Gallery(
            tuple(
                Exhibit(e.path, e.thumbnail, e.truth, note=f"{note} {k}.4")
                for k, e in enumerate(made)
            )
        )

    return CheckStory(
        title="Pottery of the western gate",
        n_given=431,
        n_used=428,
        labels={name: 60 + i for i, name in enumerate(classes)},
        exact=Duplicates(
            within=Pairs((pair(1, classes[0], classes[0], "same bytes"),), total=3),
            across=Pairs((pair(2, classes[0], classes[1], "same bytes"),)),
        ),
        near=Duplicates(within=Pairs((pair(3, classes[2], classes[2], "mirrored copy"),))),
        bursts=(
            Burst(Gallery(tuple(exhibit(k, truth=classes[3]) for k in range(40, 45))), seconds=3.0),
        ),
        blurred=noted(50, "sharpness", 6),
        dark=noted(60, "mean grey level", 2),
        odd=noted(70, "distance", 5),
        bright=noted(90, "darkest grey level", 1),
        shortcuts=("The brightness alone gives the label away 61 % of the time.",),
        suspected=Gallery(
            tuple(
                exhibit(80 + k, truth=classes[0], answer=classes[1], confidence=0.97 - 0.03 * k)
                for k in range(5)
            ),
            total=9,
        ),
        faults=(Fault("bowl/b_017.jpg", "empty", "The file holds no bytes."),),
        notes=("The folder “unsorted” is empty.",),
        repairs={"turned upright by EXIF orientation": 41},
        made={"Command": "sortal check pottery", "Versions": "sortal 0.1.0"},
    )
