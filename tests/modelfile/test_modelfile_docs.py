"""docs/model-file.md is true: its lines run, and it leaves out nothing."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from modelfile_samples import make_sample
from PIL import Image

from sortal.modelfile import limits, load_model, write_model
from sortal.modelfile.card_json import card_to_json
from sortal.pictures import fit_square, read_picture
from sortal.pictures.fit import FITS, Fit

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "model-file.md").read_text("utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
PORTABLE = [fit for fit in FITS if fit != "handwriting"]  # whose rule is one line


@pytest.mark.parametrize("fit", PORTABLE)
def test_the_lines_give_the_answer_of_sortal(
    fit: Fit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_model("tools.onnx", make_sample(fit=fit).parts)
    noise = np.random.default_rng(9).integers(0, 256, (21, 34, 3), dtype=np.uint8)
    Image.fromarray(noise).resize((340, 210)).save("new.png")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for snippet in SNIPPETS:
            exec(compile(snippet, "docs/model-file.md", "exec"), {})
    name, probability = printed.getvalue().split()
    model = load_model("tools.onnx")
    pixels = read_picture(Path("new.png")).pixels
    answer = model.run(fit_square(pixels, model.card.size, fit)[None]).probabilities[0]
    assert name == model.classes[int(answer.argmax())]
    assert float(probability) == pytest.approx(float(answer.max()), abs=0.01)


def test_the_lines_do_not_answer_where_they_lack_the_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_model("tools.onnx", make_sample(fit="handwriting").parts)
    Image.new("RGB", (40, 30)).save("new.png")
    with pytest.raises(KeyError, match="'handwriting'"):
        exec(compile(SNIPPETS[0], "docs/model-file.md", "exec"), {})
    assert "`KeyError: 'handwriting'`" in PAGE


def test_it_takes_ten_lines() -> None:
    assert len(SNIPPETS) == 2
    assert len([line for line in SNIPPETS[0].splitlines() if line.strip()]) <= 11


def test_every_field_of_the_card_is_explained() -> None:
    card = json.loads(card_to_json(make_sample().parts.card))
    opaque = {"recipe", "evaluation", "versions"}
    for name, value in card.items():
        inner = value if isinstance(value, dict) and name not in opaque else {}
        for field in [f"{name}.{key}" for key in inner] or [name]:
            assert f"`{field}`" in PAGE, field


def test_every_limit_is_the_one_in_force() -> None:
    for words in (
        f"at most {limits.MAX_BYTES // 2**20} MiB",
        f"{limits.MAX_FIELDS:,} fields",
        f"{limits.MAX_NODES:,} operators",
        f"{limits.MAX_TENSORS:,} stored tensors",
        f"or {limits.MAX_RANK} dimensions",
        f"opset {limits.MIN_OPSET} to {limits.MAX_OPSET}",
        f"for {limits.CHUNK} pictures",
        f"More than {limits.MAX_LIVE_BYTES // 2**30} GiB",
        f"{limits.MAX_WORK // 10**9}e9 multiplications",
        f"2 to {limits.MAX_CLASSES:,}",
    ):
        assert words in " ".join(PAGE.split()), words
