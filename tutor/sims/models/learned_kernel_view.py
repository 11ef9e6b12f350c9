"""The view of a learned kernel: the kernel, an image with its windows, and its error."""

from dataclasses import dataclass

import numpy as np

from tutor.sims.engine.chart import Chart, HeatMap, Line
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.outline import outline_square
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.sims.models.learned_kernel import IMAGE_HEIGHT, IMAGE_WIDTH, LearnedKernel, LearnedKernelState
from tutor.text.numbers import counted, format_factor, format_latex, format_number, format_percent

CLASS_WORDS = {"edges": ("light to dark", "dark to light"), "bars": ("a lying bar", "an upright bar")}
"""Task → the names of class 0 and class 1."""


@dataclass(frozen=True)
class LearnedKernelSimulation(LearnedKernel):
    """Gradient descent finds a kernel from labelled images."""

    def view(self, history: RunHistory[LearnedKernelState]) -> View:
        """The view, with pictures of the kernel, one image and its responses, the accuracies and the losses."""
        state = history.state
        readings = (
            make_reading(state, "loss", "loss"),
            make_reading(state, "accuracy, left half", "accuracy_train", is_share=True),
            make_reading(state, "accuracy, right half", "accuracy_moved", is_share=True),
            make_reading(state, "per pixel, left half", "dense_accuracy_train", is_share=True),
            make_reading(state, "per pixel, right half", "dense_accuracy_moved", is_share=True),
            make_reading(state, r"$w_{00}$", "kernel_weights[0][0]"),
            make_reading(state, "its next gradient", "gradient[0][0]"),
        )
        pictures = (
            self._draw_kernel(state),
            self._draw_image(state),
            self._draw_responses(state),
            _draw_accuracies(history),
            _draw_loss(history),
        )
        return View(
            pictures, readings, self._make_worked_lines(history), self._narrate(state), self._make_prediction(state)
        )

    def _draw_kernel(self, state: LearnedKernelState) -> Chart:
        """The weights of the kernel."""
        weights = state.kernel_weights
        low, high = format_number(float(weights.min())), format_number(float(weights.max()))
        heat_map = HeatMap(weights.tolist(), (0, self.kernel), (0, self.kernel), "weight", diverging=True)
        description = f"The kernel’s weights go from {low} to {high}."
        return Chart("The kernel", (heat_map,), description, "column", "row", y_down=True, scale="image")

    def _draw_image(self, state: LearnedKernelState) -> Chart:
        """The image that is shown, with the window of the response that decides."""
        index, label = self.shown, int(state.labels[self.shown])
        strongest, weakest = state.strongest[index].tolist(), state.weakest[index].tolist()
        return Chart(
            f"Image: {CLASS_WORDS[self.task][label]}",
            (
                HeatMap(
                    state.images[index].tolist(), (0, IMAGE_WIDTH), (0, IMAGE_HEIGHT), "brightness", diverging=True
                ),
                self._outline_window(state),
            ),
            f"The response is most positive at row, column {strongest[0]}, {strongest[1]}, "
            f"and most negative at {weakest[0]}, {weakest[1]}.",
            "column",
            "row",
            y_down=True,
            scale="image",
        )

    def _outline_window(self, state: LearnedKernelState) -> Line:
        """Outline the window with the response that decides: the larger one of the most positive and most negative.

        The two windows are often neighbours or share cells, and outlines of both would run through each other.
        """
        z = self._respond_to_shown(state)
        strongest, weakest = tuple(state.strongest[self.shown].tolist()), tuple(state.weakest[self.shown].tolist())
        is_positive = z[strongest] >= -z[weakest]
        row, column = strongest if is_positive else weakest
        label = f"most {'positive' if is_positive else 'negative'} response"
        return outline_square(row, column, self.kernel, label, "accent")

    def _respond_to_shown(self, state: LearnedKernelState) -> np.ndarray:
        """The responses to the image that is shown, shape (rows, columns)."""
        return np.asarray(self.respond(state.images[self.shown : self.shown + 1], state.kernel_weights)[0])

    def _draw_responses(self, state: LearnedKernelState) -> Chart:
        """The responses to the image that is shown, position by position."""
        z = self._respond_to_shown(state)
        heat_map = HeatMap(z.tolist(), (0, z.shape[1]), (0, z.shape[0]), "response", diverging=True)
        low, high = format_number(float(z.min())), format_number(float(z.max()))
        description = f"The responses of the image go from {low} to {high}."
        return Chart(
            "Its feature map",
            (heat_map,),
            description,
            "column",
            "row",
            y_down=True,
            scale="image",
            gives_way=True,
        )

    def _make_worked_lines(self, history: RunHistory[LearnedKernelState]) -> tuple[WorkedLine, ...]:
        """The last update of the kernel's first weight."""
        state, previous = history.state, history.previous
        if previous is None:
            return ()
        w, g = float(previous.kernel_weights[0, 0]), float(previous.gradient[0, 0])
        numbers = rf"{format_factor(w)} - {format_factor(state.learning_rate)} \cdot {format_factor(g)}"
        formula = r"w_{00} \leftarrow w_{00} - \eta \frac{\partial C}{\partial w_{00}}"
        return (make_worked_line(state, "kernel_weights[0][0]", formula, numbers),)

    def _narrate(self, state: LearnedKernelState) -> str:
        """The sentence about what moving the patterns changes; the readings have the accuracies themselves."""
        if state.step == 0:
            return (
                f"The kernel is random, and one weight a pixel begins at 0. Both learn from the same "
                f"{counted(self.images, 'image')}, with patterns in the left half."
            )
        return (
            f"With the patterns moved to the right half, the accuracy of the kernel "
            f"{_describe_move(state.accuracy_train, state.accuracy_moved)}; that of one weight a pixel "
            f"{_describe_move(state.dense_accuracy_train, state.dense_accuracy_moved)}."
        )

    def _make_prediction(self, state: LearnedKernelState) -> Prediction:
        """Ask for the kernel's first weight after the next update."""
        w, g, rate = float(state.kernel_weights[0, 0]), float(state.gradient[0, 0]), self.learning_rate
        return make_prediction(
            rf"$w_{{00}} = {format_latex(w)}$, its gradient, summed over all images and positions, is "
            rf"${format_latex(g)}$, and $\eta = {format_latex(rate)}$. What will $w_{{00}}$ be?",
            "kernel_weights[0][0]",
            w - rate * g,
            ((w + rate * g, "That goes uphill; the step is minus the gradient."),),
            r"$w_{00} - \eta \, \partial C/\partial w_{00}$.",
        )


def _describe_move(trained: float, moved: float) -> str:
    """Describe how the accuracy in the right half differs from that in the left one, in which all were trained."""
    if trained == moved:
        return f"stays {format_percent(moved)}"
    return f"{'rises' if moved > trained else 'falls'} from {format_percent(trained)} to {format_percent(moved)}"


def _draw_accuracies(history: RunHistory[LearnedKernelState]) -> Chart:
    """The accuracy where the patterns were never trained: of the kernel, and of one weight a pixel."""
    kernel, dense = history.trace("accuracy_moved"), history.trace("dense_accuracy_moved")
    return Chart(
        "Accuracy in the right half, never trained",
        (
            Line(dense.steps, dense.values, "one weight a pixel", "muted"),
            Line(kernel.steps, kernel.values, "kernel", "accent"),
        ),
        f"Of the images with patterns where it was never trained, the kernel reads "
        f"{format_percent(history.state.accuracy_moved)}, one weight a pixel "
        f"{format_percent(history.state.dense_accuracy_moved)}.",
        "update",
        "share read correctly",
    )


def _draw_loss(history: RunHistory[LearnedKernelState]) -> Chart:
    """The loss of the kernel, and that of one weight a pixel."""
    kernel, dense = history.trace("loss"), history.trace("dense_loss")
    return Chart(
        "Loss",
        (
            Line(dense.steps, dense.values, "one weight a pixel", "muted"),
            Line(kernel.steps, kernel.values, "kernel", "accent"),
        ),
        f"The loss of the kernel is {format_number(history.state.loss)}, that of one weight a pixel "
        f"{format_number(history.state.dense_loss)}.",
        "update",
        "loss",
    )
