"""The course as it is planned: each lesson's place, name and the question it answers.

A lesson may need one that is not written yet; the course map shows those as coming.
"""

from typing import NamedTuple


class Planned(NamedTuple):
    """A lesson of the plan, written or not."""

    number: int
    """The NN of its file `NN-id.md`."""
    id: str
    question: str
    """What a learner can answer after it."""


PLAN = (
    Planned(1, "node", "What does one node of a network compute?"),
    Planned(2, "folding", "How does a network fold the space its data lies in?"),
    Planned(3, "pointwise", "What does it mean that a nonlinearity acts on each entry alone?"),
    Planned(4, "loss", "The loss is a surface: why not simply try every weight?"),
    Planned(5, "gradient-descent", "How does a gradient guide the weights, and when does it stop?"),
    Planned(6, "backprop", "How does the error find its way back to every weight?"),
    Planned(7, "cross-entropy", "What does a wrong class cost, with two classes and with more?"),
    Planned(8, "overfitting", "When does a network learn the noise instead of the rule?"),
    Planned(9, "regularisation", "Why punish large weights?"),
    Planned(10, "dropout", "Why switch units off at random, and what happens at test time?"),
    Planned(11, "local-minima", "What can go wrong on the way down?"),
    Planned(12, "minibatch", "What changes when each step sees only a few samples?"),
    Planned(13, "adam", "How do momentum and Adam choose a step for each weight?"),
    Planned(14, "vanishing", "Why do gradients vanish in deep networks, and how do short cuts help?"),
    Planned(15, "batch-norm", "What does batch normalisation normalise?"),
    Planned(16, "manifold", "What is a manifold, and how is it unrolled?"),
    Planned(17, "encoding", "What do encoding and decoding keep of the data?"),
    Planned(18, "convolution", "What does one kernel compute as it slides over an image?"),
    Planned(19, "separable", "What does a depthwise separable convolution save, and when is it equal?"),
)

NUMBERS = {planned.id: planned.number for planned in PLAN}
"""Planned lesson id → its number."""
