"""The table of simulations: one line each. Contract tests run over it, so a line here is a test too."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tutor.errors import unknown

if TYPE_CHECKING:  # a name can be looked up without NumPy
    from tutor.sims.base import Simulation

TABLE = {
    "neuron": "neuron.Neuron",
    "playground": "playground.Playground",
    "pointwise": "pointwise.Pointwise",
    "loss-surface": "loss_surface.LossSurface",
    "descent": "descent.Descent",
    "backprop": "backprop.Backprop",
    "softmax": "softmax.Softmax",
    "overfit": "overfit.Overfit",
    "penalty": "penalty.Penalty",
    "dropout": "dropout.Dropout",
    "minibatch": "minibatch.Minibatch",
    "adam": "adam.Adam",
    "vanishing": "vanishing.Vanishing",
    "batchnorm": "batchnorm.BatchNorm",
    "manifold": "manifold.Manifold",
    "autoencoder": "autoencoder.Autoencoder",
    "convolution": "convolution.Convolution",
    "conv-cost": "conv_cost.ConvCost",
    "separable": "separable.Separable",
}
"""Public name → module and class in `tutor.sims`, in the order of the course."""


def find(name: str) -> "type[Simulation[Any]]":
    """The simulation called `name`; only its own module is imported.

    Raises:
        UsageError: no such simulation; the message names the nearest.
    """
    if name not in TABLE:
        raise unknown("simulation", name, TABLE)
    module, _, rules = TABLE[name].partition(".")
    found: type[Simulation[Any]] = getattr(import_module(f"tutor.sims.{module}"), rules)
    return found
