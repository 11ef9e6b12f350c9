"""Computational graphs: gradients by hand and by finite differences, every operation, expressions of one's own."""

import math
from itertools import islice
from random import Random

import pytest

from tutor.errors import UsageError
from tutor.expressions.names import FORMULA_FUNCTIONS
from tutor.sims.engine.json_lines import iterate_states, json_of_state
from tutor.sims.engine.nudge import nudge
from tutor.sims.functions.operations import FUNCTIONS_WITHOUT_SLOPE, find_operation
from tutor.sims.models.graph import GraphState
from tutor.sims.models.graph_view import GraphSimulation


def at_end(**given: object) -> GraphState:
    *_, last = iterate_states(GraphSimulation.build(**given))
    return last


def gradients(state: GraphState) -> dict[str, float]:
    return {node.name: float(node.gradient or 0.0) for node in state.nodes if node.operation != "number"}


# -- by hand


def test_a_neuron_by_hand() -> None:
    found = gradients(at_end(expression="neuron"))
    z = 2 * -1 + -1.5 * -2 - 0.5
    slope = 1 - math.tanh(z) ** 2
    for name, right in {
        "v": 1,
        "z": slope,
        "w1": -slope,
        "x1": 2 * slope,
        "w2": -2 * slope,
        "x2": -1.5 * slope,
    }.items():
        assert found[name] == pytest.approx(right, rel=1e-12), name
    assert found["b"] == found["z"]


def test_a_value_used_twice_collects_both_gradients_step_by_step() -> None:
    states = list(iterate_states(GraphSimulation.build(expression="two-paths")))  # o = (z + a)·z with z = w·x = 3
    z = [next(node for node in state.nodes if node.name == "z").gradient for state in states]
    assert z == [None, None, None, None, 2.0, 5.0, 5.0]
    assert gradients(states[-1]) == {"w": 7.5, "x": 10.0, "z": 5.0, "a": 3.0, "q": 3.0, "o": 1.0}


def test_two_hidden_units_by_the_formulas_of_the_lesson() -> None:
    w1, x, w2, v1, v2, y = 0.3, -1.2, 0.7, 1.1, -0.4, 0.25
    h1, h2 = math.tanh(w1 * x), math.tanh(w2 * x)
    error = v1 * h1 + v2 * h2 - y
    d1, d2 = error * v1 * (1 - h1**2), error * v2 * (1 - h2**2)
    state = at_end(expression="two-units", values=[w1, x, w2, v1, v2], target=y)
    right = {"C": 1, "o": error, "v1": error * h1, "v2": error * h2, "z1": d1, "z2": d2, "w1": d1 * x, "w2": d2 * x}
    right |= {"x": d1 * w1 + d2 * w2, "y": -error}
    found = gradients(state)
    assert {name: found[name] for name in right} == pytest.approx(right, rel=1e-12)
    assert state.nodes[-1].value == pytest.approx(0.5 * error**2, rel=1e-12)


def test_before_it_is_computed_everything_is_null() -> None:
    simulation = GraphSimulation.build(expression="two-units")
    states = [json_of_state(simulation, state)["state"] for state in iterate_states(simulation)]
    order = [k for k, node in enumerate(states[0]["nodes"]) if node["inputs"]]
    assert len(states) == 2 * len(order) + 1
    for step, state in enumerate(states):
        nodes = state["nodes"]
        forward, backward = order[: min(step, len(order))], order[::-1][: max(0, step - len(order))]
        for k, node in enumerate(nodes):
            assert set(node) == {"name", "operation", "inputs", "value", "gradient", "local"}
            assert all(source < k for source in node["inputs"])
            assert (node["value"] is not None) == (not node["inputs"] or k in forward)
            assert (node["local"] is not None) == (not node["inputs"] or k in backward)
            arrived = [
                nodes[user]["gradient"] * slope
                for user in backward
                for source, slope in zip(nodes[user]["inputs"], nodes[user]["local"], strict=True)
                if source == k
            ]
            if arrived:
                assert node["gradient"] == pytest.approx(sum(arrived), rel=1e-12, abs=1e-300)
            else:
                assert node["gradient"] == (1.0 if k == order[-1] and backward else None)
        worked_in = (order + order[::-1])[step - 1]
        assert state["current"] == (nodes[worked_in]["name"] if step else None)
        assert state["phase"] == ("backward" if step > len(order) else "forward")


# -- every operation, and expressions of them


DOMAINS = {"arcsin": (-0.9, 0.9), "arccos": (-0.9, 0.9), "arctanh": (-0.9, 0.9), "arcsech": (0.1, 0.9)}
DOMAINS |= dict.fromkeys(("arcsec", "arccsc", "arccosh", "arccoth"), (1.1, 3.0))
DOMAINS |= dict.fromkeys(("ln", "log10", "log2", "sqrt", "cbrt"), (0.1, 4.0))


def followed() -> list[str]:
    return [name for name in FORMULA_FUNCTIONS if name not in FUNCTIONS_WITHOUT_SLOPE and not name.endswith("'")]


def test_every_function_of_the_grammar_is_followed_or_refused() -> None:
    for name in FORMULA_FUNCTIONS:
        assert (find_operation(name, 1) is None) == (name in FUNCTIONS_WITHOUT_SLOPE or name.endswith("'")), name


@pytest.mark.parametrize("name", followed())
def test_the_slope_of_every_function_is_its_difference_quotient(name: str) -> None:
    rng, operation = Random(name), find_operation(name, 1)
    assert operation is not None
    low, high = DOMAINS.get(name, (-1.4, 1.4))
    for _ in range(20):
        x = rng.uniform(low, high)
        if abs(x) < 0.05:  # near a corner, or a pole
            continue
        difference = (operation.value([x + 1e-6]) - operation.value([x - 1e-6])) / 2e-6
        (slope,) = operation.local_slopes([x], operation.value([x]))
        assert slope == pytest.approx(difference, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 7])
def test_the_slope_of_a_whole_power_is_its_difference_quotient_at_0_too(exponent: int) -> None:
    fixed, two_inputs = find_operation(f"^{exponent}", 1), find_operation("^", 2)
    assert fixed is not None
    assert two_inputs is not None
    for x in (-1.5, 0.0, 2.0):
        difference = ((x + 1e-6) ** exponent - (x - 1e-6) ** exponent) / 2e-6
        (fixed_slope,) = fixed.local_slopes([x], fixed.value([x]))
        slope, _ = two_inputs.local_slopes([x, exponent], two_inputs.value([x, exponent]))
        assert (fixed_slope, slope) == pytest.approx((difference, difference), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("exponent", "text", "formula", "slope"),
    [
        ("0", "@0⁰", "@0^{0}", "0"),
        ("1", "@0¹", "@0^{1}", "1"),
        ("2", "@0²", "@0^{2}", r"2 \cdot @0"),
        ("-1", "@0⁻¹", "@0^{−1}", r"(−1) \cdot @0^{−2}"),
        ("0.5", "@0^0.5", "@0^{0.5}", r"0.5 \cdot @0^{−0.5}"),
        ("-0.5", "@0^(−0.5)", "@0^{−0.5}", r"(−0.5) \cdot @0^{−1.5}"),
        ("1000000", "@0^1,000,000", "@0^{1,000,000}", r"1,000,000 \cdot @0^{999,999}"),
        ("1e+16", "@0^(10¹⁶)", "@0^{10^{16}}", r"10^{16} \cdot @0^{10^{16}}"),
    ],
)
def test_a_fixed_exponent_is_written_as_numbers_are(exponent: str, text: str, formula: str, slope: str) -> None:
    operation = find_operation(f"^{exponent}", 1)
    assert operation is not None
    assert (operation.plain, operation.formula, operation.slopes) == (text, formula, (slope,))


@pytest.mark.parametrize(
    "text", [f"{name}(x)" for name in FUNCTIONS_WITHOUT_SLOPE if name != "fact"] + ["x!", "tanh'(x)", "f(x)"]
)
def test_what_has_no_useful_slope_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        GraphSimulation.build(expression=f"{text} + w*x")
    assert str(refusal.value).startswith(
        "Expression: give neuron, two-paths, two-units, or a formula such as (a + b)*b"
    )
    assert text[:4] in str(refusal.value)


def random_expression(rng: Random, depth: int) -> str:
    if depth == 0:
        return rng.choice(["a", "b", "c", "x", "x", f"{rng.uniform(0.2, 2):.2f}"])
    one = random_expression(rng, depth - 1)
    other = random_expression(rng, rng.randrange(depth))
    return rng.choice(
        [
            f"({one} + {other})",
            f"({one} + {other} + {one})",
            f"({one} - {other})",
            f"({one})*({other})",
            f"({one})/(1.5 + ({other})^2)",
            f"({one})^{rng.choice([2, 3])}",
            f"(1 + ({one})^2)^({other})",
            f"exp(0.3*({one}))",
            f"ln(2 + ({one})^2)",
            f"sqrt(1 + ({one})^2)",
            f"-({one})",
            *(f"{name}({one})" for name in ("tanh", "sigmoid", "sin", "cos", "softplus", "arctan")),
            f"max({one}, {other})",
            f"relu({one})",
        ]
    )


def output(simulation: GraphSimulation, values: list[float]) -> float:
    changed = simulation.with_values(values=values)
    return next(islice(iterate_states(changed), len(changed.operations), None)).nodes[-1].value or 0.0


def test_at_the_end_every_leaf_has_the_slope_of_the_output_in_many_random_expressions() -> None:
    rng, compared = Random("graphs"), 0
    while compared < 120:
        values = [rng.uniform(-1.5, 1.5) for _ in range(4)]
        try:
            simulation = GraphSimulation.build(expression=f"a + b*c + {random_expression(rng, 4)} * x")
        except UsageError:  # too many operations
            continue
        by_name = dict(zip(simulation.names, values, strict=False))
        simulation = simulation.with_values(values=list(by_name.values()))
        *_, last = iterate_states(simulation)
        if simulation.length != 2 * len(simulation.operations):
            continue
        for k, node in enumerate(node for node in last.nodes if node.operation == "input"):
            slopes = []
            for size in (1e-5, 1e-6):
                up, down = list(by_name.values()), list(by_name.values())
                up[k] += size
                down[k] -= size
                slopes.append((output(simulation, up) - output(simulation, down)) / (2 * size))
            if abs(slopes[0] - slopes[1]) > 1e-3 * max(1.0, abs(slopes[0])):  # on a corner of relu or max
                continue
            assert node.gradient == pytest.approx(slopes[0], rel=1e-4, abs=1e-5), simulation.expression
            compared += 1


def test_what_occurs_twice_is_one_node_used_twice() -> None:
    state = at_end(expression="(a + b)*(a + b)^2", values=[1, 2])
    assert [node.operation for node in state.nodes] == ["input", "input", "+", "^2", "*"]
    assert gradients(state)["a"] == 27  # the slope of s³ at 3


# -- its parameters


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"values": "1,2"}, "Values: give 5 numbers, one for each of w1, x1, w2, x2, b, or none"),
        ({"expression": "w*x", "values": "1,2,3"}, "Values: give 2 numbers, one for each of w, x, or none"),
        ({"values": "w1=two"}, "Values: give 0 to 20 numbers"),
        ({"values": "k=2,w1=3"}, "Values: give 5 numbers, one for each of w1, x1, w2, x2, b, or none"),
        ({"expression": "speed*x"}, "speed is no name here"),
        ({"expression": "nan*x"}, "nan is no number that can be computed with"),
        ({"expression": "x + Inf"}, "Inf is no number that can be computed with"),
        ({"expression": "infinity*x"}, "infinity is no number that can be computed with"),
        ({"expression": "2 + 3"}, "there must be a name and an operation in it"),
        ({"expression": "w*x +"}, "something is missing at the end"),
        ({"expression": "*".join("abcdfghjklmnoprstuvwxz")}, "more than 20 names or 40 operations"),
        ({"expression": "x/0 + 1/0"}, "no finite value"),
        ({"expression": "floor(x) + 1/0"}, "no finite value"),  # of two faults, the one that holds whatever x is
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(given: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as refusal:
        GraphSimulation.build(**given)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_values_go_by_order_or_by_name_and_the_target_may_be_left_out() -> None:
    assert GraphSimulation.build(values="b = 3, w_1=−7").named_values() == (-7.0, -1.0, -1.5, -2.0, 3.0)
    for spelled in ({"b": 3, "w1": -7}, '{"b": 3, "w1": -7}', "w1: -7; b: 3", "b=3,w1=-7"):
        assert GraphSimulation.build(values=spelled).named_values() == (-7.0, -1.0, -1.5, -2.0, 3.0)
    nothing: list[object] = ["", "none", (), [], None]
    assert {GraphSimulation.build(values=none) for none in nothing} == {GraphSimulation.build()}
    two = GraphSimulation.build(expression="two-units", target=4)
    assert dict(zip(two.names, two.named_values(), strict=True))["y"] == 4
    six = two.with_values(values=[1, 2, 3, 4, 5, 6])
    assert six.named_values() == (1, 2, 3, 4, 5, 6)
    assert six.with_values(values="x=9").named_values() == (1, 9, 3, 4, 5, 6)
    assert six.with_values(expression="neuron").named_values() == GraphSimulation.build().named_values()
    own = GraphSimulation.build(expression="y*x + y", values=[3, 5])
    assert at_end(**own.values()).nodes[-1].value == 18


def test_the_letters_for_what_is_computed_are_none_that_is_typed() -> None:
    names = [node.name for node in at_end(expression="u*s + p^2 + q*k").nodes]
    assert len(set(names)) == len(names)


def test_an_arrow_key_goes_through_the_expressions_with_a_name() -> None:
    item = GraphSimulation.parameters()["expression"]
    assert item.kind == "text"
    assert [nudge(item, value, 1) for value in ("neuron", "two-units", "x*x")] == ["two-paths", "neuron", "neuron"]
    assert nudge(item, "x*x", -1) == "two-units"
