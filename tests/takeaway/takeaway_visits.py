"""Folders of models, the pictures that are dropped into them, and a browser that opens them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper
from PIL import Image
from playwright.sync_api import Browser, Page

from pages import hosted_folder, with_camera
from sortal.modelfile import Model, load_model
from sortal.modelfile.card_json import card_to_json
from sortal.modelfile.checksum import seal
from sortal.modelfile.names import CARD_KEY

ROOT = Path(__file__).resolve().parents[2]
BRICKS = ROOT / "examples" / "bricks"
KINDS = ("beam-3-thin", "bush", "pin", "plate-2x2")

FLAGS = with_camera("--disable-background-networking", "--disable-component-update")


def with_fit(model: Model, fit: str) -> Model:
    """The same network with another rule of squares on its card."""
    proto = onnx.load_model_from_string(model.data)
    card = replace(model.card, fit=fit)  # type: ignore[arg-type]
    del proto.metadata_props[:]
    helper.set_model_props(proto, {CARD_KEY: card_to_json(card)})
    return load_model(seal(proto.SerializeToString(deterministic=True)))


def write_pictures(folder: Path) -> list[Path]:
    """Pictures of every kind that browsers and Sortal read alike, from smooth patches."""
    folder.mkdir()
    made: list[Path] = []

    def keep(image: Image.Image, name: str, **how: Any) -> None:
        made.append(folder / name)
        image.save(made[-1], **how)

    keep(_patches(640, 480), "wide.jpg", quality=90)
    keep(_patches(333, 517), "tall.png")
    keep(_patches(224, 224), "exact.png")
    keep(_patches(50, 37), "small.png")
    keep(_patches(231, 1), "line.png")
    keep(_patches(1381, 1303), "reduced.png")
    keep(_patches(640, 400), "web.webp", lossless=True)
    keep(_patches(300, 200).convert("L"), "grey.jpg", quality=92)
    keep(_patches(120, 90).convert("P"), "palette.gif")
    exif = Image.Exif()
    for orientation in (3, 6, 7):
        exif[0x0112] = orientation
        keep(_patches(500, 300), f"turned-{orientation}.jpg", quality=90, exif=exif)
    clear = _patches(300, 260).convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    keep(clear, "clear.png")
    return made


def large_jpeg(path: Path) -> Path:
    """A picture that Sortal's decoder scales while it decodes."""
    _patches(2000, 1500).save(path, quality=90)
    return path


def _patches(width: int, height: int) -> Image.Image:
    rng = np.random.default_rng(width * 10_000 + height)
    coarse = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    noisy = np.asarray(smooth).astype(int) + rng.integers(-9, 10, (height, width, 3))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


@contextmanager
def visited(
    browser: Browser, folder: Path, *, expected: tuple[str, ...] = (), **context: Any
) -> Iterator[Page]:
    """Open a folder; at the end nothing may have gone wrong or been asked of another host."""
    wrong: list[str] = []
    asked: list[str] = []
    with hosted_folder(folder) as address:
        usual = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}
        inner = browser.new_context(**usual | context)
        page = inner.new_page()
        page.set_default_timeout(120_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        yield page
        inner.close()
        foreign = [url for url in asked if not url.startswith((address, "blob:", "data:"))]
    assert [text for text in wrong if not any(part in text for part in expected)] == []
    assert foreign == []


_ASK = """async ({name, data}) => {
    globalThis.worker ??= new Worker('answering.js');
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    const file = new Blob([bytes]);
    const said = await new Promise((give) => {
        worker.onmessage = ({data}) => { if (!('share' in data)) give(data); };
        worker.postMessage({id: 1, kind: 'file', file, heat: true});
    });
    if (!said.done) return {refused: said.refused};
    const {square, probabilities, distance, heat} = said.done;
    const signs = Array.from(square, (value) => String.fromCharCode(value)).join('');
    return {square: btoa(signs), probabilities: Array.from(probabilities), distance,
            heat: heat && Array.from(heat)};
}"""


def ask(page: Page, picture: Path | bytes) -> dict[str, Any]:
    """What the page's worker makes of a picture: its square, numbers and heat."""
    data = picture if isinstance(picture, bytes) else picture.read_bytes()
    given = {"name": "x", "data": base64.b64encode(data).decode("ascii")}
    found: dict[str, Any] = page.evaluate(_ASK, given)
    if "square" in found:  # Playwright takes seconds for a list of 150,000 numbers
        found["square"] = np.frombuffer(base64.b64decode(found["square"]), np.uint8)
    return found


def drop(page: Page, pictures: list[Path]) -> None:
    """Give the page pictures and wait until all are answered."""
    page.locator("input[type=file]").set_input_files([str(path) for path in pictures])
    page.locator("[role=status]", has_text="answered").last.wait_for()
    page.locator("button:enabled", has_text="Download as CSV").wait_for()
