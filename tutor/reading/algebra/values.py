"""The value of a typed expression at a point, as a ball."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from zlib import crc32

from tutor.reading.algebra.balls import SURE, Ball, Field, UndefinedError, size
from tutor.reading.algebra.functions import ARITY
from tutor.reading.algebra.tree import Expr, Fn, Neg, Num, Op, Var

Unary = Callable[[Field, Ball], Ball]


def value_at(tree: Expr, point: Mapping[str, Fraction], field: Field) -> Ball:
    """`tree` with the numbers of `point` for its variables.

    Raises:
        UndefinedError: it has no real value there.
        UnsureError: the precision of `field` does not tell.
    """
    match tree:
        case Num(value):
            return field.number(value)
        case Var(name):
            return field.number(point[name]) if name in point else field.constant(name)
        case Neg(of):
            return field.negative(value_at(of, point, field))
        case Op("^", base, exponent):
            return field.power(value_at(base, point, field), value_at(exponent, point, field), ratio_of(exponent))
        case Op(sign, left, right):
            first, second = value_at(left, point, field), value_at(right, point, field)
            return _OPERATIONS[sign](field, first, second)
        case Fn(name, args):
            return _call(name, [value_at(item, point, field) for item in args], field)


def ratio_of(tree: Expr) -> Fraction | None:
    """`tree` as a fraction when it is written as one: 3, −1/3, 0.2."""
    match tree:
        case Num(value):
            return value
        case Neg(of):
            inner = ratio_of(of)
            return None if inner is None else -inner
        case Op("/", left, right):
            top, bottom = ratio_of(left), ratio_of(right)
            return top / bottom if top is not None and bottom else None
    return None


_OPERATIONS: dict[str, Callable[[Field, Ball, Ball], Ball]] = {
    "+": Field.add,
    "-": Field.subtract,
    "*": Field.multiply,
    "/": Field.divide,
}


def _call(name: str, args: list[Ball], field: Field) -> Ball:
    if name in {"max", "min"}:
        best = args[0]
        for item in args[1:]:
            best = _greater(best, item, field, 1 if name == "max" else -1)
        return best
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](field, args[0])
    if name in ARITY:
        raise UndefinedError(f"{name} cannot be computed")
    return _open_function(name, args, field)


def _greater(left: Ball, right: Ball, field: Field, sign: int) -> Ball:
    """The greater of two, or with sign −1 the smaller."""
    gap = field.subtract(left, right)
    chosen = left if gap.value * sign >= 0 else right
    sure = size(gap.value) > gap.error + 1
    return chosen if sure else Ball(chosen.value, max(left.error, right.error))


def _open_function(name: str, args: list[Ball], field: Field) -> Ball:
    """A function of which a question says nothing: some smooth one, always the same for a name."""
    result = Ball(field.context.one, SURE)
    for index, item in enumerate(args):
        mark = crc32(f"{name}:{index}".encode())
        factor = Fraction(mark % 4096 + 2048, 4096)
        bent = field.sine(field.multiply(field.number(factor), item), "sin")
        result = field.add(result, field.add(bent, field.multiply(field.number(factor + Fraction(1, 3)), item)))
    return result


def _one(field: Field) -> Ball:
    return Ball(field.context.one, SURE)


def _inverse(function: Unary) -> Unary:
    return lambda field, ball: field.divide(_one(field), function(field, ball))


def _of_inverse(function: Unary) -> Unary:
    return lambda field, ball: function(field, field.divide(_one(field), ball))


def _sin(field: Field, ball: Ball) -> Ball:
    return field.sine(ball, "sin")


def _cos(field: Field, ball: Ball) -> Ball:
    return field.sine(ball, "cos")


def _tan(field: Field, ball: Ball) -> Ball:
    return field.divide(_sin(field, ball), _cos(field, ball))


def _exponentials(field: Field, ball: Ball, sign: int) -> Ball:
    """(e^x + sign · e^−x) / 2."""
    up, down = field.exp(ball), field.exp(field.negative(ball))
    result = field.add(up, down if sign > 0 else field.negative(down))
    return Ball(result.value / 2, result.error - 1)


def _sinh(field: Field, ball: Ball) -> Ball:
    return _exponentials(field, ball, -1)


def _cosh(field: Field, ball: Ball) -> Ball:
    return _exponentials(field, ball, 1)


def _tanh(field: Field, ball: Ball) -> Ball:
    return field.divide(_sinh(field, ball), _cosh(field, ball))


def _arcsin(field: Field, ball: Ball) -> Ball:
    return field.arcsine(ball, "arcsin")


def _arccos(field: Field, ball: Ball) -> Ball:
    return field.arcsine(ball, "arccos")


def _arcsinh(field: Field, ball: Ball) -> Ball:
    if ball.value < 0:
        return field.negative(_arcsinh(field, field.negative(ball)))
    square = field.add(field.multiply(ball, ball), _one(field))
    return field.ln(field.add(ball, field.sqrt(square)))


def _arccosh(field: Field, ball: Ball) -> Ball:
    if ball.value < 1 and field.sign(field.subtract(ball, _one(field))) < 0:
        raise UndefinedError("arccosh takes a number from 1 up")
    square = field.subtract(field.multiply(ball, ball), _one(field))
    return field.ln(field.add(ball, field.sqrt(square)))


def _arctanh(field: Field, ball: Ball) -> Ball:
    ratio = field.divide(field.add(_one(field), ball), field.subtract(_one(field), ball))
    result = field.ln(ratio)
    return Ball(result.value / 2, result.error - 1)


def _log(base: int) -> Unary:
    return lambda field, ball: field.divide(field.ln(ball), field.ln(field.number(Fraction(base))))


def _abs(_field: Field, ball: Ball) -> Ball:
    return Ball(abs(ball.value), ball.error)


def _sign(field: Field, ball: Ball) -> Ball:
    return field.number(Fraction(field.sign(ball)))


def _step(field: Field, ball: Ball) -> Ball:
    return field.number(Fraction(field.sign(ball) > 0))


def _ceil(field: Field, ball: Ball) -> Ball:
    return field.negative(field.floor(field.negative(ball)))


def _relu(field: Field, ball: Ball) -> Ball:
    return _greater(ball, Ball(field.context.zero, SURE), field, 1)


def _cbrt(field: Field, ball: Ball) -> Ball:
    third = Fraction(1, 3)
    return field.power(ball, field.number(third), third)


def _sigmoid(field: Field, ball: Ball) -> Ball:
    return field.divide(_one(field), field.add(_one(field), field.exp(field.negative(ball))))


def _sigmoid_slope(field: Field, ball: Ball) -> Ball:
    return field.multiply(_sigmoid(field, ball), _sigmoid(field, field.negative(ball)))


def _tanh_slope(field: Field, ball: Ball) -> Ball:
    return field.divide(_one(field), field.multiply(_cosh(field, ball), _cosh(field, ball)))


def _softplus(field: Field, ball: Ball) -> Ball:
    return field.ln(field.add(_one(field), field.exp(ball)))


_FUNCTIONS: dict[str, Unary] = {
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "sec": _inverse(_cos),
    "csc": _inverse(_sin),
    "cot": lambda field, ball: field.divide(_cos(field, ball), _sin(field, ball)),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "sech": _inverse(_cosh),
    "csch": _inverse(_sinh),
    "coth": lambda field, ball: field.divide(_cosh(field, ball), _sinh(field, ball)),
    "arcsin": _arcsin,
    "arccos": _arccos,
    "arctan": Field.arctan,
    "arcsec": _of_inverse(_arccos),
    "arccsc": _of_inverse(_arcsin),
    "arccot": _of_inverse(Field.arctan),
    "arcsinh": _arcsinh,
    "arccosh": _arccosh,
    "arctanh": _arctanh,
    "arcsech": _of_inverse(_arccosh),
    "arccsch": _of_inverse(_arcsinh),
    "arccoth": _of_inverse(_arctanh),
    "sqrt": Field.sqrt,
    "cbrt": _cbrt,
    "exp": Field.exp,
    "exp'": Field.exp,
    "ln": Field.ln,
    "ln'": lambda field, ball: field.divide(_one(field), ball),
    "log10": _log(10),
    "log2": _log(2),
    "abs": _abs,
    "sign": _sign,
    "step": _step,
    "relu'": _step,
    "relu": _relu,
    "floor": Field.floor,
    "ceil": _ceil,
    "fact": Field.factorial,
    "sigmoid": _sigmoid,
    "sigmoid'": _sigmoid_slope,
    "tanh'": _tanh_slope,
    "softplus": _softplus,
    "sin'": _cos,
    "cos'": lambda field, ball: field.negative(_sin(field, ball)),
}
