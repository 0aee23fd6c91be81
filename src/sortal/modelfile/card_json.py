"""The card as JSON, in one canonical form, and back with every field checked."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Final

from sortal.errors import ModelFileError
from sortal.modelfile.card import (
    SCHEMA,
    CalibrationRecord,
    Card,
    DataRecord,
    SplitRecord,
    TrunkRecord,
)
from sortal.modelfile.limits import MAX_CLASS_NAME, MAX_CLASSES, MAX_SIDE
from sortal.modelfile.strict import Fields, parse_object
from sortal.pictures.fit import FITS, Fit

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_WHERE: Final = "The model's card"


def card_to_json(card: Card) -> str:
    """Return the card as canonical JSON: keys sorted, no spaces, ASCII only.

    Raises:
        ModelFileError: the card would not be accepted by ``card_from_json``.
    """
    try:
        text = json.dumps(
            {"schema": SCHEMA, **asdict(card)},
            sort_keys=True,
            separators=(",", ":"),
            allow_nan=False,
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelFileError(f"{_WHERE} does not fit into JSON: {error}.") from error
    card_from_json(text)
    return text


def card_from_json(text: str) -> Card:
    """Return the card that ``text`` describes.

    Raises:
        ModelFileError: a field is missing, unknown, of another type or out of range, or the
            schema is another.
    """
    whole = parse_object(text, where=_WHERE)
    _check_schema(whole.get("schema"))
    fields = Fields(whole, where=_WHERE)
    fields.take("schema")
    classes = _classes(fields)
    card = Card(
        classes=classes,
        fit=_fit(fields),
        size=fields.whole("size", low=8, high=MAX_SIDE),
        trunk=_trunk(Fields(fields.take("trunk"), where=f"{_WHERE}, trunk")),
        recipe=fields.mapping("recipe"),
        data=_data(Fields(fields.take("data"), where=f"{_WHERE}, data"), n_classes=len(classes)),
        split=_split(Fields(fields.take("split"), where=f"{_WHERE}, split")),
        evaluation=fields.mapping("evaluation"),
        calibration=_calibration(
            Fields(fields.take("calibration"), where=f"{_WHERE}, calibration")
        ),
        unknown_threshold=fields.number_or_none("unknown_threshold"),
        drift=fields.mapping_or_none("drift"),
        versions=_versions(fields),
        licence=fields.text("licence"),
        notices=fields.texts("notices"),
        seed=fields.whole("seed"),
    )
    fields.done()
    return card


def _check_schema(schema: object) -> None:
    if type(schema) is not int:
        raise ModelFileError(f"{_WHERE} does not say which version of the schema it follows.")
    if schema > SCHEMA:
        raise ModelFileError(
            f"{_WHERE} follows schema {schema}; this version of Sortal reads schema {SCHEMA}: "
            "update Sortal to use the model."
        )
    if schema < SCHEMA:
        raise ModelFileError(
            f"{_WHERE} follows schema {schema}, of before the first release; this version of "
            f"Sortal reads schema {SCHEMA}: train the model again."
        )


def _classes(fields: Fields) -> tuple[str, ...]:
    names = fields.texts("classes")
    if not 2 <= len(names) <= MAX_CLASSES:
        fields.refuse("classes", f"from 2 to {MAX_CLASSES:,} names", len(names))
    if len(set(names)) < len(names):
        fields.refuse("classes", "names that differ", "names of which two are the same")
    for name in names:
        if not 0 < len(name) <= MAX_CLASS_NAME:
            fields.refuse("classes", f"names of 1 to {MAX_CLASS_NAME} characters", name)
    return names


def _fit(fields: Fields) -> Fit:
    name = fields.text("fit")
    if name not in FITS:
        fields.refuse("fit", "one of " + ", ".join(FITS), name)
    return name


def _trunk(fields: Fields) -> TrunkRecord:
    record = TrunkRecord(
        name=fields.text("name"),
        width=fields.whole("width", low=1, high=1_000_000),
        grid=fields.whole("grid", high=MAX_SIDE),
        mean=fields.a_channel("mean"),
        scale=fields.a_channel("scale", above=0),
        licence=fields.text("licence"),
        origin=fields.text("origin"),
        source=fields.text("source"),
        sha256=_hash(fields),
    )
    fields.done()
    return record


def _data(fields: Fields, *, n_classes: int) -> DataRecord:
    record = DataRecord(
        name=fields.text("name"),
        sha256=_hash(fields),
        per_class=fields.counts("per_class"),
        groups=fields.whole("groups"),
        faults=fields.whole("faults"),
    )
    if len(record.per_class) != n_classes:
        fields.refuse("per_class", f"{n_classes} numbers, one a class", len(record.per_class))
    fields.done()
    return record


def _split(fields: Fields) -> SplitRecord:
    record = SplitRecord(
        scheme=fields.text("scheme"),
        seed=fields.whole("seed"),
        repeats=fields.whole("repeats"),
        folds=fields.whole("folds"),
        sha256=_hash(fields),
    )
    fields.done()
    return record


def _calibration(fields: Fields) -> CalibrationRecord:
    record = CalibrationRecord(
        temperature=fields.number("temperature", above=0),
        coverage=fields.number("coverage"),
        threshold=fields.number("threshold"),
        threshold_90=fields.number("threshold_90"),
    )
    fields.done()
    return record


def _versions(fields: Fields) -> dict[str, str]:
    versions = fields.mapping("versions")
    if not all(isinstance(version, str) for version in versions.values()):
        fields.refuse("versions", "texts", versions)
    return versions


def _hash(fields: Fields) -> str:
    value = fields.text("sha256")
    if not _HASH.fullmatch(value):
        fields.refuse("sha256", "64 hexadecimal digits", value)
    return value
