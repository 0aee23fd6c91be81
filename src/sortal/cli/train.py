"""`sortal train`: from a folder of pictures to a model, a score and a report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sortal.cli import console, streams
from sortal.cli.brake import Brake
from sortal.cli.deep_options import (
    Augment,
    Averaging,
    Batch,
    Channels,
    Checkpoint,
    Epochs,
    Every,
    Initial,
    Last,
    LogFile,
    Loss,
    Momentum,
    Nesterov,
    Network,
    Optimiser,
    Patience,
    Precision,
    Rate,
    RecipeName,
    Regime,
    Resume,
    Scaling,
    Schedule,
    Size,
    TensorBoard,
    Threads,
    Top,
    Tuning,
    Validation,
    WriteRecipe,
    changes_of,
)
from sortal.cli.following import Watch, display
from sortal.cli.options import (
    Backbone,
    FitRule,
    GroupBy,
    Json,
    NoCache,
    Pictures,
    ReportFile,
    Seed,
    Workers,
    given_path,
)

if TYPE_CHECKING:
    from sortal.training.deep import Event
    from sortal.workflow import DeepOptions, TrainingDone


@console.guarded
def train(
    context: typer.Context,
    pictures: Pictures,
    model: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--model",
            help="Where to write the model.",
            metavar="FILE",
            parser=given_path,
            show_default="NAME.onnx here",
        ),
    ] = None,
    report: ReportFile = None,
    backbone: Backbone = "lite0",
    fit: FitRule = None,
    group_by: GroupBy = None,
    test: Annotated[
        Path | None,
        typer.Option(
            help="Labelled pictures to test on, instead of a part of PICTURES.",
            metavar="PICTURES",
            parser=given_path,
            show_default=False,
        ),
    ] = None,
    seed: Seed = None,
    workers: Workers = None,
    no_cache: NoCache = False,
    json: Json = False,
    network: Network = None,
    recipe: RecipeName = None,
    regime: Regime = None,
    top: Top = None,
    last: Last = None,
    size: Size = None,
    channels: Channels = None,
    scaling: Scaling = None,
    initial: Initial = None,
    optimiser: Optimiser = None,
    rate: Rate = None,
    momentum: Momentum = None,
    nesterov: Nesterov = None,
    schedule: Schedule = None,
    batch: Batch = None,
    epochs: Epochs = None,
    patience: Patience = None,
    augment: Augment = None,
    loss: Loss = None,
    averaging: Averaging = None,
    precision: Precision = None,
    tuning: Tuning = None,
    validation: Validation = None,
    resume: Resume = False,
    checkpoint: Checkpoint = None,
    every: Every = None,
    threads: Threads = None,
    log: LogFile = None,
    tensorboard: TensorBoard = None,
    write_recipe: WriteRecipe = None,
) -> int:
    """Tell kinds of pictures apart, and say honestly how well.

    Writes a model (one ONNX file) and a report (one HTML page) beside each other. With
    --network or --recipe a network is trained by backpropagation; else the last layer of a
    pretrained one is fitted, which is much faster.
    """
    changes = changes_of(
        {
            "regime": regime,
            "top": top,
            "last": last,
            "size": size,
            "channels": channels,
            "scaling": scaling,
            "initial": initial,
            "optimiser": optimiser,
            "rate": rate,
            "momentum": momentum,
            "nesterov": nesterov,
            "schedule": schedule,
            "batch": batch,
            "epochs": epochs,
            "patience": patience,
            "augment": augment,
            "loss": loss,
            "averaging": averaging,
            "precision": precision,
            "tuning": tuning,
        }
    )
    running = {
        "network": network,
        "recipe": recipe,
        "resume": resume or None,
        "checkpoint": checkpoint,
        "every": every,
        "threads": threads,
        "validation": validation,
        "log": log,
        "tensorboard": tensorboard,
        "write_recipe": write_recipe,
    }
    from sortal.workflow import TrainOptions, train_folder

    options = TrainOptions(
        backbone=backbone,
        fit=fit,
        seed=seed or 0,
        group_by=group_by,
        test=test,
        workers=workers,
        cache=not no_cache,
    )
    with display(quiet=json) as (progress, watch), Brake() as brake:
        done = train_folder(
            pictures,
            replace(options, deep=_deep(running, changes, seed, watch, brake)),
            model=model,
            report=report,
            command=console.typed(context),
            progress=progress,
        )
    if json:
        streams.put_json(done.to_dict())
    else:
        _tell(done)
    return 1 if done.has_diverged else 0


def _deep(
    running: dict[str, Any],
    changes: dict[str, Any],
    seed: int | None,
    watch: Watch,
    brake: Brake,
) -> DeepOptions | None:
    """Options of a training by backpropagation, where anything asks for one."""
    from sortal.workflow import DeepOptions

    given = {name: value for name, value in running.items() if value is not None}
    if not given and not changes:
        return None
    if seed is not None:
        changes["seed"] = seed

    def told(event: Event) -> None:
        brake(event)
        watch(event)

    return DeepOptions(**given, changes=changes, watch=told, stop=brake.asked)


def _tell(done: TrainingDone) -> None:
    """Print what came of it."""
    console.tell(done.notes, done.evaluation.warnings)
    baseline = f"{100 * done.evaluation.baseline:.0f} %"
    streams.put(done.evaluation.headline)
    streams.put(f"Always answering the commonest kind would be right {baseline} of the time.")
    streams.put(f"model   {done.model}")
    streams.put(f"report  {done.report}")
    streams.put(console.counted(done.n_used, done.n_faults, done.seconds))
