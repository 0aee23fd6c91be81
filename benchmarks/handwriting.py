"""What preparing a photograph of a digit is worth, distortion by distortion.

    python benchmarks/handwriting.py MODEL ../shared/data/mnist [--each 200]

MODEL is any model of the fit "handwriting"; the committed figures are those of

    sortal train ../shared/data/mnist --recipe mnist-cnn -o MODEL

The digits are those of MNIST's test part and of scikit-learn's ``load_digits`` (8 x 8 pixels,
other writers), chosen by a seed, each drawn onto one photographed page a distortion
(``handwritten_pages.py``). Three ways to the network's square are compared:

- naive: the page squeezed into the square;
- turned: likewise, and turned to white on black where the page is light;
- prepared: what ``sortal predict`` does. It is right where exactly one digit is found and it is
  read rightly; an "I don't know" counts as wrong.

The rows "as they come" have the digits without paper, 28 x 28 (load_digits: enlarged to 20 x 20
and centred by mass), which is the most that can be hoped for. Then pages of several digits:
the share of pages on which every digit was found in its place, and on which all were read in
their order. Intervals are Wilson's, of 95 %. Writes results/handwriting.csv and
results/handwriting_pages.csv.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_digits

from handwritten_pages import PAGES, PLAIN, Page, Sides, photograph, sheet
from sortal.pictures import Box, fit_square
from sortal.pictures.handwriting import each_digit
from sortal.workflow import Classifier, load

RESULTS = Path(__file__).parent / "results"
SEED = 20261125
LARGE = 8  # times fewer pages of many megapixels
ROWS = (2, 5, 10, 20)
LETTER = replace(PLAIN, width=900, height=600, least=0.15, most=0.28)  # digits stand apart
SHEETS = {"paper": LETTER, "shadow": replace(LETTER, shadow=PAGES["shadow"].shadow)}

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """Digits of one source: uint8 (n, side, side), white on black, and which they are."""

    name: str
    images: Grey
    labels: NDArray[np.int64]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the preparation of handwriting.")
    parser.add_argument("model", type=Path)
    parser.add_argument("mnist", type=Path)
    parser.add_argument("--each", type=int, default=200, help="pages a distortion and source")
    options = parser.parse_args()
    classifier = load(options.model)
    sources = (mnist_digits(options.mnist), drawn_digits())
    write("handwriting.csv", single_rows(classifier, sources, each=options.each))
    write("handwriting_pages.csv", page_rows(classifier, sources[0], each=options.each // 4))


def write(name: str, rows: Iterator[dict[str, object]]) -> None:
    RESULTS.mkdir(exist_ok=True)
    kept = []
    for row in rows:
        print(*row.values(), flush=True)
        kept.append(row)
    with (RESULTS / name).open("w", newline="") as file:
        writer = csv.DictWriter(file, list(kept[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def mnist_digits(folder: Path) -> Digits:
    images = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes())
    pixels = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28)
    return Digits("mnist", pixels, np.frombuffer(labels, np.uint8, offset=8).astype(np.int64))


def drawn_digits() -> Digits:
    found = load_digits()
    return Digits("sklearn", np.uint8(np.round(found.images * (255 / 16))), found.target)


def single_rows(
    classifier: Classifier, sources: Sequence[Digits], *, each: int
) -> Iterator[dict[str, object]]:
    """One row a distortion and source."""
    for number, source in enumerate(sources):
        chosen = np.random.default_rng([SEED, number]).permutation(len(source.labels))
        everything = np.stack([as_it_comes(image) for image in source.images[chosen[: 5 * each]]])
        right = read(classifier, everything) == source.labels[chosen[: 5 * each]]
        yield row(source, "as they come", {"prepared": right}, found=1.0)
        for place, (name, page) in enumerate(PAGES.items()):
            n = each // LARGE if page.width > 1000 else each
            part = chosen.take(np.arange(place * each, place * each + n), mode="wrap")
            yield distorted(classifier, source, part, name=name, page=page)


def distorted(
    classifier: Classifier, source: Digits, part: NDArray[np.int64], *, name: str, page: Page
) -> dict[str, object]:
    size = classifier.card.size
    naive, turned, prepared, one = [], [], [], []
    for k in part.tolist():
        pixels = photograph(source.images[k], page, np.random.default_rng([SEED, k]))
        square = fit_square(pixels, size, "squash")
        naive.append(square)
        turned.append(255 - square if square.mean() > 127 else square)
        digits = each_digit(Image.fromarray(pixels), size, most=9)
        one.append(len(digits) == 1)
        prepared.append(digits[0].square if digits else np.zeros_like(square))
    truth = source.labels[part]
    right = {
        way: read(classifier, np.stack(squares)) == truth
        for way, squares in (("naive", naive), ("turned", turned), ("prepared", prepared))
    }
    right["prepared"] = right["prepared"] & np.array(one) & known(classifier, np.stack(prepared))
    return row(source, name, right, found=float(np.mean(one)))


def row(
    source: Digits, name: str, right: dict[str, NDArray[np.bool_]], *, found: float
) -> dict[str, object]:
    cells: dict[str, object] = {"digits": source.name, "distortion": name}
    cells["n"] = len(right["prepared"])
    for way in ("naive", "turned", "prepared"):
        cells[way] = f"{right[way].mean():.4f}" if way in right else ""
        low, high = wilson(right[way]) if way in right else ("", "")
        cells |= {f"{way}_low": low, f"{way}_high": high}
    return cells | {"one_digit_found": f"{found:.4f}"}


def wilson(right: NDArray[np.bool_]) -> tuple[str, str]:
    """Wilson's interval of a share, 95 %."""
    n, share, z = len(right), float(right.mean()), 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return f"{middle - reach:.4f}", f"{middle + reach:.4f}"


def read(classifier: Classifier, squares: Grey) -> NDArray[np.int64]:
    """Which digit each square is taken for."""
    numbers = np.array([int(name) for name in classifier.classes])
    answers = classifier.model.run(squares).probabilities
    found: NDArray[np.int64] = numbers[answers.argmax(axis=1)]
    return found


def known(classifier: Classifier, squares: Grey) -> NDArray[np.bool_]:
    """Where the model does not say "I don't know"."""
    distance, limit = classifier.model.run(squares).distance, classifier.card.unknown_threshold
    if distance is None or limit is None:
        return np.ones(len(squares), np.bool_)
    near: NDArray[np.bool_] = distance <= limit
    return near


def as_it_comes(image: Grey) -> Grey:
    """A digit in a field of 28 x 28, RGB."""
    if len(image) != 28:
        enlarged = np.asarray(Image.fromarray(image).resize((20, 20), Image.Resampling.BICUBIC))
        ys, xs = np.mgrid[:20, :20] + 0.5
        mass = enlarged.astype(float) / enlarged.sum()
        top, left = (round(14.5 - float((mass * places).sum())) for places in (ys, xs))
        image = np.zeros((28, 28), np.uint8)
        image[top : top + 20, left : left + 20] = enlarged
    return np.repeat(image[:, :, None], 3, axis=2)


def page_rows(classifier: Classifier, source: Digits, *, each: int) -> Iterator[dict[str, object]]:
    """One row a number of digits on a page, and of pages in a shadow."""
    for n in ROWS:
        for name, page in SHEETS.items():
            outcomes = [one_page(classifier, source, page, n=n, seed=k) for k in range(each)]
            found, whole, digits = (np.array(column) for column in zip(*outcomes, strict=True))
            cells: dict[str, object] = {"page": name, "digits": n, "pages": each}
            for what, right in (("all_found", found), ("all_read", whole)):
                low, high = wilson(right)
                cells |= {what: f"{right.mean():.4f}", f"{what}_low": low, f"{what}_high": high}
            yield cells | {"digits_read": f"{digits.mean():.4f}"}


def one_page(
    classifier: Classifier, source: Digits, page: Page, *, n: int, seed: int
) -> tuple[bool, bool, float]:
    """Whether every digit was found in its place; all read in order; the share read."""
    random = np.random.default_rng([SEED, n, seed])
    chosen = random.permutation(len(source.labels))[:n]
    pixels, boxes = sheet(list(source.images[chosen]), page, random)
    digits = each_digit(Image.fromarray(pixels), classifier.card.size, most=99)
    places = [_place(digit.box, boxes) for digit in digits if digit.box is not None]
    found = sorted(places) == list(range(n))
    if not digits:
        return False, False, 0.0
    answers = read(classifier, np.stack([digit.square for digit in digits]))
    truth = source.labels[chosen]
    right = {p for p, answer in zip(places, answers, strict=True) if p >= 0 and truth[p] == answer}
    whole = places == list(range(n)) and len(right) == n
    return found, whole, len(right) / n


def _place(found: Box, boxes: Sequence[Sides]) -> int:
    """Which of the true boxes a found one is, overlapping it by half of both together; or -1."""
    sides = np.array([found.left, found.top, found.right, found.bottom])
    true = np.array(boxes)
    shared = np.minimum(sides[2:], true[:, 2:]) - np.maximum(sides[:2], true[:, :2])
    common = np.maximum(shared, 0).prod(axis=1)
    union = (sides[2:] - sides[:2]).prod() + (true[:, 2:] - true[:, :2]).prod(axis=1) - common
    best = int((common / union).argmax())
    return best if common[best] >= 0.5 * union[best] else -1


if __name__ == "__main__":
    main()
