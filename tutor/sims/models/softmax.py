"""Softmax and cross-entropy, from logits to the gradient, one operation a step.

    p_i = exp(v_i) / Σ_j exp(v_j)      l = −y · log p      ∂l/∂v_i = p_i − y_i

One logit is the two-class case written with a sigmoid: p = σ(v), l = −[y log p + (1 − y) log(1 − p)].
"""

import math
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from tutor.sims.engine.chart import Bars, Chart, Picture, Role
from tutor.sims.engine.code_step import CallArguments, CodeStep, read_numbers
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.text.numbers import counted, format_factor, format_latex, format_number

Numbers = tuple[float, ...]
STAGES = ("exp", "sum", "probs", "log_probs", "loss", "gradient")
"""The fields of the state that the steps compute, in order: step k computes the one with index k − 1."""
PROBABILITIES = "Probabilities"
"""The title of the picture that shows each probability as text."""


@dataclass(frozen=True)
class SoftmaxState(State):
    """The quantities computed so far; the rest is `None`."""

    logits: Numbers
    target: int
    exp: Numbers | None = None
    sum: float | None = None
    probs: Numbers | None = None
    log_probs: Numbers | None = None
    loss: float | None = None
    gradient: Numbers | None = None
    """∂loss/∂logits = probs − one-hot target."""


def _take_probabilities(rules: "Softmax", before: SoftmaxState, after: SoftmaxState, answer: Any) -> SoftmaxState:
    """The state with the probabilities that the learner's function returned."""
    return replace(after, probs=read_numbers(answer, len(rules.logits)))


def _take_loss(rules: "Softmax", before: SoftmaxState, after: SoftmaxState, answer: Any) -> SoftmaxState:
    """The state with the loss that the learner's function returned; in the step for the gradient, also with that."""
    loss, returned_gradient = answer
    gradient = read_numbers(returned_gradient, len(rules.logits))
    return replace(after, loss=float(loss), gradient=None if after.gradient is None else gradient)


@dataclass(frozen=True)
class Softmax(Simulation[SoftmaxState]):
    """From logits to probabilities to the loss and its gradient."""

    name: ClassVar[str] = "softmax"
    title: ClassVar[str] = "Softmax and cross-entropy"
    summary: ClassVar[str] = (
        "Logits become probabilities; the loss is minus the logarithm of the true class’s probability."
    )
    unit: ClassVar[str] = "one operation"
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("sure and right", "A large logit at the target: the loss is near 0.", {"logits": (6.0, 1.0, 0.0)}),
        Preset(
            "sure and wrong",
            "The target has the smallest probability: the loss and the gradient are large.",
            {"logits": (6.0, 1.0, 0.0), "target": 2},
            "bad",
        ),
        Preset("two classes", "With two logits only their difference matters.", {"logits": (1.5, 0.5)}),
        Preset("one logit", "The sigmoid form of the two-class case.", {"logits": (1.0,), "target": 1}),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep(
            "softmax",
            lambda rules, after: after.step == STAGES.index("probs") + 1 and len(rules.logits) > 1,
            lambda rules, *_: CallArguments((), f"np.array([{list(rules.logits)}])"),
            _take_probabilities,
        ),
        CodeStep(
            "cross_entropy",
            lambda rules, after: after.loss is not None and len(rules.logits) > 1,
            lambda rules, *_: CallArguments((), f"np.array([{list(rules.logits)}]), np.array([{rules.target}])"),
            _take_loss,
        ),
    )

    logits: Numbers = param(
        (2.0, 1.0, 0.1),
        "Logits v",
        "The outputs before softmax, one a class.",
        low=-700,
        high=700,
        min_length=1,
        max_length=12,
    )
    target: int = param(
        0, "Target class", "The true class, counted from 0; with one logit its label 0 or 1.", low=0, high=11
    )

    def check(self) -> None:
        """Raise `UsageError` for a target that is none of the classes."""
        classes = max(2, len(self.logits))  # one logit is for two classes
        if self.target >= classes:
            raise conflicting_value_error(self, "target", f"one of the classes: they are 0 to {classes - 1}")

    @property
    def labels(self) -> Numbers:
        """The label y of each logit: the one-hot target, or the label itself if there is one logit."""
        if len(self.logits) == 1:
            return (float(self.target),)
        return tuple(float(i == self.target) for i in range(len(self.logits)))

    def start(self) -> SoftmaxState:
        """The state with the logits and the target, and nothing computed yet."""
        return SoftmaxState(0, self.logits, self.target)

    def step(self, state: SoftmaxState) -> SoftmaxState:
        """Compute the next of `STAGES`, by the method `_compute_…` named after it."""
        stage = STAGES[state.step]
        return replace(state, step=state.step + 1, **{stage: getattr(self, f"_compute_{stage}")(state)})

    @property
    def length(self) -> int:
        """One step for each stage."""
        return len(STAGES)

    def _compute_exp(self, state: SoftmaxState) -> Numbers:
        """exp(v_i) of each logit."""
        return tuple(math.exp(v) for v in state.logits)

    def _compute_sum(self, state: SoftmaxState) -> float:
        """The sum of the exponentials; with one logit, class 0 adds exp(0) = 1."""
        assert state.exp is not None
        return sum(state.exp) + (1.0 if len(state.exp) == 1 else 0.0)

    def _compute_probs(self, state: SoftmaxState) -> Numbers:
        """The probability that belongs to each logit."""
        assert state.exp is not None and state.sum is not None
        return tuple(e / state.sum for e in state.exp)

    def _compute_log_probs(self, state: SoftmaxState) -> Numbers:
        """The logarithm of each probability, as v_i − log sum, which is exact where the probability is tiny."""
        assert state.sum is not None
        return tuple(v - math.log(state.sum) for v in state.logits)

    def _compute_loss(self, state: SoftmaxState) -> float:
        """The cross-entropy."""
        assert state.log_probs is not None and state.sum is not None
        if len(state.logits) == 1:
            y, log_p, log_other = self.labels[0], state.log_probs[0], -math.log(state.sum)  # log(1 − p) = −log sum
            return -(y * log_p + (1 - y) * log_other)
        return -state.log_probs[state.target]

    def _compute_gradient(self, state: SoftmaxState) -> Numbers:
        """∂l/∂v_i = p_i − y_i for each logit."""
        assert state.probs is not None
        return tuple(p - y for p, y in zip(state.probs, self.labels, strict=True))

    def view(self, history: RunHistory[SoftmaxState]) -> View:
        """The view of the last state, with pictures of the logits, the probabilities and the gradient as bars."""
        state = history.state
        readings = [make_reading(state, "loss", "loss"), make_reading(state, r"sum $m$ of all $\exp(v)$", "sum")]
        if state.probs:
            labels = ["$p$"] if self._has_one_logit else [f"$p_{{{i}}}$" for i in range(len(state.logits))]
            readings += [
                make_reading(state, label, f"probs[{i}]", drawn_in=PROBABILITIES) for i, label in enumerate(labels)
            ]
        pictures = self._draw_pictures(state)
        return View(
            pictures,
            tuple(readings),
            self._make_worked_lines(state),
            self._narrate(state),
            self._make_prediction(state),
            newest=len(pictures) - 1,  # where there is room for only one picture
        )

    @property
    def _has_one_logit(self) -> bool:
        """Whether there is one logit, that of class 1; class 0 then has the fixed logit 0."""
        return len(self.logits) == 1

    def _draw_pictures(self, state: SoftmaxState) -> tuple[Picture, ...]:
        """The logits, and once they are computed the probabilities and the gradient, as bars over the classes."""
        logits, probs = state.logits, state.probs
        if self._has_one_logit:  # class 0 has bars, too
            logits = (*logits, 0.0)
            probs = (*probs, 1 - probs[0]) if probs else None
        pictures: list[Picture] = [self._draw_bars("Logits", logits)]
        if probs is not None:
            pictures.append(self._draw_bars(PROBABILITIES, probs, y_range=(0.0, 1.0)))
        if state.gradient is not None:
            pictures.append(self._draw_bars("Gradient", state.gradient))
        return tuple(pictures)

    def _draw_bars(self, title: str, values: Numbers, y_range: tuple[float, float] | None = None) -> Chart:
        """One bar for each value, under the name of its class."""
        all_classes = (1, 0) if self._has_one_logit else tuple(range(len(self.logits)))
        classes = all_classes[: len(values)]  # the gradient of one logit is one value
        names = [f"class {class_number}" for class_number in classes]
        roles: list[Role] = ["accent" if class_number == self.target else "primary" for class_number in classes]
        bars = Bars(names, values, title, tuple(roles), meanings={"accent": "true class", "primary": "others"})
        listed = ", ".join(f"{name}: {format_number(value)}" for name, value in zip(names, values, strict=True))
        return Chart(title, (bars,), f"{title}: {listed}.", "class", title.lower(), y_range=y_range)

    def _make_worked_lines(self, state: SoftmaxState) -> tuple[WorkedLine, ...]:
        """The operation of the last step, for the true class."""
        if state.step == 0:
            return ()
        stage = STAGES[state.step - 1]
        t = 0 if self._has_one_logit else state.target  # the index of the logit that is worked out
        v, total = format_latex(state.logits[t]), format_latex(state.sum)
        exp, p = format_latex(_entry_at(state.exp, t)), format_latex(_entry_at(state.probs, t))
        # With one logit, v, p and y have no index; e has one, since e alone would be Euler's number.
        index, index_of_e = ("", "_1") if self._has_one_logit else (f"_{{{t}}}", f"_{{{t}}}")
        lines = {  # stage → (key, formula, numbers)
            "exp": (f"exp[{t}]", rf"e{index_of_e} = \exp(v{index})", rf"\exp({v})"),
            "sum": ("sum", r"m = \sum_j \exp(v_j)", " + ".join(format_latex(e) for e in state.exp or ())),
            "probs": (f"probs[{t}]", rf"p{index} = \frac{{e{index_of_e}}}{{m}}", rf"\frac{{{exp}}}{{{total}}}"),
            "log_probs": (f"log_probs[{t}]", rf"\log p{index} = v{index} - \log m", rf"{v} - \log({total})"),
            "loss": ("loss", r"l = -y \cdot \log p", f"-({format_latex(_entry_at(state.log_probs, t))})"),
            "gradient": (
                f"gradient[{t}]",
                rf"\frac{{\partial l}}{{\partial v{index}}} = p{index} - y{index}",
                f"{p} - {format_number(self.labels[t])}",
            ),
        }
        if self._has_one_logit:
            lines["sum"] = ("sum", r"m = 1 + \exp(v)", f"1 + {exp}")
            y, log_p = format_number(self.labels[0]), format_factor(_entry_at(state.log_probs, 0))
            log_other = format_factor(-math.log(state.sum or 1.0))
            loss_numbers = rf"-[{y} \cdot {log_p} + (1 - {y}) \cdot {log_other}]"
            lines["loss"] = ("loss", r"l = -[y \log p + (1 - y) \log(1 - p)]", loss_numbers)
        return (make_worked_line(state, *lines[stage]),)

    def _narrate(self, state: SoftmaxState) -> str:
        """The sentence about the last operation."""
        if state.step == 0:
            if self._has_one_logit:
                logits = "One logit, of class 1; class 0 has the fixed logit 0"
            else:
                logits = counted(len(state.logits), "logit")
            return f"{logits}; the true class is {state.target}."
        sentences = {
            "exp": "The exponential of each logit is taken, which makes all of them positive.",
            "sum": f"The exponentials add up to {format_number(state.sum)}"
            + (", with the 1 of class 0." if self._has_one_logit else "."),
            "probs": "Each exponential is divided by the sum, so the probabilities add up to 1.",
            "log_probs": "The logarithm of each probability is taken.",
            "loss": f"Only the probability of the true class matters: the loss is {format_number(state.loss)}.",
            "gradient": (
                "The gradient is the probability of class 1 minus the label, 1 or 0."
                if self._has_one_logit
                else "The gradient is the probabilities minus the one-hot target: never positive for the true class, "
                "never negative for the others."
            ),
        }
        return sentences[STAGES[state.step - 1]]

    def _make_prediction(self, state: SoftmaxState) -> Prediction | None:
        """Ask for the probability or the gradient of the true class, or for the loss, if that comes next."""
        if self.done(state):
            return None
        stage, after = STAGES[state.step], look_ahead(self, state)
        t = 0 if self._has_one_logit else state.target  # the index of the logit that is asked about
        if stage == "gradient":
            p = _entry_at(state.probs, t)
            return make_prediction(
                rf"What is $\partial l/\partial v_{{{t}}}$, the gradient at the target’s logit?",
                f"gradient[{t}]",
                _entry_at(after.gradient, t),
                ((p, "That is $p$ itself; the one-hot target is still to be subtracted."),),
                "It is $p - y$.",
            )
        if stage == "probs":
            return make_prediction(
                f"What is the probability of class {1 if self._has_one_logit else t}?",
                f"probs[{t}]",
                _entry_at(after.probs, t),
                ((_entry_at(state.exp, t), "That is the exponential; divide it by the sum."),),
                "It is its exponential over the sum.",
            )
        if stage == "loss":
            return make_prediction(
                f"The {'true class' if len(state.logits) > 1 else 'target'} is {state.target}. What is the loss?",
                "loss",
                after.loss or 0.0,
                ((-(after.loss or 0.0), "Check the minus sign: the loss is never negative."),),
                "Minus the logarithm of the true class’s probability.",
            )
        return None


def _entry_at(values: Numbers | None, index: int) -> float:
    """The entry with this index; 0 while the values are not computed."""
    return 0.0 if values is None else values[index]
