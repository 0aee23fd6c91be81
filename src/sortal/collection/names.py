"""What a file's name tells: whether it can be a picture, how it is shown, what it is part of."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal

_PICTURE_WORDS: Final = (
    "apng avif avifs bmp dib gif heic heif hif j2c j2k jfif jp2 jpc jpe jpeg jpf jpg jpx jxl png "
    "pgm pnm ppm tif tiff webp"
)
PICTURE_ENDINGS: Final = frozenset(_PICTURE_WORDS.split())
"""Endings that stand for a picture."""

_OTHER_WORDS: Final = (
    # writing, tables, settings
    "bib cfg conf csv db doc docx epub htm html ini ipynb json jsonl log md ndjson numbers ods odt "
    "pages parquet pdf ppt pptx rst rtf sqlite sqlite3 tex toml tsv txt xls xlsx xml xmp yaml yml "
    # programs
    "bat c cc class cpp css dll exe go h hpp js jar java lock map php pl ps1 py pyc pyi rb rs sh "
    "so ts whl "
    # archives
    "7z bz2 dmg gz iso rar tar tgz xz zip zst "
    # sound and film
    "3gp aac aae avi flac m4a m4v mid mkv mov mp3 mp4 mpeg mpg ogg opus wav webm wma wmv "
    # typefaces, shortcuts, arrays, networks
    "bak ckpt h5 hdf5 keras lnk mat npy npz onnx otf pb pkl pt pth safetensors tfrecord tflite tmp "
    "ttf url woff woff2"
)
OTHER_ENDINGS: Final = frozenset(_OTHER_WORDS.split())
"""Endings that stand for something else: such files are counted and passed over."""

SYSTEM_NAMES: Final = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx"})
"""Names, in lower case, that operating systems leave behind."""


TABLE_NAMES: Final = frozenset({"metadata.csv", "metadata.tsv", "metadata.jsonl"})
"""Names, in lower case, of tables that say what the pictures beside them are."""

Kind = Literal["picture", "table", "other", "system"]
"""What a file is by its name; "picture" means that its contents decide."""

_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def ending(name: str) -> str:
    """What follows the last dot, in lower case; empty where there is none."""
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem else ""


def is_system(name: str) -> bool:
    """Whether a file or folder is hidden (a dot in front) or an operating system's own."""
    return name.startswith(".") or name.lower() in SYSTEM_NAMES


def kind(name: str) -> Kind:
    """What a file is by its name.

    A file with a picture's ending, an unknown one or none may be a picture.
    """
    end = ending(name)
    if is_system(name):
        return "system"
    if end in PICTURE_ENDINGS or end not in OTHER_ENDINGS:
        return "picture"
    return "table" if name.lower() in TABLE_NAMES else "other"


def shown(name: str) -> str:
    """A name as text that is safe to print.

    Bytes that are not UTF-8, control characters and marks that reverse the direction of
    writing appear as escapes.
    """
    return name if name.isprintable() else "".join(map(_escaped, name))


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that could not be decoded (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    if char in _BIDI or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}:
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return char


def canonical(name: str) -> str:
    """One spelling for texts that look the same: Unicode normal form C."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def listed(names: Iterable[str], *, most: int = 5) -> str:
    """The first few names for a sentence: ``a, b, c and 12 more``."""
    every = list(names)
    head = ", ".join(every[:most])
    return head if len(every) <= most else f"{head} and {len(every) - most:,} more"


def counted(n: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 file``, ``1,200 files``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def tally(endings: Counter[str]) -> str:
    """Counts by ending, commonest first: ``8 .txt, 1 without ending``."""
    ranked = sorted(endings.items(), key=lambda item: (-item[1], item[0]))
    return listed(f"{n:,} {'.' + end if end else 'without ending'}" for end, n in ranked)
