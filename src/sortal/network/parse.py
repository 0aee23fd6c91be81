"""From the text of a network to its layers, by recursive descent over a handful of words."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Final, cast

from sortal.errors import UsageError
from sortal.network.layers import (
    ACTIVATIONS,
    Activation,
    ActivationName,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    InvertedResidual,
    Layer,
    MaxPool,
    Padding,
    Pair,
    Residual,
    Timm,
)

MAX_TEXT: Final = 100_000
MAX_DEPTH: Final = 8

_TOKEN = re.compile(r"\s*([(),]|[^\s(),]+)")
_WINDOW = re.compile(r"(\d+)(?:x(\d+))?(?:/(\d+))?")


def parse(text: str) -> tuple[Layer, ...]:
    """Return the layers that ``text`` says, e.g. ``"conv 32 3x3 relu, maxpool 2, flatten"``.

    Raises:
        UsageError: a word, number or bracket is not understood; the message shows
            where and what could stand there.
    """
    if len(text) > MAX_TEXT:
        raise UsageError(
            f"The network text has {len(text):,} characters; at most {MAX_TEXT:,} are read."
        )
    words = _Words(_TOKEN.findall(text))
    layers = _row(words, depth=0)
    if words.peek() is not None:
        raise words.error("the end of the text or a comma")
    return layers


class _Words:
    """The tokens of the text with a place in them."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def next(self, expected: str) -> str:
        word = self.peek()
        if word is None:
            raise self.error(expected)
        self._at += 1
        return word

    def take(self, word: str) -> bool:
        """Whether ``word`` comes next; if so it is passed."""
        if self.peek() != word:
            return False
        self._at += 1
        return True

    def error(self, expected: str, hint: str = "") -> UsageError:
        word = self.peek()
        came = f"came {word!r}" if word is not None else "came the end of the text"
        before = " ".join(self._tokens[max(0, self._at - 5) : self._at])
        after = f" after “{before}”" if before else " at the start"
        return UsageError(f"Network text{after}: expected {expected}, {came}.{hint}")

    def back(self) -> None:
        self._at -= 1


def _row(words: _Words, *, depth: int) -> tuple[Layer, ...]:
    if depth > MAX_DEPTH:
        raise words.error(f"at most {MAX_DEPTH} blocks inside each other")
    layers = [_layer(words, depth)]
    while words.take(","):
        layers.append(_layer(words, depth))
    return tuple(layers)


def _layer(words: _Words, depth: int) -> Layer:
    word = words.next("a layer")
    if word in ACTIVATIONS:
        return Activation(cast(ActivationName, word))
    if word == "residual":
        return _residual(words, depth)
    if word.startswith("timm:"):
        return Timm(word.removeprefix("timm:"))
    reader = _READERS.get(word)
    if reader is None:
        words.back()
        known = [*_READERS, "residual", "timm:NAME", *ACTIVATIONS]
        close = get_close_matches(word, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else f" Layers are: {', '.join(known)}."
        raise words.error("a layer", hint)
    return reader(words)


def _residual(words: _Words, depth: int) -> Residual:
    body = _bracket(words, depth)
    shortcut = _bracket(words, depth) if words.take("shortcut") else ()
    return Residual(body, shortcut)


def _bracket(words: _Words, depth: int) -> tuple[Layer, ...]:
    if not words.take("("):
        raise words.error("an opening bracket")
    layers = _row(words, depth=depth + 1)
    if not words.take(")"):
        raise words.error("a comma or a closing bracket")
    return layers


def _whole(words: _Words, what: str) -> int:
    word = words.next(what)
    if not word.isascii() or not word.isdigit() or int(word[:10]) < 1 or len(word) > 9:
        words.back()
        raise words.error(f"{what}, a whole number from 1")
    return int(word)


def _size(words: _Words) -> tuple[int | Pair, int | None]:
    """A window such as 3, 3x3 or 3x5/2: its side or sides, and its stride where said."""
    word = words.next("a size such as 3x3 or 3x3/2")
    match = _WINDOW.fullmatch(word) if word.isascii() and len(word) < 20 else None
    numbers = [int(g) for g in match.groups() if g] if match else []
    if match is None or min(numbers) < 1:
        words.back()
        raise words.error("a size such as 3x3 or 3x3/2")
    height, width, stride = match.groups()
    sides: int | Pair = int(height)
    if width and width != height:
        sides = (int(height), int(width))
    return sides, int(stride) if stride else None


def _square(words: _Words) -> tuple[int, int | None]:
    sides, stride = _size(words)
    if not isinstance(sides, int):
        words.back()
        raise words.error("a square size such as 2 or 2/1")
    return sides, stride


def _activation(words: _Words) -> ActivationName | None:
    word = words.peek()
    if word in ACTIVATIONS:
        words.next("")
        return cast(ActivationName, word)
    return None


def _pad_number(words: _Words) -> int:
    if not words.take("pad"):
        return 0
    word = words.next("a number of pixels")
    if not word.isascii() or not word.isdigit() or len(word) > 4:
        words.back()
        raise words.error("a number of pixels")
    return int(word)


def _dense(words: _Words) -> Dense:
    return Dense(_whole(words, "the number of units"), _activation(words))


def _conv(words: _Words) -> Conv:
    filters = _whole(words, "the number of filters")
    kernel, stride = _size(words)
    padding: Padding = "valid"
    if words.take("same"):
        padding = "same"
    elif words.peek() == "pad":
        padding = _pad_number(words) or "valid"
    groups = _whole(words, "the number of groups") if words.take("groups") else 1
    bias = not words.take("nobias")
    return Conv(filters, kernel, stride or 1, padding, groups, bias, _activation(words))


def _maxpool(words: _Words) -> MaxPool:
    size, stride = _square(words)
    return MaxPool(size, stride, _pad_number(words))


def _avgpool(words: _Words) -> AvgPool:
    size, stride = _square(words)
    return AvgPool(size, stride, _pad_number(words))


def _dropout(words: _Words) -> Dropout:
    word = words.next("a rate")
    try:
        rate = float(word)
    except ValueError:
        rate = -1.0
    if not 0 <= rate < 1:
        words.back()
        raise words.error("a dropout rate from 0 to below 1")
    return Dropout(rate)


def _inverted(words: _Words) -> InvertedResidual:
    filters = _whole(words, "the number of filters")
    kernel, stride = _square(words)
    expand = _whole(words, "the factor of expansion") if words.take("expand") else 6
    return InvertedResidual(filters, kernel, stride or 1, expand)


_READERS: Final[dict[str, Callable[[_Words], Layer]]] = {
    "flatten": lambda _: Flatten(),
    "dense": _dense,
    "conv": _conv,
    "maxpool": _maxpool,
    "avgpool": _avgpool,
    "globalavgpool": lambda _: GlobalAveragePool(),
    "dropout": _dropout,
    "batchnorm": lambda _: BatchNorm(),
    "inverted": _inverted,
}
