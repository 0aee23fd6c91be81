"""Pictures with captions: thumbnails, pairs, and mistakes beside their heat maps."""

from __future__ import annotations

from collections.abc import Callable

from sortal.report.heat import overlay_jpeg, place_in_words
from sortal.report.markup import Markup, brief, filename, fragment, picture, tag
from sortal.report.story import Exhibit, Gallery, Pair, Pairs
from sortal.report.wording import percent, shown

Caption = Callable[[Exhibit], Markup]


def thumbnail(exhibit: Exhibit) -> Markup:
    """Return the picture in its frame, or a blank frame that says so."""
    if exhibit.thumbnail is None:
        return tag("span", "not shown", class_="blank")
    label = f"labelled {exhibit.truth}" if exhibit.truth is not None else "without a label"
    return picture(exhibit.thumbnail, alt=f"Picture {label}")


def figure(exhibit: Exhibit, caption: Markup) -> Markup:
    """Return one picture over its caption."""
    return tag("figure", thumbnail(exhibit), tag("figcaption", caption))


def file_line(exhibit: Exhibit) -> Markup:
    """Name the file and, where there is one, the group; style cuts it after three lines."""
    group = fragment(" · group ", brief(exhibit.group)) if exhibit.group else None
    return tag("span", filename(exhibit.path), group, class_="file", title=exhibit.path)


def plain_caption(exhibit: Exhibit) -> Markup:
    """Caption with the remark, the label and the file."""
    note = tag("span", exhibit.note, class_="note") if exhibit.note else None
    label = tag("span", brief(exhibit.truth), class_="kind") if exhibit.truth is not None else None
    return fragment(note, label, file_line(exhibit))


def sure_caption(exhibit: Exhibit) -> Markup:
    """Caption with how sure the answer was, and the file."""
    sure = None
    if exhibit.confidence is not None:
        sure = tag("span", f"{percent(exhibit.confidence)} sure", class_="note")
    return fragment(sure, file_line(exhibit))


def gallery(shelf: Gallery, caption: Caption) -> Markup:
    """Return a list of pictures and, where it was cut, the words for it."""
    items = [tag("li", figure(e, caption(e))) for e in shelf.exhibits]
    return fragment(
        tag("ul", items, class_="gallery") if items else None,
        cut_note(len(items), len(shelf)),
    )


def cut_note(n: int, total: int) -> Markup | None:
    """Say how many of how many are shown, or nothing where all are."""
    if not n and total:
        return tag("p", "Not shown here, to keep this file small.", class_="cut")
    return tag("p", shown(n, total), class_="cut") if n < total else None


def mistakes(shelf: Gallery) -> Markup:
    """Return wrong answers, each picture beside what spoke for its answer."""
    items = [tag("li", _mistake(e)) for e in shelf.exhibits]
    return fragment(tag("ul", items, class_="mistakes"), cut_note(len(items), len(shelf)))


def _mistake(exhibit: Exhibit) -> Markup:
    sure = f", {percent(exhibit.confidence)} sure" if exhibit.confidence is not None else ""
    caption = tag(
        "figcaption",
        tag("p", "Called ", _strong(exhibit.answer), sure, class_="called"),
        tag("p", "Labelled ", _strong(exhibit.truth)),
        file_line(exhibit),
    )
    return tag("figure", tag("div", thumbnail(exhibit), _heat(exhibit), class_="both"), caption)


def _heat(exhibit: Exhibit) -> Markup | None:
    if exhibit.heat is None or exhibit.thumbnail is None:
        return None
    place = place_in_words(exhibit.heat)
    words = f"Heat map: what spoke for {exhibit.answer} lies in {place}"
    if place == "nowhere":
        words = f"Heat map: no part of the picture spoke for {exhibit.answer}"
    return picture(overlay_jpeg(exhibit.thumbnail, exhibit.heat), alt=words)


def _strong(label: str | None) -> Markup:
    return tag("strong", brief(label) if label is not None else "nothing")


def suspects(shelf: Gallery) -> Markup:
    """Return pictures whose label is suspected, with the label they may deserve."""
    return gallery(shelf, _suspect_caption)


def _suspect_caption(exhibit: Exhibit) -> Markup:
    return fragment(
        tag("span", "labelled ", _strong(exhibit.truth), class_="note"),
        tag("span", "looks like ", _strong(exhibit.answer), class_="note"),
        sure_caption(exhibit),
    )


def pairs(found: Pairs) -> Markup:
    """Return pairs side by side, each with the reason."""
    items = [tag("li", _pair(pair)) for pair in found.pairs]
    return fragment(
        tag("ul", items, class_="pairs") if items else None,
        cut_note(len(items), len(found)),
    )


def _pair(pair: Pair) -> Markup:
    both = [figure(e, plain_caption(e)) for e in (pair.first, pair.second)]
    why = tag("p", pair.why, class_="why") if pair.why else None
    return tag("div", tag("div", both, class_="both"), why, class_="pair")
