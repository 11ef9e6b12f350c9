"""The worked lines of the playground: one update of one weight, and the loss."""

from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.view import WorkedLine, make_worked_line
from tutor.sims.playground.state import PlaygroundState
from tutor.sims.playground.training import PlaygroundTraining
from tutor.text.numbers import format_factor, format_latex


def make_worked_lines(
    rules: PlaygroundTraining, history: RunHistory[PlaygroundState], weight_name: str
) -> tuple[WorkedLine, ...]:
    """The first update of the epoch for the first weight, stage by stage, and the loss of all points after the epoch.

    `weight_name` is the weight's name in the list of numbers. There it has its value after the epoch's last update,
    so the line says how many updates there are.
    """
    state, previous = history.state, history.previous
    squared_loss = r"\text{training loss} = \frac{1}{n} \sum_i \frac{1}{2} (o_i - y_i)^2"
    cross_entropy = r"\text{training loss} = -\frac{1}{n} \sum_i t_i \log q_i + (1 - t_i) \log(1 - q_i)"
    n = len(state.train)
    loss_sum = n * state.loss_train  # the state holds the mean alone
    loss_line = make_worked_line(
        state,
        "loss_train",
        squared_loss if rules.loss == "squared" else cross_entropy,
        rf"\frac{{1}}{{{n}}} \cdot {format_factor(loss_sum)}",
        "loss of all points",
    )
    update = state.update
    if previous is None or update is None or not len(update.points):
        return (loss_line,)
    point_count = len(update.points) + previous.carried_count
    batch_count = n // rules.batch  # the points that are left over are carried into the first batch of the next epoch
    point = ", ".join(format_latex(float(coordinate)) for coordinate in update.points[0][:2])
    gradient_sum = point_count * update.gradient
    label, output = rf"y_1 = \text{{label of }} ({point})", rf"o_1 = \text{{output for }} ({point})"
    return (
        make_worked_line(state, "update.points[0][2]", label, format_latex(float(update.points[0][2])), "batch"),
        make_worked_line(
            state, "update.outputs[0]", output, format_latex(float(update.outputs[0])), "forward and loss"
        ),
        make_worked_line(
            state,
            "update.gradient",
            r"\frac{\partial C}{\partial w} = \frac{1}{B} \sum_i \delta_i a_i",
            rf"\frac{{1}}{{{point_count}}} \cdot {format_factor(gradient_sum)}",
            "gradient",
        ),
        _make_update_line(
            rules, state, f"{weight_name}, batch 1/{batch_count}", was_alive=bool(previous.alive[0][0, 0])
        ),
        loss_line,
    )


def _make_update_line(
    rules: PlaygroundTraining, state: PlaygroundState, update_name: str, *, was_alive: bool
) -> WorkedLine:
    """The update of the first weight by the first batch, with what the penalty subtracts.

    `update_name` says which weight it is, and which batch. `was_alive` is False if L1 had set the weight to 0 for good
    before this epoch.
    """
    update = state.update
    assert update is not None
    rate, w = format_factor(rules.learning_rate), format_factor(update.before)
    penalty_formula, penalty_numbers = "", ""
    minus_rates = rf" - {rate} \cdot {format_factor(rules.regularization_rate)} \cdot "
    if rules.regularization == "l1":
        sign = (update.before > 0) - (update.before < 0)
        penalty_formula, penalty_numbers = r" - \eta \lambda \, \mathrm{sign}(w)", minus_rates + format_factor(sign)
    elif rules.regularization == "l2":
        penalty_formula, penalty_numbers = r" - \eta \lambda w", minus_rates + w
    numbers = rf"{w} - {rate} \cdot {format_factor(update.gradient)}{penalty_numbers}"
    if not was_alive:
        numbers = r"\text{0, set for good}"
    elif rules.regularization == "l1" and update.after == 0 and update.before != 0:
        numbers += r" \text{, which crosses 0}"
    opening = rf"\text{{{update_name}: }} "
    formula = opening + r"w \leftarrow w - \eta \frac{\partial C}{\partial w}" + penalty_formula
    return make_worked_line(state, "update.after", formula, numbers, "update")
