"""What the sentences of each simulation claim: a table in which every one of them is found."""

from collections.abc import Sequence

from tests.sims.claims.base import Claim
from tests.sims.claims.chains import BACKPROP, INITIALISATION, SOFTMAX, VANISHING
from tests.sims.claims.digits import DIGITS
from tests.sims.claims.fields import BUMPS, NEURON, POINTWISE
from tests.sims.claims.graphs import GRAPH
from tests.sims.claims.kernels import LEARNED_KERNEL
from tests.sims.claims.plane import PLAYGROUND
from tests.sims.claims.shapes import AUTOENCODER, CONV_COST, CONVOLUTION, MANIFOLD, SEPARABLE
from tests.sims.claims.training import BATCHNORM, DROPOUT, LOSS_SURFACE, OVERFIT, PENALTY
from tests.sims.claims.walks import ADAM, DESCENT, MINIBATCH

CLAIMS: dict[str, Sequence[Claim]] = {
    "neuron": NEURON,
    "playground": PLAYGROUND,
    "bumps": BUMPS,
    "pointwise": POINTWISE,
    "loss-surface": LOSS_SURFACE,
    "descent": DESCENT,
    "backprop": BACKPROP,
    "graph": GRAPH,
    "softmax": SOFTMAX,
    "overfit": OVERFIT,
    "penalty": PENALTY,
    "dropout": DROPOUT,
    "minibatch": MINIBATCH,
    "adam": ADAM,
    "initialisation": INITIALISATION,
    "vanishing": VANISHING,
    "batchnorm": BATCHNORM,
    "manifold": MANIFOLD,
    "autoencoder": AUTOENCODER,
    "convolution": CONVOLUTION,
    "learned-kernel": LEARNED_KERNEL,
    "conv-cost": CONV_COST,
    "separable": SEPARABLE,
    "digits": DIGITS,
}
"""Every sentence that each simulation may say: one that is not here fails the test."""
