"""Tags of pictures from their vectors alone: no picture is decoded for them again."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Backbone, imagenet_names, open_session, read_weights
from sortal.evaluation import softmax
from sortal.map import Tags
from sortal.map.site import Column
from sortal.pictures import Progress, Step

TOP: Final = 5
"""Tags of each picture."""
LIKELY: Final = 0.1
"""Probability from which on a tag is shown; the likeliest always is."""

_ROWS: Final = 1_024
_TAGGING: Final = "Tagging"


def tags_of(vectors: NDArray[np.float32], backbone: Backbone, *, progress: Progress) -> Tags:
    """The likeliest ImageNet classes of each picture, likeliest first.

    The last layer of the network is run on the embeddings, which is what it is given anyway.

    Args:
        vectors: embeddings by ``backbone``, float32 (n, width).
        backbone: the network.
        progress: told of the stage "Tagging".
    """
    session = open_session(answering_part(read_weights(backbone), ("logits",)))
    codes = np.empty((len(vectors), TOP), np.int16)
    weights = np.empty((len(vectors), TOP), np.float32)
    progress(Step(_TAGGING, 0, len(vectors), "pictures"))
    for start in range(0, len(vectors), _ROWS):
        part = slice(start, start + _ROWS)
        logits = session.run(["logits"], {"embedding": vectors[part]})[0]
        shares = softmax(logits)
        top = np.argpartition(-logits, TOP, axis=1)[:, :TOP]
        top = np.take_along_axis(top, np.argsort(-np.take_along_axis(logits, top, 1), 1), 1)
        codes[part], weights[part] = top, np.take_along_axis(shares, top, axis=1)
        progress(Step(_TAGGING, min(part.stop, len(vectors)), len(vectors), "pictures"))
    return Tags(codes, weights, imagenet_names())


def tag_column(tags: Tags) -> Column:
    """The tags that are likely, as a text that can be searched."""
    texts = [
        ", ".join(
            tags.names[code]
            for rank, (code, weight) in enumerate(zip(codes, weights, strict=True))
            if rank == 0 or weight >= LIKELY
        )
        for codes, weights in zip(tags.codes.tolist(), tags.weights.tolist(), strict=True)
    ]
    return Column("tags", "Tags", "text", texts)


def answering_part(content: bytes, outputs: tuple[str, ...]) -> bytes:
    """What an ONNX graph does from its embedding to its answers, as a graph of its own."""
    import onnx
    from onnx.utils import Extractor

    model = onnx.load_model_from_string(content)
    part = Extractor(model).extract_model(["embedding"], list(outputs))
    return bytes(part.SerializeToString())
