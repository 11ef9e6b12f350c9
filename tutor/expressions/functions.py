"""The functions that a formula may use, in ball arithmetic; also functions that a question leaves unspecified."""

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
        PrecisionError: the precision of `balls` does not tell.
    """
    if name in {"max", "min"}:
        best = arguments[0]
        for item in arguments[1:]:
            best = _extreme(best, item, balls, 1 if name == "max" else -1)
        return best
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](balls, arguments[0])
    if name in FORMULA_FUNCTIONS:
        raise UndefinedError(f"{name} cannot be computed")
    return _substitute_open_function(name, arguments, balls)


def _extreme(left: Ball, right: Ball, balls: BallArithmetic, sign: int) -> Ball:
    """The larger of two balls, or with `sign` −1 the smaller."""
    gap = balls.subtract(left, right)
    extreme = left if gap.value * sign >= 0 else right
    is_certain = log2_bound(gap.value) > gap.error + 1
    return extreme if is_certain else Ball(extreme.value, max(left.error, right.error))


def _substitute_open_function(name: str, arguments: list[Ball], balls: BallArithmetic) -> Ball:
    """A smooth substitute for an unspecified function such as f, determined by its name alone."""
    result = Ball(balls.context.one, EXACT)
    for index, item in enumerate(arguments):
        checksum = crc32(f"{name}:{index}".encode())
        factor = Fraction(checksum % 4096 + 2048, 4096)
        wave = balls.sine(balls.multiply(balls.number(factor), item), "sin")
        result = balls.add(result, balls.add(wave, balls.multiply(balls.number(factor + Fraction(1, 3)), item)))
    return result


def _one(balls: BallArithmetic) -> Ball:
    return Ball(balls.context.one, EXACT)


def _inverse(function: UnaryFunction) -> UnaryFunction:
    return lambda balls, ball: balls.divide(_one(balls), function(balls, ball))


def _of_inverse(function: UnaryFunction) -> UnaryFunction:
    return lambda balls, ball: function(balls, balls.divide(_one(balls), ball))


def _sin(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.sine(ball, "sin")


def _cos(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.sine(ball, "cos")


def _tan(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.divide(_sin(balls, ball), _cos(balls, ball))


def _exponentials(balls: BallArithmetic, ball: Ball, sign: int) -> Ball:
    """(e^x + sign · e^−x) / 2."""
    up, down = balls.exp(ball), balls.exp(balls.negate(ball))
    result = balls.add(up, down if sign > 0 else balls.negate(down))
    return Ball(result.value / 2, result.error - 1)


def _sinh(balls: BallArithmetic, ball: Ball) -> Ball:
    return _exponentials(balls, ball, -1)


def _cosh(balls: BallArithmetic, ball: Ball) -> Ball:
    return _exponentials(balls, ball, 1)


def _tanh(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.divide(_sinh(balls, ball), _cosh(balls, ball))


def _arcsin(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.arcsine(ball, "arcsin")


def _arccos(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.arcsine(ball, "arccos")


def _arcsinh(balls: BallArithmetic, ball: Ball) -> Ball:
    if ball.value < 0:
        return balls.negate(_arcsinh(balls, balls.negate(ball)))
    square = balls.add(balls.multiply(ball, ball), _one(balls))
    return balls.ln(balls.add(ball, balls.sqrt(square)))


def _arccosh(balls: BallArithmetic, ball: Ball) -> Ball:
    if ball.value < 1 and balls.sign(balls.subtract(ball, _one(balls))) < 0:
        raise UndefinedError("arccosh takes a number from 1 up")
    square = balls.subtract(balls.multiply(ball, ball), _one(balls))
    return balls.ln(balls.add(ball, balls.sqrt(square)))


def _arctanh(balls: BallArithmetic, ball: Ball) -> Ball:
    ratio = balls.divide(balls.add(_one(balls), ball), balls.subtract(_one(balls), ball))
    result = balls.ln(ratio)
    return Ball(result.value / 2, result.error - 1)


def _log(base: int) -> UnaryFunction:
    return lambda balls, ball: balls.divide(balls.ln(ball), balls.ln(balls.number(Fraction(base))))


def _abs(_balls: BallArithmetic, ball: Ball) -> Ball:
    return Ball(abs(ball.value), ball.error)


def _sign(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.number(Fraction(balls.sign(ball)))


def _step(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.number(Fraction(balls.sign(ball) > 0))


def _ceil(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.negate(balls.floor(balls.negate(ball)))


def _relu(balls: BallArithmetic, ball: Ball) -> Ball:
    return _extreme(ball, Ball(balls.context.zero, EXACT), balls, 1)


def _cbrt(balls: BallArithmetic, ball: Ball) -> Ball:
    third = Fraction(1, 3)
    return balls.power(ball, balls.number(third), third)


def _sigmoid(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.divide(_one(balls), balls.add(_one(balls), balls.exp(balls.negate(ball))))


def _sigmoid_slope(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.multiply(_sigmoid(balls, ball), _sigmoid(balls, balls.negate(ball)))


def _tanh_slope(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.divide(_one(balls), balls.multiply(_cosh(balls, ball), _cosh(balls, ball)))


def _softplus(balls: BallArithmetic, ball: Ball) -> Ball:
    return balls.ln(balls.add(_one(balls), balls.exp(ball)))


_FUNCTIONS: dict[str, UnaryFunction] = {
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "sec": _inverse(_cos),
    "csc": _inverse(_sin),
    "cot": lambda balls, ball: balls.divide(_cos(balls, ball), _sin(balls, ball)),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "sech": _inverse(_cosh),
    "csch": _inverse(_sinh),
    "coth": lambda balls, ball: balls.divide(_cosh(balls, ball), _sinh(balls, ball)),
    "arcsin": _arcsin,
    "arccos": _arccos,
    "arctan": BallArithmetic.arctan,
    "arcsec": _of_inverse(_arccos),
    "arccsc": _of_inverse(_arcsin),
    "arccot": _of_inverse(BallArithmetic.arctan),
    "arcsinh": _arcsinh,
    "arccosh": _arccosh,
    "arctanh": _arctanh,
    "arcsech": _of_inverse(_arccosh),
    "arccsch": _of_inverse(_arcsinh),
    "arccoth": _of_inverse(_arctanh),
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
    "sigmoid'": _sigmoid_slope,
    "tanh'": _tanh_slope,
    "softplus": _softplus,
    "sin'": _cos,
    "cos'": lambda balls, ball: balls.negate(_sin(balls, ball)),
}
