"""The parts of a report that say how good the classifier is, and how much to believe it."""

from __future__ import annotations

from typing import Final

from sortal.evaluation.values import (
    Calibration,
    ClassReport,
    Evaluation,
    PredictionSets,
    Score,
    UnknownRule,
)
from sortal.report.charts import of_hundred, reliability, scale, warning_sign, whisker
from sortal.report.markup import Child, Markup, brief, caption, fragment, named, tag
from sortal.report.page import disclosure, scrolling
from sortal.report.wording import (
    SCHEMES,
    count,
    many,
    percent,
    span,
    unbroken,
    with_interval,
)

MANY_KINDS: Final = 30
LEAST_FOUND: Final = 10


def hero(evaluation: Evaluation) -> Markup:
    """Return the headline, the baseline beside it, and a hundred squares."""
    claim, bracket, rest = unbroken(evaluation.headline).partition(" (")
    aside = (
        f"{rest[:1].upper()}{rest[1:].removesuffix('.').removesuffix(')')}." if bracket else None
    )
    words = tag(
        "div",
        tag("p", claim if claim.endswith(".") else f"{claim}.", class_="headline"),
        tag("p", aside, class_="rest") if aside else None,
        tag("p", _baseline(evaluation), class_="rest"),
    )
    right = round(100 * evaluation.accuracy.value)
    picture = tag(
        "figure",
        of_hundred(evaluation.accuracy.value),
        tag(
            "figcaption",
            f"Of 100 such pictures, about {right} would be named rightly, {100 - right} wrongly.",
        ),
        class_="waffle",
    )
    return tag("div", words, picture, class_="hero")


def _baseline(evaluation: Evaluation) -> Child:
    name = max(evaluation.per_class, key=lambda report: report.n).name
    return (
        "For comparison: always answering the commonest kind, ",
        brief(name),
        f", would be right {percent(evaluation.baseline)} of the time.",
    )


def warnings(sentences: tuple[str, ...]) -> Markup | None:
    """Return what a person should read before believing the scores."""
    if not sentences:
        return None
    items = [
        tag("li", warning_sign(), tag("p", tag("strong", "Warning: "), unbroken(text)))
        for text in sentences
    ]
    return tag("section", tag("ul", items), class_="warnings", aria_label="Warnings")


def scores(evaluation: Evaluation) -> Markup:
    """Return the scores with their intervals, the baseline and the other split beside them."""
    rows = [
        _score("Accuracy", "share of pictures named rightly", evaluation.accuracy, evaluation),
        _score(
            "Balanced accuracy",
            "the same, every kind counting alike",
            evaluation.balanced_accuracy,
            evaluation,
        ),
        _score(
            "Macro F1", "finding and not over-calling, averaged", evaluation.macro_f1, evaluation
        ),
    ]
    head = tag(
        "tr",
        tag("th", "Score", scope="col"),
        tag("th", "Value", tag("small", "95 % interval"), scope="col"),
        tag("th", tag("span", "Value from 0 to 100 %", class_="spoken"), scale(), scope="col"),
    )
    table = tag(
        "table",
        caption("The dot is the estimate, the line its interval, the tick the baseline."),
        tag("thead", head),
        tag("tbody", rows),
        class_="scores",
    )
    scheme = SCHEMES.get(evaluation.scheme, evaluation.scheme)
    return fragment(tag("p", scheme), scrolling(table, label="Scores"), _other_split(evaluation))


def _score(name: str, meaning: str, score: Score, evaluation: Evaluation) -> Markup:
    mark = evaluation.baseline if name == "Accuracy" else None
    return tag(
        "tr",
        tag("th", name, tag("small", meaning), scope="row"),
        tag("td", tag("b", percent(score.value)), tag("small", span(score.interval))),
        tag("td", whisker(score, mark=mark)),
    )


def _other_split(evaluation: Evaluation) -> Markup | None:
    if evaluation.random_split_accuracy is None:
        return None
    return tag(
        "p",
        "A split at random, which lets pictures of one group stand on both sides, would have "
        f"claimed {percent(evaluation.random_split_accuracy)}. The scores here keep groups "
        "together.",
    )


def kinds(evaluation: Evaluation) -> Markup:
    """Return the table of kinds; where there are many, those found least stand alone first."""
    reports = evaluation.per_class
    if len(reports) <= MANY_KINDS:
        return _kinds_table(reports, title="Each kind")
    worst = sorted((r for r in reports if r.recall), key=_recall)[:LEAST_FOUND]
    return fragment(
        _kinds_table(tuple(worst), title=f"The {len(worst)} kinds it finds least"),
        disclosure(f"All {len(reports)} kinds", _kinds_table(reports, title="Every kind")),
    )


def _recall(report: ClassReport) -> float:
    return report.recall.value if report.recall else 1.0


def _kinds_table(reports: tuple[ClassReport, ...], *, title: str) -> Markup:
    """Return found (recall) and trusted (precision) of each kind, with whiskers."""
    recall = tag("th", "Found", tag("small", "of those that are, called so"), scale(), scope="col")
    trust = tag("th", "Trusted", tag("small", "of those called so, are"), scale(), scope="col")
    head = tag(
        "tr",
        tag("th", "Kind", scope="col"),
        tag("th", "Pictures", tag("small", "groups"), scope="col", class_="figure"),
        recall,
        trust,
        tag("th", "F1", scope="col", class_="figure"),
    )
    table = tag(
        "table",
        caption(f"{title}, with 95 % intervals. Found is recall, trusted is precision."),
        tag("thead", head),
        tag("tbody", [_kind(report) for report in reports]),
        class_="kinds",
    )
    return scrolling(table, label=f"Scores: {title.lower()}")


def _kind(report: ClassReport) -> Markup:
    return tag(
        "tr",
        tag("th", named(report.name), scope="row"),
        tag("td", count(report.n), tag("small", count(report.n_groups)), class_="figure"),
        _measured(report.recall, "none tested"),
        _measured(report.precision, "never called"),
        tag("td", percent(report.f1), class_="figure"),
    )


def _measured(score: Score | None, missing: str) -> Markup:
    if score is None:
        return tag("td", missing, class_="none")
    words = tag("span", tag("b", percent(score.value)), tag("small", span(score.interval)))
    return tag("td", tag("div", whisker(score), words, class_="measured"))


def confidence(evaluation: Evaluation) -> Markup:
    """Return the reliability diagram, prediction sets and the rule of "I don't know"."""
    calibration = evaluation.calibration
    points = f"{100 * calibration.error:.1f}"
    before = f"{100 * calibration.error_before:.1f}"
    diagram = tag(
        "figure",
        reliability(calibration),
        tag(
            "figcaption",
            "On the dashed line, stated confidence and truth agree. Below it the classifier "
            "is too sure, above it too modest. Larger dots rest on more answers.",
        ),
    )
    words = tag(
        "div",
        tag("h3", "Is it as often right as it says?"),
        tag(
            "p",
            f"Its stated confidence is off by {points} points on average (expected "
            f"calibration error). Before correction by a temperature of "
            f"{calibration.temperature:.2f} it was off by {before} points.",
        ),
        _bins(calibration),
        tag("h3", "Sets instead of single answers"),
        [tag("p", _sets(sets)) for sets in (evaluation.sets, evaluation.sets_90) if sets],
        tag("h3", "When it says “I don’t know”"),
        tag("p", _unknown(evaluation.unknown)),
    )
    return tag("div", diagram, words, class_="beside")


def _bins(calibration: Calibration) -> Markup:
    head = tag("tr", [tag("th", word, scope="col") for word in ("Said", "Was right", "Answers")])
    rows = [
        tag(
            "tr",
            tag("th", percent(b.confidence), scope="row"),
            tag("td", percent(b.accuracy)),
            tag("td", count(b.n)),
        )
        for b in calibration.bins
    ]
    table = tag(
        "table",
        caption("Stated confidence and the share that was right"),
        tag("thead", head),
        tag("tbody", rows),
        class_="plain",
    )
    return disclosure("The same as a table", table)


def _sets(sets: PredictionSets) -> str:
    return (
        f"Asked for a set of kinds that holds the right one {percent(sets.coverage)} of the "
        f"time, it names {sets.mean_size:.1f} kinds on average. On the tested pictures the set "
        f"held the right kind {with_interval(sets.observed)} of the time."
    )


def _unknown(rule: UnknownRule | None) -> str:
    if rule is None:
        return (
            "There is no such rule: it answers with one of its kinds, whatever picture it is shown."
        )
    return (
        "A picture that lies too far from everything it learned (a distance above "
        f"{rule.threshold:.3g}) gets no name. Of the tested pictures that do belong here it "
        f"keeps {with_interval(rule.accepted)}, resting on {many(rule.accepted.n, 'picture')}."
    )
