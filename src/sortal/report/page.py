"""The page around a report: head, contents, sections, footer; nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from sortal.report.markup import Child, Markup, fragment, script, stylesheet, tag
from sortal.report.style import CSS


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report; ``name`` is its place in the page (#name)."""

    name: str
    heading: str
    body: Child


def page(
    *,
    kind: str,
    title: str,
    hero: Child,
    sections: list[Section],
    style: str = "",
    program: str = "",
) -> str:
    """Return the whole document.

    Args:
        kind: what the page is: "Training report".
        title: of what: the collection's name.
        hero: what stands between the title and the contents.
        sections: in order.
        style: rules that this page adds to the common style.
        program: a script that this page runs; most run none.
    """
    css = CSS + style
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        _policy(css, program),
        _metas(),
        tag("title", f"{title} · {kind}"),
        stylesheet(css),
    )
    body = tag(
        "body",
        tag("a", "Skip to the report", href="#report", class_="skip"),
        tag(
            "header",
            tag("p", f"Sortal · {kind}", class_="eyebrow"),
            tag("h1", tag("bdi", title)),
            hero,
        ),
        tag("div", _contents(sections), _main(sections), class_="columns"),
        tag("footer", tag("p", _CLOSING)),
        script(program) if program else None,
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


_CLOSING = (
    "Made by Sortal on the machine that holds the pictures. This file is complete in itself: "
    "it loads nothing and sends nothing."
)


def _policy(css: str, program: str) -> Markup:
    """Allow this page's own style, script and pictures, by hash and by data, nothing else."""
    scripts = f"script-src {_digest(program)}; " if program else ""
    rules = (
        f"default-src 'none'; img-src data:; style-src {_digest(css)}; {scripts}"
        "base-uri 'none'; form-action 'none'"
    )
    return tag("meta", http_equiv="Content-Security-Policy", content=rules)


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _metas() -> Markup:
    return fragment(
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="generator", content="Sortal"),
    )


def _contents(sections: list[Section]) -> Markup:
    links = [tag("li", tag("a", s.heading, href=f"#{s.name}")) for s in sections]
    return tag("nav", tag("ol", links), aria_label="Contents")


def _main(sections: list[Section]) -> Markup:
    parts = [
        tag(
            "section",
            tag("h2", s.heading, id=f"{s.name}-title"),
            s.body,
            id=s.name,
            aria_labelledby=f"{s.name}-title",
        )
        for s in sections
    ]
    return tag("main", parts, id="report", tabindex=-1)


def disclosure(summary: Child, *children: Child, open_: bool = False) -> Markup:
    """Return a part that opens on demand (and is open on paper)."""
    return tag("details", tag("summary", summary), children, open_=open_)


def facts(pairs: list[tuple[Child, Child]]) -> Markup:
    """Return a list of terms with what is to be said of each."""
    rows = [tag("div", tag("dt", term), tag("dd", said)) for term, said in pairs]
    return tag("dl", rows, class_="facts")


def scrolling(table: Markup, *, label: str) -> Markup:
    """Return a table in its own container, so that the page never scrolls sideways."""
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=label)
