"""The plan of the course: number, id and guiding question of each lesson.

A lesson may need one that is not written yet; the course map shows those as coming.
"""

from typing import NamedTuple


class PlannedLesson(NamedTuple):
    """A lesson of the plan, written or not."""

    number: int
    """The NN of its file `NN-id.md`."""
    id: str
    question: str
    """What a learner can answer after it."""


COURSE_PLAN = (
    PlannedLesson(1, "node", "What does one node of a network compute?"),
    PlannedLesson(2, "folding", "How does a network fold the space its data lies in?"),
    PlannedLesson(3, "loss", "The loss is a surface: why not simply try every weight?"),
    PlannedLesson(4, "gradient-descent", "How does a gradient guide the weights, and when does it stop?"),
    PlannedLesson(5, "backprop", "How does the error find its way back to every weight?"),
    PlannedLesson(6, "layers", "How does the error reach two hidden units, and a whole batch?"),
    PlannedLesson(7, "pointwise", "What does it mean that a nonlinearity acts on each entry alone?"),
    PlannedLesson(8, "cross-entropy", "What does a wrong class cost, with two classes and with more?"),
    PlannedLesson(9, "overfitting", "When does a network learn the noise instead of the rule?"),
    PlannedLesson(10, "regularisation", "Why punish large weights?"),
    PlannedLesson(11, "dropout", "Why switch units off at random, and what happens at test time?"),
    PlannedLesson(12, "local-minima", "What can go wrong on the way down?"),
    PlannedLesson(13, "minibatch", "What changes when each step sees only a few samples?"),
    PlannedLesson(14, "adam", "How do momentum and Adam choose a step for each weight?"),
    PlannedLesson(15, "initialisation", "Where should the weights begin?"),
    PlannedLesson(16, "vanishing", "Why do gradients vanish in deep networks, and how do short cuts help?"),
    PlannedLesson(17, "batch-norm", "What does batch normalisation normalise?"),
    PlannedLesson(18, "manifold", "What is a manifold, and how is it unrolled?"),
    PlannedLesson(19, "encoding", "What do encoding and decoding keep of the data?"),
    PlannedLesson(20, "convolution", "What does one kernel compute as it slides over an image?"),
    PlannedLesson(21, "separable", "What does a depthwise separable convolution save, and when is it equal?"),
    PlannedLesson(22, "digits", "How does a network read handwriting, and how good is it?"),
)

PLANNED_NUMBERS = {planned.id: planned.number for planned in COURSE_PLAN}
"""Planned lesson id → its number."""
