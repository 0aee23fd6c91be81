"""What stands beside the page in words: how to open it, and under which licences it is."""

from __future__ import annotations

from typing import Final

from sortal.modelfile import Model

_MIT: Final = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def readme(model: Model) -> str:
    """Return how to open the folder, for people who find it on a stick."""
    name, kinds = model.card.data.name, ", ".join(model.classes)
    return (
        f"A page that tells pictures apart: {name}\n\n"
        f"It knows these kinds: {kinds}.\n\n"
        "Put this folder on any web host as it is, or open it on this machine:\n\n"
        "    python3 -m http.server\n\n"
        "in this folder, then http://localhost:8000 in a browser. Opened straight from disk it\n"
        "cannot read the model beside it. The camera needs an https address or localhost.\n\n"
        "Pictures never leave the browser: everything runs in it, and nothing is loaded from\n"
        "anywhere else. model.onnx is a model file of Sortal; another one may take its place.\n"
    )


def notice(model: Model) -> str:
    """Return the licences of all that is in the folder."""
    weights = "\n\n".join(model.card.notices)
    return (
        "index.html, takeaway.js, takeaway.css, answering.js: Sortal, Apache License 2.0.\n"
        "takeaway.js holds Preact, Copyright (c) 2015-present Jason Miller, MIT License.\n"
        "answering.js holds, and ort-wasm-simd-threaded.wasm is, ONNX Runtime, Copyright (c)\n"
        "Microsoft Corporation, MIT License.\n\n"
        f"The MIT License:\n\n{_MIT}\n"
        f"model.onnx: {model.card.licence}.\n\n{weights}\n"
    )
