"""Small HTML fragments for notebooks; their style holds for themselves only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sortal.evaluation.values import Evaluation, Score
from sortal.report.charts import warning_sign, whisker
from sortal.report.markup import Child, Markup, named, stylesheet, tag
from sortal.report.wording import percent, span, unbroken

_STYLE: Final = (
    ".sortal-card{font-family:system-ui,sans-serif;line-height:1.45;max-width:44rem;color:inherit}"
    ".sortal-card p{margin:0 0 .6em}"
    ".sortal-card .sortal-claim{font-size:1.25em}"
    ".sortal-card table{border-collapse:collapse;margin:.6em 0}"
    ".sortal-card th,.sortal-card td{text-align:left;padding:.25em 1em .25em 0;"
    "border-top:1px solid;border-color:rgb(128 128 128/.35);font-weight:400;background:none}"
    ".sortal-card tbody th{min-width:7em;max-width:20em;overflow-wrap:anywhere}"
    ".sortal-card td{overflow-wrap:anywhere}"
    ".sortal-card svg{display:inline-block;vertical-align:middle;max-width:none;overflow:visible}"
    ".sortal-card .grid{stroke:currentColor;opacity:.3;fill:none}"
    ".sortal-card .whisker{stroke:currentColor;stroke-width:2.5;fill:none}"
    ".sortal-card .dot{fill:currentColor}"
    ".sortal-card .tick{stroke:currentColor;stroke-width:2;stroke-dasharray:2 2;fill:none}"
    ".sortal-card li{margin:.3em 0}"
)
_KINDS: Final = 20


def evaluation_card(evaluation: Evaluation) -> str:
    """Return an evaluation as an HTML fragment for ``_repr_html_``; no whole page."""
    rows = [_row("Accuracy", evaluation.accuracy, mark=evaluation.baseline)]
    rows += [_row(f"{r.name}: found", r.recall) for r in evaluation.per_class[:_KINDS] if r.recall]
    rest = len(evaluation.per_class) - _KINDS
    more = tag("p", f"First {_KINDS} of {_KINDS + rest} kinds shown.") if rest > 0 else None
    baseline = f"Always answering the commonest kind: {percent(evaluation.baseline)} (the tick)."
    return _card(
        tag("p", unbroken(evaluation.headline), class_="sortal-claim"),
        _warnings(evaluation.warnings),
        _table(rows),
        more,
        tag("p", baseline),
    )


def facts_card(title: str, entries: Mapping[str, str]) -> str:
    """Return a title with a table of facts as an HTML fragment for ``_repr_html_``."""
    rows = [
        tag("tr", tag("th", named(k), scope="row"), tag("td", named(v))) for k, v in entries.items()
    ]
    return _card(tag("p", named(title), class_="sortal-claim"), _table(rows))


def _card(*children: Child) -> str:
    return str(tag("div", stylesheet(_STYLE), children, class_="sortal-card"))


def _table(rows: list[Markup]) -> Markup:
    return tag("table", tag("tbody", rows))


def _row(name: str, score: Score, *, mark: float | None = None) -> Markup:
    value = f"{percent(score.value)} ({span(score.interval)})"
    return tag(
        "tr",
        tag("th", named(name), scope="row"),
        tag("td", whisker(score, mark=mark)),
        tag("td", value),
    )


def _warnings(sentences: tuple[str, ...]) -> Markup | None:
    if not sentences:
        return None
    items = [tag("li", warning_sign(), " Warning: ", unbroken(text)) for text in sentences]
    return tag("ul", items)
