"""The part of a report that says how far up a ladder of trainings it was worth going."""

from __future__ import annotations

from sortal.report.charts import scale, whisker
from sortal.report.markup import Child, Markup, caption, fragment, tag
from sortal.report.page import scrolling
from sortal.report.story import LadderStory, RungStory
from sortal.report.wording import count, many, percent, span


def ladder(story: LadderStory) -> Markup:
    """Return the rungs with scores, gains and times, and in words why it went no further."""
    lead = (
        "Training began with all pretrained layers frozen, and let more of them learn as long as "
        f"that was better, beyond chance, on {many(story.n, 'validation picture')} in "
        f"{many(story.n_groups, 'group')}. The test was not looked at for this: only the rung "
        "that was kept was tested, once."
    )
    head = tag(
        "tr",
        tag("th", "Rung", scope="col"),
        tag("th", "Right", tag("small", "95 % interval"), scope="col"),
        tag("th", tag("span", "Right, from 0 to 100 %", class_="spoken"), scale(), scope="col"),
        tag(
            "th",
            "Gain",
            tag("small", f"points, {100 * story.level:.0f} % interval"),
            scope="col",
            class_="figure",
        ),
        tag("th", "Took", tag("small", "epochs"), scope="col", class_="figure"),
    )
    table = tag(
        "table",
        caption("Scores are of the validation pictures; a gain is over the best rung before."),
        tag("thead", head),
        tag("tbody", [_row(rung) for rung in story.rungs]),
        class_="scores rungs",
    )
    words = [tag("li", rung.message) for rung in story.rungs]
    return fragment(
        tag("p", lead),
        scrolling(table, label="The rungs"),
        tag("ul", words, tag("li", tag("strong", story.ended)), class_="notes"),
    )


def _row(rung: RungStory) -> Markup:
    learns = f"{rung.words}; {count(rung.learning)} numbers learn"
    name: list[Child] = [rung.name, tag("b", " kept") if rung.kept else None]
    return tag(
        "tr",
        tag("th", name, tag("small", learns), scope="row"),
        tag("td", tag("b", percent(rung.score.value)), tag("small", span(rung.score.interval))),
        tag("td", whisker(rung.score)),
        tag("td", *_gain(rung), class_="figure"),
        tag("td", _time(rung.seconds), tag("small", count(rung.epochs)), class_="figure"),
    )


def _gain(rung: RungStory) -> tuple[Child, ...]:
    if rung.gain is None:
        return ("–",)
    difference, interval = rung.gain
    low, high = 100 * interval.low, 100 * interval.high
    return f"{100 * difference:+.1f}", tag("small", f"{low:+.1f} to {high:+.1f}")


def _time(seconds: float) -> str:
    if seconds < 99.5:
        return f"{seconds:.0f}\u00a0s"
    return f"{seconds / 60:.0f}\u00a0min"
