"""What NumPy and Python raise on a beginner's mistakes is said in words, with the line and the shapes in it."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tutor.exercises.explanations.table import RULES, explain_message, find_explanation, tell_error
from tutor.exercises.raised import Operand, RaisedError, read_error
from tutor.sandbox.sandbox import code_process, make_launcher

NAMES = """import numpy as np, math
x, W, b, w, t = np.ones((5, 2)), np.ones((3, 2)), np.ones(3), np.ones(2), np.array([0, 1, 2])
n, l, m, k = 3, [1.0, 2.0], {}, (1, 2)
rng = np.random.default_rng(0)
def pair(a, b): return a
def nothing(): pass
"""
MISTAKES = {
    # shapes that do not fit
    "x @ W": "x (5, 2) and W (3, 2) cannot be multiplied as matrices: the last axis of x has length 2, the",
    "w @ x": "the first axis of x has 5, and they must be equal. x @ w or w @ x.T would work.",
    "W.T @ x": "W.T (2, 3) and x (5, 2) cannot be multiplied as matrices",
    "x @ b": "the only axis of b has 3",
    "x @ (W + W[0])": "x @ (W + W[0]).T would work.",
    "x @ (W+W)": "x @ (W+W).T would work.",
    "x @ (-W)": "x @ (-W).T would work.",
    "x @ np.ones((3, 2))": "x @ np.ones((3, 2)).T would work.",
    "np.dot(x, W)": "x @ W.T would work.",
    "x.dot(W)": "x @ W.T would work.",
    "np.matmul(x, W)": "x @ W.T would work.",
    "np.tensordot(x, W, 1)": "x (5, 2) and W (3, 2) cannot be multiplied as matrices",
    "np.outer(x, W) @ x": "do not match: the last axis of the left array must be as long as",
    "x @ n": "n is a number: multiply by a number with *",
    "np.einsum('ij,jk->ik', x, W)": "all axes with the same letter must have the same length; x has shape (5, 2) and W",
    "np.einsum('ij->k', x)": "each letter after -> must also be before it",
    "np.einsum('ijk->i', x)": "as many letters as it has axes",
    "np.ones((2, 3, 4)) @ np.ones((3, 4, 2))": "has shape (2, 3, 4) and np.ones((3, 4, 2)) has shape (3, 4, 2)",
    "x + W": "the shapes in x + W do not match: x has shape (5, 2), W has (3, 2)",
    "x * b": "2 and 3 are neither equal nor 1",
    "x - x.sum(axis=1)": "x.sum(axis=1)[..., None], or keepdims=True in its sum, has shape (5, 1), which works.",
    "np.tanh(x) / x.T": "is one of them transposed?",
    "x > b": "the shapes in x > b do not match",
    "np.maximum(x, b)": "the shapes in np.maximum(x, b) do not match: x has shape (5, 2), b has (3,)",
    "np.where(x > 0, x, b)": "arrays of the shapes (5, 2), (5, 2) and (3,) do not match",
    "b += x": "the shapes in b += x do not match: b has shape (3,), x has (5, 2)",
    "w += x": "w += x keeps the shape of the left side, (2,), but the result has (5, 2)",
    "np.broadcast_to(x, (3, 2))": "cannot be broadcast to one shape: x has shape (5, 2)",
    "np.pad(x, ((1, 1), (1, 1), (1, 1)))": "one pair (before, after) for each axis, and x has shape (5, 2): give",
    "x[0] = b": "x[0] has room for shape (2,), but what you assign has shape (3,)",
    "x[[0, 1], [0, 1, 1]]": "have different shapes: (2,) and (3,)",
    "np.concatenate([x, W], axis=1)": "x (5, 2) and W (3, 2) cannot be joined: only the axis along which",
    "np.concatenate([x, w])": "x (5, 2) and w (2,) cannot be joined: they have different numbers of axes",
    "np.vstack([x, b])": "x (5, 2) and b (3,) cannot be joined",
    "np.stack([x, W])": "np.stack needs arrays of the same shape: x (5, 2) and W (3, 2)",
    "np.concatenate(x, W)": "Join arrays as a list: np.concatenate([a, b])",
    "x.reshape(3, 3)": "the lengths of the new axes must multiply to 10",
    "x.reshape(-1, -1)": "use it only once",
    "np.split(x, 2)": "np.array_split takes any",
    "np.transpose(x, (0, 1, 2))": "names a different number of axes than the array has",
    "np.squeeze(x, axis=0)": "only an axis of length 1",
    "np.linalg.inv(x)": "np.linalg.inv needs a square matrix, and x has shape (5, 2)",
    "np.linalg.svd(w)": "needs an array with two axes: a matrix",
    "np.polyfit(x, w, 1)": "needs an array with fewer axes; x has shape (5, 2).",
    "np.polyfit(w[~(w > 0)], w[~(w > 0)], 1)": "gets no numbers: w[~(w > 0)] is empty, with shape (0,).",
    "np.polyfit(t[:1], t[:1], 1)": "t[:1] has shape (1,), and a polynomial of degree 1 needs more points than its",
    "np.linalg.svd(x / 0 * 0)": "there are nan or inf among the numbers of x / 0 * 0.",
    "np.stack([])": "joins the arrays of a list, and the list is empty: is the loop that fills it entered",
    "np.concatenate(l[:0])": "and l[:0] is empty",
    "np.inner(x, W.T)": "the last axis of the left array must be as long as the last of the right array",
    "l[t]": "l is a list of 2 items: np.array(l)[…] takes several indices at once",
    "w[w > 5].max()": "has nothing to choose from: w[w > 5] is empty, with shape (0,).",
    "math.acos(2)": "math.acos(2) is not defined for this number.",
    "math.sqrt(-n)": "is not defined for this number (-n is -3): a square root needs one that is not below 0.",
    "np.zeros(None or nothing)": "needs a whole number",
    # axes, entries, items
    "np.sum(x, axis=2)": "x (5, 2) has 2 axes, numbered from 0 to 1: there is no axis 2",
    "x.mean(axis=-3)": "x (5, 2) has 2 axes, numbered from 0 to 1: there is no axis -3",
    "w.sum(axis=1)": "w (2,) has 1 axis, number 0: there is no axis 1",
    "x[5]": "x[5] is out of range: axis 0 of x (5, 2) has 5 entries, numbered from 0 to 4; there is no entry 5",
    "x[0, n]": "axis 1 of x (5, 2) has 2 entries, numbered from 0 to 1; there is no entry 3",
    "x[0, 0, 0]": "x[0, 0, 0] has more indices than x (5, 2) has axes (2)",
    "w[:, 0]": "w[:, 0] has more indices than w (2,) has axes (1)",
    "w[0][0]": "w[0] is a single number already",
    "x[np.array([True, False])]": "the mask has 2 entries, but axis 0 of x (5, 2) has 5",
    "l[n]": "l[n] is out of range: l is a list of 2 items, numbered from 0 to 1",
    "x.shape[2]": "x.shape is a tuple of 2 items",
    "x[1.5]": "x[1.5] is not a valid index: an index must be a whole number",
    "x[n / 2]": "an index must be a whole number; n / 2 is 1.5",
    "t[0.5:2]": "an index must be a whole number",
    "l[0, 1]": "takes one index: l[i][j], or np.array(l)[i, j]",
    "l['a']": "an index must be a whole number",
    "x[w]": "an index must be a whole number; w has shape (2,)",
    "m['key']": "asks for a key that the dictionary does not have",
    "[].pop()": "the list is empty",
    "l.index(9)": "does not have what you look for",
    "max([])": "has nothing to choose from",
    "np.max([])": "has nothing to choose from",
    "np.argmax([])": "has nothing to choose from",
    # one number or many
    "np.array([[1.0, 2.0], [3.0]])": "an array needs rows of the same length",
    "np.array([x, W])": "(x has shape (5, 2), W has shape (3, 2))",
    "w[0] = [1.0, 2.0]": "w[0] has room for one number, but [1.0, 2.0] is a list of 2 items",
    "w[0] = x": "w[0] has room for one number, but x has shape (5, 2)",
    "math.exp(x)": "math.exp takes one number, but x has shape (5, 2): np.exp takes the whole array",
    "math.sqrt(-w)": "math.sqrt takes one number, but -w has shape (2,)",
    "float(x)": "float takes one number, but x has shape (5, 2)",
    "x.item()": "but x has shape (5, 2)",
    "1 if x > 0 else 0": "Choose entry by entry with np.where(condition, a, b)",
    "max(x, 0)": "for arrays use np.maximum(a, b) or a.max()",
    "x and w": "use &, |, ~, with brackets",
    "not x": "use &, |, ~, with brackets",
    # types
    "l * 2.0": "l is a list, and arithmetic works entry by entry only on arrays: use np.array(l)",
    "l + 1": "np.array(l)",
    "l - l": "np.array(l)",
    "-l": "np.array(l)",
    "k / 2": "k is a tuple: did a function return several values?",
    "'a' + 1": "'a' is a text, not a number",
    "x + 'a'": "needs numbers, but one of its values is something else",
    "np.exp('a')": "needs numbers",
    "np.exp(None)": "a value is None",
    "x * nothing()": "one side is None. Did a function forget its return?",
    "nothing() + 1": "Did a function forget its return?",
    "pair + 1": "pair is a function: call it, pair(…)",
    "range(3) * 2.0": "one side is a range: use np.arange(…) for an array",
    "x < 'a'": "needs numbers",
    "nothing() < 1": "cannot be compared: one side is None",
    "x ^ 2": "A power is **",
    "(x > 0) - (x > 1)": ".astype(float) turns them into 1 and 0",
    "np.array([2]) ** -1": "write 2.0 instead of 2",
    "t += 0.5": "t keeps whole numbers only",
    "np.zeros(n / 2)": "needs a whole number: n / 2 is 1.5",
    "range(len(l) / 2)": "needs a whole number",
    "np.zeros((2, 3.0))": "needs a whole number: 3.0 is not",
    "x.sum(axis='0')": "needs a whole number, and '0' is a text",
    "np.zeros(2, 3)": "The shape is one argument: np.zeros((2, 3))",
    "np.zeros(-1)": "has a negative length",
    "n[0]": "n is 3, and has no entries",
    "pair[0]": "pair is a function: call it with round brackets",
    "nothing()[0]": "is None, and has no entries",
    "len(n)": "n is 3, and has no length",
    "sum(n)": "needs several values, and n is 3",
    "[i for i in n]": "needs several values, and there is a single int instead",
    "a, c = n": "needs several values, and n is 3",
    "a, c = nothing()": "gets None. Did a function forget its return?",
    "a, c = x": "2 names on the left of = need as many values, and x has shape (5, 2)",
    "a, c = k + (3,)": "2 names on the left of = need as many values",
    "k[0] = 1": "k is a tuple, whose items cannot be changed",
    "n[0] = 1": "n is a single int with no entry to change",
    "int('a')": "needs a number, and this is a text",
    # names and calls
    "y": "name 'y' is not defined. Check the spelling; a name",
    "pairs(1, 2)": "name 'pairs' is not defined. Do you mean pair?",
    "exp(x)": "name 'exp' is not defined. NumPy has it as np.exp.",
    "random.random()": "Begin the file with import random.",
    "x.summ()": "Do you mean x.sum?",
    "x.exp()": "It is a function: np.exp(x).",
    "x.append(1)": "An array cannot grow",
    "x.length": "len(x) is its first axis",
    "l.sum()": "l is a list, not an array: np.array(l).sum has it",
    "n.shape": "n is a number, not an array",
    "np.sigmoid(x)": "NumPy has no function of that name: write it yourself.",
    "np.transpos(x)": "Do you mean np.transpose?",
    "rng.rand(3)": "A generator has rng.random(…).",
    "nothing().T": "is None: did a function forget its return?",
    "pair(1)": "pair(1) is missing 1 argument: b.",
    "pair()": "pair() is missing 2 arguments: a and b.",
    "pair(1, 2, 3)": "pair(1, 2, 3) has 3 arguments, and pair takes 2.",
    "pair(1, c=2)": "pair has no argument c.",
    "pair(1, a=2)": "gives a twice",
    "np.full(3)": "np.full(3) is missing 1 argument: fill_value.",
    "np.exp()": "has 0 arguments",
    "np.sum(x, keepdim=True)": "np.sum has no argument keepdim: do you mean keepdims?",
    "sum(x, axis=0)": "Python's own sum has no axis: use np.sum.",
    "np.sum(x).mean(axes=0)": "np.sum(x).mean has no argument axes",
    "x(np.sum(w))": "x is an array, not a function: is a * missing?",
    "np.exp(x)(w)": "np.exp(x) is an array, not a function",
    "x(0)": "x is an array, not a function: is a * missing?",
    "n(x - 1)": "n is a number, not a function: is a * missing?",
    "x.T()": "x.T is a value, not a function: leave out the brackets",
    "nothing()()": "is None, and no function",
    "later, n2 = n2, 1": "n2 is used before it has a value",
    # numbers out of range
    "1 / 0": "division by zero. 1 / 0 divides by 0.",
    "math.log(0)": "the logarithm needs one above 0",
    "math.exp(1000)": "too large for a number of the machine",
    "np.linalg.solve(np.zeros((2, 2)), w)": "has no inverse",
    "np.linalg.solve(W[:1].T @ W[:1], w)": "has no inverse: are two of its rows or columns dependent?",
    "[np.linalg.solve(A.T @ A, w) for A in [W[:1]]]": "A has shape (1, 2), so there are fewer points than unknowns.",
    "np.linalg.cholesky(-np.eye(2))": "positive eigenvalues only",
    "rng.choice(3, 5, replace=False)": "draws more than there are",
    "rng.normal(0, -1, 3)": "a standard deviation of 0 at least",
    "rng.binomial(1, 2.0)": "needs probabilities from 0 to 1",
    "np.take_along_axis(x, t, axis=1)": "must have as many axes as the array",
    "assert n > 3": "your own assert fails here",
    "next(iter([]))": "nothing left",
}
"""A mistake, and what is said to it among other things."""
JARGON = re.compile(
    r"gufunc|core dimension|operand|remapped|inhomogeneous|ufunc|dtype|positional|scalar|subscriptable|iterable"
    r"|NoneType|non-int|casting|concatenation axis|not callable|interpreted|truth value|out of bounds|unpack"
)


UNREADABLE = {
    "def f(x):\n\treturn x\n        return x": "Line 3: TabError: inconsistent use of tabs and spaces in",
    "def f(x):\n    y = x\n  return y": "Line 3: IndentationError: unindent does not match any outer",
    "x = 1\n    y = 2": "Line 2: IndentationError: unexpected indent. Indent all lines of a block equally",
    "def f(x):\nreturn x": "Line 2: IndentationError: expected an indented block after function definition on line 1",
    "a = 2 × 3": "Line 1: SyntaxError: invalid character '×' (U+00D7). Python knows * for ×",
    "a = 2 3 4 b c": "Line 1: SyntaxError: invalid syntax",
    "a = )": "Line 1: SyntaxError: unmatched ')'",
    "a = (1,\nb = 2": "Line 1: SyntaxError: '(' was never closed",
    "def f(x)\n    return x": "Line 1: SyntaxError: expected ':'",
    "a = '": "Line 1: SyntaxError: unterminated string literal",
    "if a = 1: pass": "Line 1: SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
    "\x00": "SyntaxError: source code string cannot contain null bytes. The file is not plain text",
    "return 1": "Line 1: SyntaxError: 'return' outside function",
}
"""A file that Python cannot read, and how what is said begins."""


@pytest.fixture(scope="module")
def unreadable() -> Iterator[dict[str, RaisedError]]:
    """What Python says to each of them."""
    launcher = make_launcher()
    with code_process(launcher, 20) as process:
        replies = [process.ask({"source": source}, 10) for source in UNREADABLE]
    launcher.close()
    yield {source: read_error(reply["error"]) for source, reply in zip(UNREADABLE, replies, strict=True)}


@pytest.mark.parametrize("source", UNREADABLE)
def test_a_file_that_python_cannot_read_is_told_with_its_line(unreadable: dict[str, RaisedError], source: str) -> None:
    error = unreadable[source]
    assert tell_error(error).startswith(UNREADABLE[source])
    assert error.type == "SyntaxError" or "spaces" in tell_error(error) or "expected" in error.message
    if error.line:
        assert error.code == source.split("\n")[error.line - 1] and error.column


@pytest.fixture(scope="module")
def errors() -> Iterator[dict[str, RaisedError]]:
    """Each mistake made in a function of its own, all in one process."""
    bodies = [text if re.match(r"assert|.*[\w\])] \S?= ", text) else f"return {text}" for text in MISTAKES]
    parameters = ", ".join(f"{name}={name}" for name in ("x", "W", "b", "w", "t", "n", "l", "m", "k", "rng"))
    source = NAMES + "".join(f"def f{i}({parameters}):\n    {body}\n" for i, body in enumerate(bodies))
    launcher = make_launcher()
    with code_process(launcher, 20) as process:
        assert "error" not in process.ask({"source": source}, 10)
        replies = [process.ask({"function": f"f{i}", "arguments": ""}, 10) for i in range(len(bodies))]
    launcher.close()
    yield {text: read_error(reply["error"]) for text, reply in zip(MISTAKES, replies, strict=True)}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_said_in_words_with_its_line_and_what_stands_in_it(
    errors: dict[str, RaisedError], mistake: str
) -> None:
    error = errors[mistake]
    said = tell_error(error)
    assert MISTAKES[mistake] in said
    assert error.line and said.startswith(f"Line {error.line}: {error.type}: ") and mistake in error.code
    text, keeps = find_explanation(error)
    assert not JARGON.search(text) and (keeps or not JARGON.search(explain_message(error)))
    known = {name for name in ("x", "W", "b", "w", "t") if re.search(rf"\b{name}\b(?!\()", mistake)}
    assert {item.text for item in error.values if item.is_array} >= known


def test_every_rule_is_met_by_a_mistake(errors: dict[str, RaisedError], unreadable: dict[str, RaisedError]) -> None:
    raised = [*errors.values(), *unreadable.values()]
    messages = [f"{error.type}: {error.message}".removesuffix(": ") for error in raised]
    unmet = {rule.pattern.pattern for rule in RULES if not any(map(rule.pattern.search, messages))}
    rare = ("at least one|first argument must be", "did not converge", "no negative", "__round__", "data type", "range")
    assert not {item for item in unmet if not any(word in item for each in rare for word in each.split("|"))}


def test_where_the_values_are_not_known_it_is_a_sentence_still(errors: dict[str, RaisedError]) -> None:
    for error in errors.values():
        assert re.match(r"Line 3: \w+: \S.{6,}", tell_error(RaisedError(error.type, error.message, 3)))


SQUARE = Operand("q", "ndarray", (7, 7), dtype_kind="f", is_finite=True)
ROW = Operand("q", "ndarray", (7,), dtype_kind="f", is_finite=True)
NUMBER = Operand("q", "float", value="7.0")
WRONG_OF_ARRAYS = re.compile(
    r"q is empty|more points than|nan or inf among|q is a (?:single )?number|neither equal nor 1"
    r"|q \([\d, ]+\) cannot be|needs a square matrix, and q has shape \(7, 7\)|they must be equal|q has more indices"
    r"|\(q has shape|q \([\d, ]+\), which has|q \([\d, ]+\) and q|axis \d+ of q|q \([\d, ]+\) has \d+ ax"
    r"|fewer axes; q has shape \(7,\)"
)
"""What is true of no array of 7 or of 7 by 7 finite numbers, nor of two of them."""


@pytest.mark.parametrize("operand", [SQUARE, ROW, NUMBER], ids=["square", "row", "number"])
def test_nothing_is_claimed_of_an_array_that_is_not_so(errors: dict[str, RaisedError], operand: Operand) -> None:
    """Operands that do not fit what an explanation would say of them: then it does not say so."""
    for mistake, error in errors.items():
        odd = replace(error, operands=(operand, operand), expression="here(q, q)", kind="Call")
        said = tell_error(odd)
        assert error.type in said and len(said) > 20
        if operand is NUMBER:
            assert "q has shape" not in said and "are true" not in said
        elif not _fits(error, operand):
            assert not WRONG_OF_ARRAYS.search(said), mistake


def _fits(error: RaisedError, operand: Operand) -> bool:
    """Whether Python's message itself says what the operand is, or by chance speaks of such an array."""
    if "' object" in error.message:
        return True
    axes = re.search(r"for array of dimension (\d)", error.message)
    return axes is not None and int(axes[1]) == len(operand.shape or ())


def test_what_a_process_tells_may_be_anything() -> None:
    odd = {"type": 3, "line": "x", "operands": [1, None, {"shape": ["a", 2], "length": "z"}], "values": 7, "texts": {}}
    assert tell_error(read_error(odd)) == "3"
    assert read_error({**odd, "texts": ["a", "b", "c"]}).operands[2].shape == (2,)
    shapes = [{"text": "\ud800", "type": "ndarray", "shape": shape} for shape in ([5, 2], [2, 5])]
    unlike = "operands could not be broadcast together with shapes (5,2) (2,5)"
    clash = {"type": "ValueError", "message": unlike, "operands": shapes, "texts": ["a", "b"]}
    assert "transposed?" in tell_error(read_error(clash))


def test_a_mistake_is_explained_whatever_a_file_puts_among_its_names() -> None:
    launcher = make_launcher()
    with code_process(launcher, 20) as process:
        reply = process.ask({"source": f"{NAMES}globals()[3] = 4\nx @ W\n"}, 10)
    launcher.close()
    assert MISTAKES["x @ W"] in tell_error(read_error(reply["error"]))
