"""The view of a network that reads digits: its losses, its accuracy, its errors, its layers."""

from dataclasses import dataclass

import numpy as np

from tutor.sims.datasets.digit_pictures import (
    digit_words,
    draw_confusion,
    draw_correct_and_misread,
    draw_digit,
    draw_misread,
    draw_sheet,
)
from tutor.sims.datasets.handwriting import TEST_IMAGE_COUNT
from tutor.sims.engine.chart import Chart, Line, Mark, Points
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, make_estimate
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.view import (
    Reading,
    View,
    WorkedLine,
    describe_change,
    make_reading,
    make_worked_line,
)
from tutor.sims.functions.dense import log_softmax
from tutor.sims.models.digits import Digits, DigitsState
from tutor.text.numbers import counted, format_factor, format_number, format_percent

MAX_TEMPLATES = 12
"""How many units of the first layer have their weights drawn."""


@dataclass(frozen=True)
class DigitsSimulation(Digits):
    """A network learns to read handwritten digits."""

    def view(self, history: RunHistory[DigitsState]) -> View:
        """The view, with pictures of losses, accuracies, digits, the confusion matrix, and the layers."""
        state, validation = history.state, self.images("validation")
        pictures = (
            _draw_losses(history),
            draw_misread(validation.x, validation.y, state.predictions, "validation"),
            draw_confusion(state.confusion, "validation"),
            _draw_accuracies(history),
            _draw_one_digit(self, state),
            _draw_templates(state),
            _draw_layers(state),
            draw_correct_and_misread(validation.x, validation.y, state.predictions, "validation"),
        )
        return View(
            pictures,
            _make_readings(state),
            _make_worked_lines(state),
            _narrate(self, history),
            _make_prediction(self, state),
        )


def _draw_losses(history: RunHistory[DigitsState]) -> Chart:
    """The losses on training and validation images, with the epoch of the lowest validation loss marked."""
    train, validation = history.trace("loss_train"), history.trace("loss_validation")
    state = history.state
    marks: list[Mark] = [
        Line(train.steps, train.values, "training", "blue", "dot"),
        Line(validation.steps, validation.values, "validation", "orange", "ring"),
    ]
    if np.isfinite(state.best_loss):
        marks.append(Points([state.best_epoch], [state.best_loss], "best epoch", "good", "diamond"))
    description = (
        f"After {counted(state.epoch, 'epoch')} the training loss is {format_number(state.loss_train)}, the "
        f"validation loss "
        f"{format_number(state.loss_validation)}; the lowest so far is {format_number(state.best_loss)}, after "
        f"{counted(state.best_epoch, 'epoch')}."
    )
    is_positive = min(*train.values, *validation.values) > 0
    label = "mean loss, log scale" if is_positive else "mean loss"
    return Chart("Loss (data only, without the penalty)", tuple(marks), description, "epoch", label, log_y=is_positive)


def _draw_accuracies(history: RunHistory[DigitsState]) -> Chart:
    """The shares of training and validation images that are read correctly."""
    train, validation = history.trace("accuracy_train"), history.trace("accuracy_validation")
    state = history.state
    marks = (
        Line(train.steps, train.values, "training", "blue", "dot"),
        Line(validation.steps, validation.values, "validation", "orange", "ring"),
    )
    training_images = counted(len(state.training_images), "training image")
    validation_images = counted(len(state.validation_images), "validation image")
    description = (
        f"The network reads {format_percent(state.accuracy_train)} of {training_images} "
        f"and {format_percent(state.accuracy_validation)} of {validation_images}."
    )
    return Chart("Accuracy", marks, description, "epoch", "share read correctly", y_range=(0.0, 1.0))


def _draw_one_digit(rules: Digits, state: DigitsState) -> Chart:
    """A validation image, another one in each epoch, and the digit that the network takes it for."""
    images = rules.images("validation")
    index = state.epoch % len(images.y)
    logits, _ = rules.infer(state, images.x[index : index + 1])
    probability = float(np.exp(log_softmax(logits)).max())
    label_words = digit_words(images.y[index])
    prediction_words = f"read as {digit_words(state.predictions[index])}"
    if np.isfinite(probability):
        prediction_words += f" ({format_percent(probability)})"
    description = f"Validation image {index + 1} shows {label_words}; it is {prediction_words}."
    return draw_digit(f"{label_words[0].upper()}{label_words[1:]}, {prediction_words}", images.x[index], description)


def _draw_templates(state: DigitsState) -> Chart:
    """The weights of the units of the first layer as images.

    If the first layer is hidden, the units with the largest norms are drawn, the largest first; if it is the output
    layer, all ten outputs are drawn.
    """
    weights = state.weights[0]
    if not np.isfinite(weights).all():  # of a diverged run
        weights = np.zeros_like(weights)
    is_output_layer = len(state.weights) == 1
    if is_output_layer:
        units = list(range(len(weights)))
        names = [f"for {digit}" for digit in units]
    else:
        norms = np.sqrt((weights * weights).sum(axis=1))
        units = np.argsort(-norms, kind="stable")[:MAX_TEMPLATES].tolist()
        names = [f"unit {unit + 1}" for unit in units]
    description = (
        f"The weights of {counted(len(units), 'unit')} of the first layer as images; the largest has the size "
        f"{format_number(float(np.abs(weights).max()))}."
    )
    images = [weights[unit] for unit in units]
    return draw_sheet("What the first layer looks for", images, names, description, diverging=True)


def _draw_layers(state: DigitsState) -> Chart:
    """The sizes of outputs and gradients, layer by layer."""
    layers = list(range(1, len(state.activation_std) + 1))
    lines = [Line(layers, state.activation_std, "output, standard deviation", "blue")]
    if state.gradient_norms is not None:
        lines.append(Line(layers, state.gradient_norms, "gradient of the weights, norm", "orange"))
    is_positive = all(value > 0 for line in lines for value in line.y)
    description = f"From the first layer to the last the outputs have the spread {format_number(state.activation_std)}"
    if state.gradient_norms is not None:
        description += f"; the norms of the last gradients are {format_number(state.gradient_norms)}"
    return Chart(
        "Layer by layer",
        tuple(lines),
        f"{description}.",
        "layer",
        "size, log scale" if is_positive else "size",
        log_y=is_positive,
    )


def _make_readings(state: DigitsState) -> tuple[Reading, ...]:
    """Losses, accuracies and epochs, and then the sizes of outputs, gradients and updates layer by layer."""
    readings = [  # a low screen shows only the first six; the epoch can be missing, since it is the step
        make_reading(state, "training loss", "loss_train"),
        make_reading(state, "validation loss", "loss_validation"),
        make_reading(state, "training accuracy", "accuracy_train", is_share=True),
        make_reading(state, "validation accuracy", "accuracy_validation", is_share=True),
        make_reading(state, "test accuracy", "accuracy_test", is_share=True),
        make_reading(state, "best epoch", "best_epoch"),
        make_reading(state, "accuracy there", "best_accuracy", is_share=True),
        make_reading(state, "epoch", "epoch"),
    ]
    layers = range(len(state.weights))
    by_layer = [(f"output spread, layer {k + 1}", f"activation_std[{k}]") for k in layers]
    if state.gradient_norms is not None:
        by_layer += [(f"gradient norm, layer {k + 1}", f"gradient_norms[{k}]") for k in layers]
    if state.update_ratios is not None:
        by_layer += [(f"update ratio, layer {k + 1}", f"update_ratios[{k}]") for k in layers]
    readings += [make_reading(state, label, key, is_detail=True) for label, key in by_layer]
    return tuple(readings)


def _make_worked_lines(state: DigitsState) -> tuple[WorkedLine, ...]:
    """The accuracy from the confusion matrix, and the loss as a mean."""
    right, total = int(np.trace(state.confusion)), int(state.confusion.sum())
    accuracy_formula = r"\text{accuracy} = \frac{\text{sum of the diagonal}}{\text{number of images}}"
    accuracy_numbers = rf"\frac{{{right}}}{{{total}}}"
    loss_sum = total * state.loss_validation  # the state holds the mean alone
    loss_formula = r"\text{loss} = \frac{1}{n} \sum_i -\log p_i"
    loss_numbers = rf"\frac{{1}}{{{total}}} \cdot {format_factor(loss_sum)}"
    return (
        make_worked_line(state, "accuracy_validation", accuracy_formula, accuracy_numbers, is_share=True),
        make_worked_line(state, "loss_validation", loss_formula, loss_numbers),
    )


def _narrate(rules: Digits, history: RunHistory[DigitsState]) -> str:
    """The sentence about the last epoch, or about the network before training."""
    state, previous = history.state, history.previous
    accuracy_words = f"{format_percent(state.accuracy_validation)} of the validation images"
    if previous is None:
        return (
            f"{counted(rules.network.parameter_count, 'parameter')} without experience read {accuracy_words} "
            f"correctly; guessing reads 10%. {counted(rules.train, 'image')} are for training, "
            f"{len(state.validation_images):,} for validation, and {TEST_IMAGE_COUNT:,} for the test."
        )
    loss_change = describe_change(previous.loss_validation, state.loss_validation)
    epochs_since_best = state.epoch - state.best_epoch
    best_words = (
        f"the lowest was {counted(epochs_since_best, 'epoch')} ago" if epochs_since_best else "the lowest so far"
    )
    sentences = (
        f"Epoch {state.epoch}: the validation loss {loss_change}, {best_words}; {accuracy_words} are read correctly."
    )
    if state.tested_epoch is not None and state.accuracy_test is not None:
        test_accuracy_words = format_percent(state.accuracy_test)
        sentences += (
            f" The test third was looked at once, after epoch {state.tested_epoch}: "
            f"{test_accuracy_words} are read correctly."
        )
    return sentences


def _make_prediction(rules: Digits, state: DigitsState) -> Prediction | None:
    """Ask for an estimate of the validation loss after the next epoch."""
    if rules.done(state):
        return None
    after = look_ahead(rules, state).loss_validation
    return make_estimate("validation loss", "loss_validation", state.loss_validation, after, "in the next epoch")
