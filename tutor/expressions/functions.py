"""Computes the functions of formulas in ball arithmetic; also open functions, which a question does not specify."""

from collections.abc import Callable
from fractions import Fraction
from zlib import crc32

from tutor.expressions.intervals import EXACT, Ball, BallArithmetic, UndefinedError, log2_bound
from tutor.expressions.names import FORMULA_FUNCTIONS

UnaryFunction = Callable[[BallArithmetic, Ball], Ball]


def call_with_bounds(name: str, arguments: list[Ball], balls: BallArithmetic) -> Ball:
    """Apply the function `name` to `arguments`, with a bound on the error.

    Raises:
        UndefinedError: it has no real value there.
        PrecisionError: the precision of `balls` is too low to decide.
    """
    if name in {"max", "min"}:
        extreme = arguments[0]
        for argument in arguments[1:]:
            extreme = _extreme(extreme, argument, balls, sign=1 if name == "max" else -1)
        return extreme
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](balls, arguments[0])
    if name in FORMULA_FUNCTIONS:
        raise UndefinedError(f"{name} cannot be computed")
    return _evaluate_open_function(name, arguments, balls)


def _extreme(left: Ball, right: Ball, balls: BallArithmetic, sign: int) -> Ball:
    """The larger of two balls, or with `sign` −1 the smaller."""
    difference = balls.subtract(left, right)
    extreme = left if difference.value * sign >= 0 else right
    is_certain = log2_bound(difference.value) > difference.log2_error + 1
    if is_certain:
        return extreme
    # It is not certain which is larger. The true maximum differs from the value that looks larger by at most the larger
    # of the two errors.
    return Ball(extreme.value, max(left.log2_error, right.log2_error))


def _evaluate_open_function(name: str, arguments: list[Ball], balls: BallArithmetic) -> Ball:
    """Evaluate a smooth function that stands in for an open function such as f, and depends on its name alone.

    Formulas with f count as equal if they are equal with this function in its place: 1 + Σ (sin aᵢxᵢ + (aᵢ + ⅓) xᵢ),
    where the factors aᵢ, from ½ to 1½, are computed from a checksum of the name.
    """
    total = _one(balls)
    for index, argument in enumerate(arguments):
        checksum = crc32(f"{name}:{index}".encode())
        factor = Fraction(checksum % 4096 + 2048, 4096)
        sine_term = balls.sine_or_cosine(balls.multiply(balls.number(factor), argument), "sin")
        linear_term = balls.multiply(balls.number(factor + Fraction(1, 3)), argument)
        total = balls.add(total, balls.add(sine_term, linear_term))
    return total


def _one(balls: BallArithmetic) -> Ball:
    """The exact number 1."""
    return Ball(balls.context.one, EXACT)


def _reciprocal(function: UnaryFunction) -> UnaryFunction:
    """The function 1 / f(x), such as sec for cos."""
    return lambda balls, ball: balls.divide(_one(balls), function(balls, ball))


def _of_reciprocal(function: UnaryFunction) -> UnaryFunction:
    """The function f(1 / x), such as arcsec for arccos."""
    return lambda balls, ball: function(balls, balls.divide(_one(balls), ball))


def _sin(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.sine_or_cosine(ball, "sin")


def _cos(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.sine_or_cosine(ball, "cos")


def _tan(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.divide(_sin(balls, ball), _cos(balls, ball))


def _half_sum_of_exponentials(balls: BallArithmetic, ball: Ball, sign: int) -> Ball:
    """(e^x + sign · e^−x) / 2."""
    exp_x, exp_minus_x = balls.exp(ball), balls.exp(balls.negate(ball))
    return _half(balls.add(exp_x, exp_minus_x) if sign > 0 else balls.subtract(exp_x, exp_minus_x))


def _half(ball: Ball) -> Ball:
    """Half of `ball`. Halving needs no rounding, so the error is halved as well."""
    return Ball(ball.value / 2, ball.log2_error - 1)


def _sinh(balls: BallArithmetic, ball: Ball) -> Ball:
    return _half_sum_of_exponentials(balls, ball, -1)


def _cosh(balls: BallArithmetic, ball: Ball) -> Ball:
    return _half_sum_of_exponentials(balls, ball, 1)


def _tanh(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.divide(_sinh(balls, ball), _cosh(balls, ball))


def _arcsin(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.arcsine_or_arccosine(ball, "arcsin")


def _arccos(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.arcsine_or_arccosine(ball, "arccos")


def _arcsinh(balls: BallArithmetic, ball: Ball) -> Ball:
    """ln(x + √(x² + 1)); for negative x it is −arcsinh(−x), since the sum would cancel."""
    if ball.value < 0:
        return balls.negate(_arcsinh(balls, balls.negate(ball)))
    square_plus_1 = balls.add(balls.multiply(ball, ball), _one(balls))
    return balls.ln(balls.add(ball, balls.sqrt(square_plus_1)))


def _arccosh(balls: BallArithmetic, ball: Ball) -> Ball:
    """ln(x + √(x² − 1))."""
    if ball.value < 1 and balls.sign(balls.subtract(ball, _one(balls))) < 0:
        raise UndefinedError("arccosh takes a number from 1 up")
    square_minus_1 = balls.subtract(balls.multiply(ball, ball), _one(balls))
    return balls.ln(balls.add(ball, balls.sqrt(square_minus_1)))


def _arctanh(balls: BallArithmetic, ball: Ball) -> Ball:
    """ln((1 + x) / (1 − x)) / 2."""
    ratio = balls.divide(balls.add(_one(balls), ball), balls.subtract(_one(balls), ball))
    return _half(balls.ln(ratio))


def _log(base: int) -> UnaryFunction:
    """The logarithm to `base`."""
    return lambda balls, ball: balls.divide(balls.ln(ball), balls.ln(balls.number(Fraction(base))))


def _abs(_balls: BallArithmetic, ball: Ball) -> Ball:
    return Ball(abs(ball.value), ball.log2_error)


def _sign(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.number(Fraction(balls.sign(ball)))


def _step(balls: BallArithmetic, ball: Ball) -> Ball:
    """The step function: 1 for a positive number, else 0."""
    return balls.number(Fraction(balls.sign(ball) > 0))


def _ceil(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.negate(balls.floor(balls.negate(ball)))


def _relu(balls: BallArithmetic, ball: Ball) -> Ball:
    return _extreme(ball, Ball(balls.context.zero, EXACT), balls, sign=1)


def _cbrt(balls: BallArithmetic, ball: Ball) -> Ball:
    third = Fraction(1, 3)
    return balls.power(ball, balls.number(third), third)


def _sigmoid(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.divide(_one(balls), balls.add(_one(balls), balls.exp(balls.negate(ball))))


def _sigmoid_derivative(balls: BallArithmetic, ball: Ball) -> Ball:
    """The derivative of the sigmoid σ: σ(x) σ(−x)."""
    return balls.multiply(_sigmoid(balls, ball), _sigmoid(balls, balls.negate(ball)))


def _tanh_derivative(balls: BallArithmetic, ball: Ball) -> Ball:
    """The derivative of tanh: 1 / cosh² x."""
    return balls.divide(_one(balls), balls.multiply(_cosh(balls, ball), _cosh(balls, ball)))


def _softplus(balls: BallArithmetic, ball: Ball) -> Ball:
    """ln(1 + e^x)."""
    return balls.ln(balls.add(_one(balls), balls.exp(ball)))


_FUNCTIONS: dict[str, UnaryFunction] = {
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "sec": _reciprocal(_cos),
    "csc": _reciprocal(_sin),
    "cot": lambda balls, ball: balls.divide(_cos(balls, ball), _sin(balls, ball)),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "sech": _reciprocal(_cosh),
    "csch": _reciprocal(_sinh),
    "coth": lambda balls, ball: balls.divide(_cosh(balls, ball), _sinh(balls, ball)),
    "arcsin": _arcsin,
    "arccos": _arccos,
    "arctan": BallArithmetic.arctan,
    "arcsec": _of_reciprocal(_arccos),
    "arccsc": _of_reciprocal(_arcsin),
    "arccot": _of_reciprocal(BallArithmetic.arctan),
    "arcsinh": _arcsinh,
    "arccosh": _arccosh,
    "arctanh": _arctanh,
    "arcsech": _of_reciprocal(_arccosh),
    "arccsch": _of_reciprocal(_arcsinh),
    "arccoth": _of_reciprocal(_arctanh),
    "sqrt": BallArithmetic.sqrt,
    "cbrt": _cbrt,
    "exp": BallArithmetic.exp,
    "exp'": BallArithmetic.exp,
    "ln": BallArithmetic.ln,
    "ln'": lambda balls, ball: balls.divide(_one(balls), ball),
    "log10": _log(10),
    "log2": _log(2),
    "abs": _abs,
    "sign": _sign,
    "step": _step,
    "relu'": _step,
    "relu": _relu,
    "floor": BallArithmetic.floor,
    "ceil": _ceil,
    "fact": BallArithmetic.factorial,
    "sigmoid": _sigmoid,
    "sigmoid'": _sigmoid_derivative,
    "tanh'": _tanh_derivative,
    "softplus": _softplus,
    "sin'": _cos,
    "cos'": lambda balls, ball: balls.negate(_sin(balls, ball)),
}
