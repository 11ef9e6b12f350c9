"""The table of simulations: one line each. Contract tests run over it, so that a new line is tested too."""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tutor.errors import unknown_name_error

if TYPE_CHECKING:  # a name can be looked up without NumPy
    from tutor.sims.engine.simulation import Simulation

SIMULATIONS = {
    "neuron": "models.neuron.Neuron",
    "playground": "playground.view.Playground",
    "bumps": "models.bumps.Bumps",
    "pointwise": "models.pointwise.Pointwise",
    "loss-surface": "models.loss_surface.LossSurface",
    "descent": "models.descent.Descent",
    "backprop": "models.backprop_view.BackpropSimulation",
    "graph": "models.graph_view.GraphSimulation",
    "softmax": "models.softmax.Softmax",
    "overfit": "models.overfit_view.OverfitSimulation",
    "penalty": "models.penalty.Penalty",
    "dropout": "models.dropout.Dropout",
    "minibatch": "models.minibatch.Minibatch",
    "adam": "models.adam_view.AdamSimulation",
    "initialisation": "models.initialisation.Initialisation",
    "vanishing": "models.vanishing.Vanishing",
    "batchnorm": "models.batchnorm.BatchNorm",
    "manifold": "models.manifold_view.ManifoldSimulation",
    "autoencoder": "models.autoencoder.Autoencoder",
    "convolution": "models.convolution.Convolution",
    "learned-kernel": "models.learned_kernel_view.LearnedKernelSimulation",
    "conv-cost": "models.conv_cost_view.ConvCostSimulation",
    "separable": "models.separable.Separable",
    "digits": "models.digits_view.DigitsSimulation",
}
"""Public name → module and class in `tutor.sims`, in the order of the course."""
SIMULATION_TITLES = {
    "neuron": "One neuron",
    "playground": "A network in the plane",
    "bumps": "Any curve from bumps",
    "pointwise": "Pointwise nonlinearity",
    "loss-surface": "The loss is a surface",
    "descent": "Gradient descent",
    "backprop": "Backpropagation, one derivative at a time",
    "graph": "A computational graph, node by node",
    "softmax": "Softmax and cross-entropy",
    "overfit": "Overfitting",
    "penalty": "L1 and L2: a penalty on large weights",
    "dropout": "Dropout, mask by mask",
    "minibatch": "Mini-batches",
    "adam": "Adam, momentum and their relatives",
    "initialisation": "Where the weights begin",
    "vanishing": "Vanishing gradients and skip connections",
    "batchnorm": "Batch normalisation",
    "manifold": "A curved sheet, unrolled",
    "autoencoder": "Encoding and decoding",
    "convolution": "One kernel over an image",
    "learned-kernel": "A kernel that is learned",
    "conv-cost": "What a convolution costs",
    "separable": "When are the two convolutions equal?",
    "digits": "Reading handwritten digits",
}
"""Public name → the `title` of its class, for lists that are shown before any class is imported."""


FILE_MODULES = {"playground": "playground.files"}
"""Public name → module with `with_data`, `load` and `save`, for simulations that read points or keep a network."""


def find_file_module(name: str) -> ModuleType | None:
    """The module that reads and writes files for the simulation called `name`; `None` if it has none."""
    return import_module(f"tutor.sims.{FILE_MODULES[name]}") if name in FILE_MODULES else None


def find_simulation(name: str) -> "type[Simulation[Any]]":
    """The simulation called `name`; only its own module is imported.

    Raises:
        UsageError: no such simulation; the message names the nearest.
    """
    if name not in SIMULATIONS:
        raise unknown_name_error("simulation", name, SIMULATIONS)
    module, _, class_name = SIMULATIONS[name].rpartition(".")
    simulation: type[Simulation[Any]] = getattr(import_module(f"tutor.sims.{module}"), class_name)
    return simulation
