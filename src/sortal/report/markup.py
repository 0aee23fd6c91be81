"""HTML by construction: text is escaped always, addresses outside the page cannot be written.

A page is built from ``tag`` calls. Plain strings are text and are escaped; only ``Markup``,
which nothing but this file makes from text, goes out as it stands. Attributes that could
run code or fetch something (``on...``, ``style``, ``src``, foreign ``href``) are refused, so a
hostile class or file name has no way out of its place.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final, TypeAlias

from sortal.errors import UsageError


@dataclass(frozen=True, slots=True)
class Markup:
    """Finished HTML; ``text`` is written as it stands."""

    text: str

    def __str__(self) -> str:
        return self.text


Child: TypeAlias = "Markup | str | int | Iterable[Child] | None"
Attribute: TypeAlias = str | int | float | bool | None

_LONG: Final = 80
_PNG: Final = b"\x89PNG"
_VOID: Final = frozenset({"br", "hr", "img", "link", "meta", "wbr"})
_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_REFUSED: Final = frozenset({"style", "src", "srcset", "action", "formaction", "srcdoc", "data"})


def _visible_table() -> dict[int, str]:
    """Map what HTML forbids, or what reorders its neighbours, onto something visible."""
    table = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
    table |= dict.fromkeys(range(0x7F, 0xA0), "\ufffd")
    table |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # bytes that were no UTF-8
    bidi = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
    return table | {code: f"\u27e8U+{code:04X}\u27e9" for code in bidi}


_VISIBLE: Final = _visible_table()


def visible(text: str) -> str:
    """Return ``text`` without characters that are forbidden in HTML or reorder the line.

    Control characters become their pictures, lone surrogates (file names that are not
    UTF-8) the replacement character, and embedding or overriding direction marks their code
    point in brackets, so that "gpj.exe" cannot pose as "exe.jpg".
    """
    return text.translate(_VISIBLE)


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """Build one element.

    Attribute names are given as Python words: a trailing underscore is dropped and inner
    ones become hyphens (``class_``, ``aria_label``). True writes the bare attribute; False and
    None leave it out; floats are written with two decimals at most.

    Raises:
        UsageError: the name is no element name, or the attribute is one of those refused.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"An element name holds letters and digits; {name!r} came instead.")
    start = f"<{name}{''.join(_attribute(k, v) for k, v in attributes.items())}>"
    if name in _VOID:
        return Markup(start)
    return Markup(f"{start}{_text(children)}</{name}>")


def fragment(*children: Child) -> Markup:
    """Join children without an element around them."""
    return Markup(_text(children))


def named(text: str, *, class_: str | None = None) -> Markup:
    """Return a name that people gave (a class, a file): its writing direction stays its own."""
    return tag("bdi", text, class_=class_)


def brief(text: str, *, class_: str | None = None) -> Markup:
    """Return a name as ``named`` does, its middle left out where it is very long."""
    if len(text) > _LONG:
        text = f"{text[: _LONG // 2]}…{text[-_LONG // 4 :]}"
    return named(text, class_=class_)


def filename(path: str) -> Markup:
    """Return a path that may break after its slashes."""
    folders = [(f"{folder}/", tag("wbr")) for folder in path.split("/")[:-1]]
    return tag("bdi", folders, path.rsplit("/", 1)[-1])


def caption(text: str) -> Markup:
    """Return a table's caption; it stays in view while a wide table scrolls."""
    return tag("caption", tag("span", text))


def stylesheet(css: str) -> Markup:
    """Return a style element; the text is ours, never a user's.

    Raises:
        UsageError: the text could end the element early or fetch something.
    """
    if re.search(r"<|url\(|@import", css):
        raise UsageError("A style sheet of a report must hold no '<', no url() and no @import.")
    return Markup(f"<style>{css}</style>")


def script(text: str) -> Markup:
    """Return a script element; the text is ours, never a user's.

    Raises:
        UsageError: the text could end the element early.
    """
    if re.search(r"</script|<!--", text, re.IGNORECASE):
        raise UsageError("A script of a report must not hold '</script' or '<!--'.")
    return Markup(f"<script>{text}</script>")


def data_block(name: str, value: object) -> Markup:
    """Return plain JSON types as a block that a script or a program can read, and nothing runs.

    What could end the element is written as an escape of JSON.
    """
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<script type="application/json"{_attribute("id", name)}>{text}</script>')


def picture(file: bytes, *, alt: str, class_: str | None = None) -> Markup:
    """Return an image that carries its own JPEG or PNG bytes; ``alt`` is what it shows."""
    data = base64.b64encode(file).decode("ascii")
    kind = _attribute("class", class_)
    form = "png" if file.startswith(_PNG) else "jpeg"
    return Markup(
        f'<img{kind}{_attribute("alt", alt)} decoding="async" '
        f'src="data:image/{form};base64,{data}">'
    )


def _text(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child.text
    if isinstance(child, str | int):
        return escape(visible(str(child)), quote=False)
    return "".join(map(_text, child))


def _attribute(word: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = word.rstrip("_").replace("_", "-")
    _check(name, value)
    if value is True:
        return f" {name}"
    written = number(value) if isinstance(value, float) else visible(str(value))
    return f' {name}="{escape(written)}"'


def _check(name: str, value: Attribute) -> None:
    if not _NAME.fullmatch(name) or name.startswith("on") or name in _REFUSED:
        raise UsageError(f"The attribute {name!r} is not allowed in a report.")
    if name == "href" and not str(value).startswith("#"):
        raise UsageError(f"A link in a report leads to its own page (#...), not to {value!r}.")


def number(value: float) -> str:
    """Write a coordinate the same way everywhere: two decimals at most, no trailing zeros."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written in {"-0", ""} else written
