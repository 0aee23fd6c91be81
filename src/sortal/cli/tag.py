"""`sortal tag`: what an ImageNet network sees in pictures, without any training."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortal.cli import console
from sortal.cli.options import Json, Workers


@console.guarded
def tag(
    pictures: Annotated[
        list[Path], typer.Argument(help="Files, folders or zips.", show_default=False)
    ],
    top: Annotated[int, typer.Option(min=1, max=1000, help="Tags for each picture.")] = 5,
    backbone: Annotated[
        str, typer.Option(help="The pretrained network: lite0 or lite2.")
    ] = "lite0",
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Name what pictures show in the words of ImageNet's 1,000 kinds."""
    from dataclasses import asdict

    from sortal.workflow import Tagged, tag_files

    tagged, faults = [], []
    for answer in tag_files(pictures, top=top, network=backbone, workers=workers):
        if not isinstance(answer, Tagged):
            faults.append(answer)
        elif json:
            tagged.append(answer.to_dict())
        else:
            tags = ", ".join(f"{name} {100 * share:.0f} %" for name, share in answer.tags)
            console.put(f"{answer.path}\t{tags}")
    if json:
        console.put_json(
            {
                "backbone": backbone,
                "tagged": tagged,
                "faults": [asdict(f) for f in faults],
                "n_used": len(tagged),
                "n_faults": len(faults),
            }
        )
        return
    for fault in faults:
        console.say(f"not usable: {fault.path}: {fault.message}")
