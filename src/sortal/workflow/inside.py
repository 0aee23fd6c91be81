"""Looking inside: one picture, one model, one page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from sortal.atomic import write_atomically
from sortal.explanation.inside import look_inside
from sortal.modelfile import load_model
from sortal.pictures import fit_square, read_picture
from sortal.report.inside import inside_page
from sortal.workflow.outputs import prepare_outputs
from sortal.workflow.values import JsonObject


@dataclass(frozen=True, slots=True)
class InsideDone:
    """What came of it.

    Attributes:
        page: the file that was written.
        answer: the likeliest kind.
        probability: of it, 0-1.
        stages: how many stages the page shows, the picture included.
        notes: what a person should know of the picture, in sentences.
    """

    page: Path
    answer: str
    probability: float
    stages: int
    notes: tuple[str, ...] = ()

    def to_dict(self) -> JsonObject:
        """As plain JSON types."""
        return asdict(self) | {"page": str(self.page)}


def inside_file(model: Path, picture: Path, *, page: Path | None = None) -> InsideDone:
    """Write a page that shows what every stage of a network makes of a picture.

    Args:
        model: a model file.
        picture: any picture.
        page: where to write the page, one HTML file; None for the picture's name here.

    Raises:
        ModelFileError: the model is not there, damaged, or of another kind.
        PictureError: the file cannot be used as a picture.
        OutputError: the page cannot be written; what was there is kept.
    """
    place = Path(f"{picture.stem or 'picture'}-inside.html") if page is None else page
    prepare_outputs(place, inputs=(model, picture))
    loaded = load_model(model)
    read = read_picture(picture)
    square = fit_square(read.pixels, loaded.card.size, loaded.card.fit)
    inside = look_inside(loaded, square)
    html = inside_page(inside, title=picture.name, given=read.pixels)
    write_atomically(place, html.encode("utf-8"))
    likeliest = int(inside.probabilities.argmax())
    return InsideDone(
        page=place,
        answer=loaded.classes[likeliest],
        probability=float(inside.probabilities[likeliest]),
        stages=len(inside.steps),
        notes=read.fingerprint.repairs,
    )
