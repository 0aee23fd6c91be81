"""The parts of a recipe: optimiser, schedule, augmentation, loss, averaging, tuning."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sortal.errors import UsageError
from sortal.training.recipe_fields import check_fields, choice, number

OPTIMISERS = ("sgd", "rmsprop", "adadelta", "adam", "adamw")
SCHEDULES = ("constant", "step", "exponential", "cosine", "one-cycle")
LOSSES = ("cross-entropy", "perceptron", "mean-squared-error")
AVERAGES = ("none", "ema", "swa")
FILLS = ("edge", "black")
NORMS = ("kept", "learned")


@dataclass(frozen=True, slots=True)
class Optimiser:
    """How a gradient becomes a step.

    Attributes:
        name: one of ``OPTIMISERS``.
        rate: learning rate; the schedule multiplies it.
        momentum: of sgd and rmsprop, 0 to below 1.
        nesterov: look ahead along the momentum (Nesterov, 1983); sgd alone.
        decay: the rate is divided by 1 + decay x steps, as Keras 2 has it.
        weight_decay: L2 penalty; in adamw, decoupled from the gradient (Loshchilov and
            Hutter, 2019). Applies to the weights of dense and conv layers, not to biases.
        rho: share of the old mean square kept at each step; rmsprop and adadelta.
        beta1, beta2: shares of the old mean and mean square kept; adam and adamw.
        epsilon: added to the root before dividing; 1e-7 as in Keras.
    """

    name: str = choice("adamw", OPTIMISERS)
    rate: float = number(1e-3, 1e-9, 1e3)
    momentum: float = number(0.0, 0, 0.9999)
    nesterov: bool = False
    decay: float = number(0.0, 0, 1)
    weight_decay: float = number(0.0, 0, 10)
    rho: float = number(0.9, 0, 0.999999)
    beta1: float = number(0.9, 0, 0.999999)
    beta2: float = number(0.999, 0, 0.999999)
    epsilon: float = number(1e-7, 1e-16, 1)

    def __post_init__(self) -> None:
        check_fields(self, "Recipe, optimiser")
        if self.nesterov and (self.name != "sgd" or not self.momentum):
            raise UsageError(
                "Recipe, optimiser: nesterov needs sgd with a momentum above 0; "
                f"{self.name} with momentum {self.momentum:g} came."
            )
        if self.momentum and self.name not in ("sgd", "rmsprop"):
            raise UsageError(
                f"Recipe, optimiser: {self.name} takes no momentum (adam has beta1); "
                "sgd and rmsprop do."
            )


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the rate changes while training.

    Attributes:
        name: one of ``SCHEDULES``.
        factor: step and exponential: the rate is multiplied by this, 0-1.
        every: step: after so many epochs; exponential: once in so many epochs, smoothly.
        warmup: epochs in which the rate climbs from ``start`` in a straight line; may be a
            fraction of one.
        start: share of the rate at which the warm-up begins.
        end: share of the rate at which cosine and one-cycle end.
    """

    name: str = choice("constant", SCHEDULES)
    factor: float = number(0.1, 0, 1)
    every: float = number(1.0, 0.001, 100_000)
    warmup: float = number(0.0, 0, 100_000)
    start: float = number(0.04, 0, 1)
    end: float = number(0.0, 0, 1)

    def __post_init__(self) -> None:
        check_fields(self, "Recipe, schedule")
        if self.name == "one-cycle" and not self.warmup:
            raise UsageError(
                "Recipe, schedule: one-cycle climbs before it falls; say in warmup for how "
                "many epochs (a third of them is usual). Without a climb it is cosine."
            )


@dataclass(frozen=True, slots=True)
class Augmentation:
    """What happens to a picture each time before the network sees it, drawn anew each time.

    Attributes:
        shear: up to so many degrees to either side.
        horizontal_flip, vertical_flip: mirrored every second time.
        zoom: enlarged or reduced by up to this share, 0 to 0.9.
        rotation: up to so many degrees to either side.
        shift: moved by up to this share of the side, each way.
        brightness: multiplied by up to 1 plus or minus this.
        contrast: spread about its mean by up to 1 plus or minus this.
        erasing: probability that a rectangle of 2 to 33 % of the area is blanked with the
            picture's mean (Zhong et al., 2020).
        elastic: root mean square of a smooth random displacement, pixels (Simard et al., 2003).
        elastic_smoothness: pixels over which that displacement changes.
        fill: what stands beyond the border: "edge" repeats it, "black" is 0.
    """

    shear: float = number(0.0, 0, 60)
    horizontal_flip: bool = False
    vertical_flip: bool = False
    zoom: float = number(0.0, 0, 0.9)
    rotation: float = number(0.0, 0, 180)
    shift: float = number(0.0, 0, 0.9)
    brightness: float = number(0.0, 0, 1)
    contrast: float = number(0.0, 0, 1)
    erasing: float = number(0.0, 0, 1)
    elastic: float = number(0.0, 0, 100)
    elastic_smoothness: float = number(6.0, 1, 512)
    fill: str = choice("edge", FILLS)

    def __post_init__(self) -> None:
        check_fields(self, "Recipe, augmentation")

    @property
    def moves(self) -> bool:
        """Whether pixels change their place."""
        return any((self.shear, self.zoom, self.rotation, self.shift, self.elastic)) or (
            self.horizontal_flip or self.vertical_flip
        )

    @property
    def is_none(self) -> bool:
        """Whether pictures are left as they are."""
        how = ("elastic_smoothness", "fill")
        return not any(getattr(self, item.name) for item in fields(self) if item.name not in how)


@dataclass(frozen=True, slots=True)
class Loss:
    """What training makes small.

    Attributes:
        name: one of ``LOSSES``; "perceptron" is the rule of Rosenblatt, 1958, for a network
            of one dense layer with a step.
        smoothing: of cross-entropy: share of the target spread over all kinds.
    """

    name: str = choice("cross-entropy", LOSSES)
    smoothing: float = number(0.0, 0, 0.9)

    def __post_init__(self) -> None:
        check_fields(self, "Recipe, loss")
        if self.smoothing and self.name != "cross-entropy":
            raise UsageError(f"Recipe, loss: smoothing goes with cross-entropy, not {self.name}.")


@dataclass(frozen=True, slots=True)
class Averaging:
    """Whether the weights kept are a mean over the course of training.

    Attributes:
        name: "none"; "ema", an exponential mean over steps; "swa", the plain mean of the
            weights at the ends of epochs (Izmailov et al., 2018).
        decay: of ema: share of the old mean kept at each step.
        start: of swa: share of the epochs after which averaging begins.
    """

    name: str = choice("none", AVERAGES)
    decay: float = number(0.999, 0, 0.999999)
    start: float = number(0.75, 0, 1)

    def __post_init__(self) -> None:
        check_fields(self, "Recipe, averaging")


@dataclass(frozen=True, slots=True)
class Tuning:
    """How pretrained layers are taken further; of regimes last, full and auto.

    Attributes:
        head_epochs: epochs in which the top and output alone learn, before anything below
            them thaws: a random head would pull at good features (LP-FT; Kumar et al., ICLR
            2022). 0 thaws at once; auto needs them, for they are its first rung.
        head_rate: learning rate in those epochs.
        layer_decay: share of the rate at which each layer with weights learns, of the rate of
            the one above it, from the top down; 1 gives all the same (discriminative rates;
            Howard and Ruder, ACL 2018). A batch norm learns as the layer before it does.
        norms: "kept": batch norms of pretrained layers go on with the means and deviations
            that they came with; "learned": with those of the batch. Their weights learn
            either way, where their layer does.
    """

    head_epochs: int = number(40, 0, 100_000)
    head_rate: float = number(1e-3, 1e-9, 1e3)
    layer_decay: float = number(0.9, 0.01, 1)
    norms: str = choice("kept", NORMS)

    def __post_init__(self) -> None:
        check_fields(self, "Recipe, tuning")
