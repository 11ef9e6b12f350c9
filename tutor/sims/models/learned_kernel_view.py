"""The view of a learned kernel: the kernel, an image with its windows, and its error."""

from dataclasses import dataclass

from tutor.sims.engine.chart import Chart, HeatMap, Line, Role
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.sims.models.learned_kernel import IMAGE_HEIGHT, IMAGE_WIDTH, LearnedKernel, LearnedKernelState
from tutor.text.numbers import counted, format_factor, format_latex, format_number, format_percent

CLASS_WORDS = {"edges": ("light to dark", "dark to light"), "bars": ("a lying bar", "an upright bar")}
"""What the two classes of a task are called."""


@dataclass(frozen=True)
class LearnedKernelSimulation(LearnedKernel):
    """Gradient descent finds a kernel from labelled images."""

    def view(self, history: RunHistory[LearnedKernelState]) -> View:
        """The kernel, one image and its responses, and the accuracy at both positions."""
        state = history.state
        names = (
            ("loss", "loss"),
            ("accuracy, trained half", "accuracy_train"),
            ("accuracy, other half", "accuracy_moved"),
            ("per pixel, trained half", "dense_accuracy_train"),
            ("per pixel, other half", "dense_accuracy_moved"),
            (r"$w_{00}$", "kernel_weights[0][0]"),
            ("its next gradient", "gradient[0][0]"),
        )
        pictures = (
            self._draw_kernel(state),
            self._draw_image(state),
            self._draw_responses(state),
            _draw_accuracies(history),
            _draw_loss(history),
        )
        rows = tuple(make_reading(state, *name, is_share="accuracy" in name[1]) for name in names)
        return View(
            pictures, rows, self._make_worked_lines(history), self._narrate(state), self._make_prediction(state)
        )

    def _draw_kernel(self, state: LearnedKernelState) -> Chart:
        weights = state.kernel_weights
        about = f"The kernel's weights go from {format_number(float(weights.min()))} to "
        field = HeatMap(weights.tolist(), (0, self.kernel), (0, self.kernel), "weight", True)
        return Chart(
            "The kernel", (field,), f"{about}{format_number(float(weights.max()))}.", "column", "row", y_down=True,
            scale="image",
        )  # fmt: skip

    def _draw_image(self, state: LearnedKernelState) -> Chart:
        """One image, with the windows of the strongest and the weakest response."""
        k, label = self.shown, int(state.labels[self.shown])
        strongest, weakest = (f"{row}, {column}" for row, column in (state.strongest[k], state.weakest[k]))
        return Chart(
            f"Image {k + 1}: {CLASS_WORDS[self.task][label]}",
            (
                HeatMap(state.images[k].tolist(), (0, IMAGE_WIDTH), (0, IMAGE_HEIGHT), "cell", True),
                self._outline_window(state.strongest[k].tolist(), "strongest", "accent"),
                self._outline_window(state.weakest[k].tolist(), "weakest", "muted"),
            ),
            f"The kernel responds most strongly at row, column {strongest}, and most weakly at {weakest}.",
            "column",
            "row",
            y_down=True,
            scale="image",
        )

    def _outline_window(self, corner: list[int], label: str, role: Role) -> Line:
        row, column = corner
        right, bottom = column + self.kernel, row + self.kernel
        across, down = [column, right, right, column, column], [row, row, bottom, bottom, row]
        return Line(across, down, label, role)

    def _draw_responses(self, state: LearnedKernelState) -> Chart:
        z = self.respond(state.images[self.shown : self.shown + 1], state.kernel_weights)[0]
        field = HeatMap(z.tolist(), (0, z.shape[1]), (0, z.shape[0]), "response", True)
        low, high = format_number(float(z.min())), format_number(float(z.max()))
        return Chart(
            "Its feature map", (field,), f"The responses of the image go from {low} to {high}.", "column", "row",
            y_down=True, scale="image",
        )  # fmt: skip

    def _make_worked_lines(self, history: RunHistory[LearnedKernelState]) -> tuple[WorkedLine, ...]:
        state, before = history.state, history.previous
        if before is None:
            return ()
        old, g = float(before.kernel_weights[0, 0]), float(before.gradient[0, 0])
        numbers = rf"{format_factor(old)} - {format_factor(state.learning_rate)} \cdot {format_factor(g)}"
        formula = r"w_{00} \leftarrow w_{00} - \eta \frac{\partial C}{\partial w_{00}}"
        return (make_worked_line(state, "kernel_weights[0][0]", formula, numbers),)

    def _narrate(self, state: LearnedKernelState) -> str:
        if state.step == 0:
            return (
                f"The kernel is random. It reads {format_percent(state.accuracy_train)} of its "
                f"{counted(self.images, 'image')} correctly."
            )
        return (
            f"After {counted(state.step, 'update')} the kernel reads {format_percent(state.accuracy_train)} of its "
            f"images and {format_percent(state.accuracy_moved)} of those in the other half; one weight a pixel reads "
            f"{format_percent(state.dense_accuracy_train)} and {format_percent(state.dense_accuracy_moved)}."
        )

    def _make_prediction(self, state: LearnedKernelState) -> Prediction:
        w, g, rate = float(state.kernel_weights[0, 0]), float(state.gradient[0, 0]), self.learning_rate
        return make_prediction(
            rf"$w_{{00}} = {format_latex(w)}$, its gradient, summed over all images and positions, is "
            rf"${format_latex(g)}$, and $\eta = {format_latex(rate)}$. What will $w_{{00}}$ be?",
            "kernel_weights[0][0]",
            w - rate * g,
            ((w + rate * g, "That goes uphill; the step is minus the gradient."),),
            r"$w_{00} - \eta \, \partial C/\partial w_{00}$.",
        )


def _draw_accuracies(history: RunHistory[LearnedKernelState]) -> Chart:
    """The accuracy where the patterns were never trained: of the kernel, and of one weight a pixel."""
    kernel, dense = history.trace("accuracy_moved"), history.trace("dense_accuracy_moved")
    return Chart(
        "Accuracy in the other half",
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
