"""The view of a network that reads digits: its losses, its readings, its mistakes, its layers."""

from dataclasses import dataclass

import numpy as np

from tutor.sims.datasets.digit_pictures import (
    digit_words,
    draw_confusion,
    draw_digit,
    draw_misread,
    draw_read,
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
"""Units of the first layer whose weights are drawn."""


@dataclass(frozen=True)
class DigitsSimulation(Digits):
    """A network learns to read handwritten digits."""

    def view(self, history: RunHistory[DigitsState]) -> View:
        """Losses, accuracies, digits, the confusion matrix, and what goes on in the layers."""
        state, validation = history.state, self.images("validation")
        pictures = (
            _draw_losses(history),
            draw_misread(validation.x, validation.y, state.predictions, "validation"),
            draw_confusion(state.confusion, "validation"),
            _draw_accuracies(history),
            _draw_one_digit(self, state),
            _draw_templates(state),
            _draw_layers(state),
            draw_read(validation.x, validation.y, state.predictions, "validation"),
        )
        return View(
            pictures,
            _make_readings(state),
            _make_worked_lines(state),
            _narrate(self, history),
            _make_prediction(self, state),
        )


def _draw_losses(history: RunHistory[DigitsState]) -> Chart:
    """The losses on training and validation images, with the epoch that was best."""
    train, validation = history.trace("loss_train"), history.trace("loss_validation")
    state = history.state
    marks: list[Mark] = [
        Line(train.steps, train.values, "training", "blue", "dot"),
        Line(validation.steps, validation.values, "validation", "secondary", "ring"),
    ]
    if np.isfinite(state.best_loss):
        marks.append(Points([state.best_epoch], [state.best_loss], "best epoch", "accent", "diamond"))
    description = (
        f"After {counted(state.epoch, 'epoch')} the training loss is {format_number(state.loss_train)}, the "
        f"validation loss "
        f"{format_number(state.loss_validation)}; the lowest so far is {format_number(state.best_loss)}, after "
        f"{counted(state.best_epoch, 'epoch')}."
    )
    positive = min(*train.values, *validation.values) > 0
    label = "mean loss, log scale" if positive else "mean loss"
    return Chart("Loss (data only, without the penalty)", tuple(marks), description, "epoch", label, log_y=positive)


def _draw_accuracies(history: RunHistory[DigitsState]) -> Chart:
    """The shares of training and validation images that are read correctly."""
    train, validation = history.trace("accuracy_train"), history.trace("accuracy_validation")
    state = history.state
    marks = (
        Line(train.steps, train.values, "training", "blue", "dot"),
        Line(validation.steps, validation.values, "validation", "secondary", "ring"),
    )
    trained = counted(len(state.training_images), "training image")
    validated = counted(len(state.validation_images), "validation image")
    description = (
        f"The network reads {format_percent(state.accuracy_train)} of {trained} "
        f"and {format_percent(state.accuracy_validation)} of {validated}."
    )
    return Chart("Accuracy", marks, description, "epoch", "share read correctly", y_range=(0.0, 1.0))


def _draw_one_digit(rules: Digits, state: DigitsState) -> Chart:
    """The validation image whose turn it is in this epoch, and what the network makes of it."""
    images = rules.images("validation")
    place = state.epoch % len(images.y)
    share = float(np.exp(log_softmax(rules.infer(state, images.x[place : place + 1])[0])).max())
    reading_words = f"read as {digit_words(state.predictions[place])}" + (
        f" ({format_percent(share)})" if np.isfinite(share) else ""
    )
    description = f"Validation image {place + 1} shows {digit_words(images.y[place])}; it is {reading_words}."
    shown = digit_words(images.y[place])
    return draw_digit(f"{shown[0].upper()}{shown[1:]}, {reading_words}", images.x[place], description)


def _draw_templates(state: DigitsState) -> Chart:
    """The weights of the first layer's units as images, the longest first."""
    weights = state.weights[0]
    if not np.isfinite(weights).all():
        weights = np.zeros_like(weights)
    norms = np.sqrt((weights * weights).sum(axis=1))
    is_output = len(state.weights) == 1
    order = np.arange(len(weights)) if is_output else np.argsort(-norms, kind="stable")[:MAX_TEMPLATES]
    names = [f"for {unit}" if is_output else f"unit {unit + 1}" for unit in order.tolist()]
    description = (
        f"The weights of {counted(len(order), 'unit')} of the first layer as images; the largest has the size "
        f"{format_number(float(np.abs(weights).max()))}."
    )
    return draw_sheet("What the first layer looks for", [weights[k] for k in order], names, description, diverging=True)


def _draw_layers(state: DigitsState) -> Chart:
    """The sizes of outputs and gradients, layer by layer."""
    places = list(range(1, len(state.activation_std) + 1))
    marks = [Line(places, state.activation_std, "output, standard deviation", "blue")]
    if state.gradient_norms is not None:
        marks.append(Line(places, state.gradient_norms, "gradient of the weights, norm", "orange"))
    values = [value for mark in marks for value in mark.y]
    positive = all(value > 0 for value in values)
    description = f"From the first layer to the last the outputs have the spread {format_number(state.activation_std)}"
    if state.gradient_norms is not None:
        description += f"; the norms of the last gradients are {format_number(state.gradient_norms)}"
    return Chart(
        "Layer by layer",
        tuple(marks),
        f"{description}.",
        "layer",
        "size, log scale" if positive else "size",
        log_y=positive,
    )


def _make_readings(state: DigitsState) -> tuple[Reading, ...]:
    keys = [
        ("training loss", "loss_train"),
        ("validation loss", "loss_validation"),
        ("training accuracy", "accuracy_train"),
        ("validation accuracy", "accuracy_validation"),
        ("test accuracy", "accuracy_test"),
        ("best epoch", "best_epoch"),
        ("accuracy there", "best_accuracy"),
        ("epoch", "epoch"),
    ]  # a low screen shows the first six; the epoch is the step, too
    layers = [(f"outputs of layer {k + 1}, spread", f"activation_std[{k}]") for k in range(len(state.activation_std))]
    if state.gradient_norms is not None:
        layers += [(f"gradient of layer {k + 1}, norm", f"gradient_norms[{k}]") for k in range(len(state.weights))]
    if state.update_ratios is not None:
        layers += [(f"last update of layer {k + 1}, ratio", f"update_ratios[{k}]") for k in range(len(state.weights))]
    return (
        *(make_reading(state, label, key, is_share="accuracy" in key) for label, key in keys),
        *(make_reading(state, label, key, detail=True) for label, key in layers),
    )


def _make_worked_lines(state: DigitsState) -> tuple[WorkedLine, ...]:
    """The accuracy from the confusion matrix, and the loss as a mean."""
    right, total = int(np.trace(state.confusion)), int(state.confusion.sum())
    accuracy = r"\text{accuracy} = \frac{\text{sum of the diagonal}}{\text{number of images}}"
    loss = r"\text{loss} = \frac{1}{n} \sum_i -\log p_i"
    return (
        make_worked_line(state, "accuracy_validation", accuracy, rf"\frac{{{right}}}{{{total}}}", is_share=True),
        make_worked_line(
            state,
            "loss_validation",
            loss,
            (
                rf"\frac{{1}}{{{total}}} \cdot "
                rf"{format_factor(total * state.loss_validation)}"
            ),
        ),
    )


def _narrate(rules: Digits, history: RunHistory[DigitsState]) -> str:
    state, before = history.state, history.previous
    read = f"{format_percent(state.accuracy_validation)} of the validation images"
    if before is None:
        parameters = counted(rules.network.count, "parameter")
        train = counted(rules.train, "image")
        parts = f"{train} are for training, {len(state.validation_images):,} for validation"
        return (
            f"{parameters} without experience read {read} correctly; guessing reads 10%. "
            f"{parts}, and {TEST_IMAGE_COUNT:,} for the test."
        )
    loss = describe_change(before.loss_validation, state.loss_validation)
    since = state.epoch - state.best_epoch
    best = f"the lowest was {counted(since, 'epoch')} ago" if since else "the lowest so far"
    looked = ""
    if state.tested_epoch is not None and state.accuracy_test is not None:
        right = format_percent(state.accuracy_test)
        looked = f" The test third was looked at once, after epoch {state.tested_epoch}: {right} are read correctly."
    return f"Epoch {state.epoch}: the validation loss {loss}, {best}; {read} are read correctly.{looked}"


def _make_prediction(rules: Digits, state: DigitsState) -> Prediction | None:
    """Will the validation loss fall or rise?"""
    if rules.done(state):
        return None
    after = look_ahead(rules, state).loss_validation
    return make_estimate("validation loss", "loss_validation", state.loss_validation, after, "in the next epoch")
