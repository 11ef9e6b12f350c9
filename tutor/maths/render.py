"""The three forms of a formula: a display, one line of Unicode, one line of ASCII.

The parser behind them is imported when the first formula is asked for, not before.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from tutor.maths.tree import MathError
from tutor.patterns import compile_lazily

if TYPE_CHECKING:
    from tutor.maths.box import Box

__all__ = ["MathError", "ascii_line", "display", "display_box", "inline"]

_Result = TypeVar("_Result")

_DECIMAL = compile_lazily(r"(?<!\d)\d++\.\d++")
_STAND_IN = compile_lazily(r"1\d\d\.5")
MAX_STAND_INS = 100
"""In a formula with more decimals than this, decimals are not replaced by stand-ins."""


def display(latex: str, width: int | None = None) -> list[str]:
    """Lay a formula out in two dimensions.

    Args:
        latex: the formula, without its dollars.
        width: how many cells a line may take; a formula that cannot be broken any further comes out wider.

    Returns:
        Lines of equal cell width.

    Raises:
        MathError: the LaTeX cannot be read; the message says why in one line.
    """
    return list(display_box(latex, width).lines)


@lru_cache(maxsize=1024)
def display_box(latex: str, width: int | None = None) -> "Box":
    """The lines of `display` with their baseline, cached.

    Raises:
        MathError: the LaTeX cannot be read.
    """
    from tutor.maths.breaking import fit
    from tutor.maths.parse import parse

    return _catch_recursion(lambda: fit(parse(latex), width))


@lru_cache(maxsize=2048)
def inline(latex: str) -> str:
    """Write a formula in one line of Unicode.

    A worked line shows the same formula with other decimals at every step. To parse it only once, the decimals are
    replaced by stand-ins (100.5, 101.5, …) before parsing. The resulting line is cached, and the stand-ins in it are
    replaced by the decimals.

    Raises:
        MathError: the LaTeX cannot be read.
    """
    decimals = _DECIMAL.findall(latex)
    if 0 < len(decimals) <= MAX_STAND_INS:
        stand_ins = [f"{100 + index}.5" for index in range(len(decimals))]
        remaining_stand_ins = iter(stand_ins)
        try:
            line = _inline(_DECIMAL.sub(lambda _: next(remaining_stand_ins), latex))
        except MathError:  # so that the message quotes the real formula
            return _inline(latex)
        # The line can be used if it contains all stand-ins in order: none was raised, lowered or read as a width.
        if _STAND_IN.findall(line) == stand_ins:
            remaining_decimals = iter(decimals)
            return _STAND_IN.sub(lambda _: next(remaining_decimals), line)
    return _inline(latex)


@lru_cache(maxsize=2048)
def _inline(latex: str) -> str:
    """Write a formula in one line of Unicode, with its decimals as they are."""
    from tutor.maths.line import LineFormatter
    from tutor.maths.parse import parse

    return _catch_recursion(lambda: LineFormatter().format(parse(latex)).strip())


@lru_cache(maxsize=2048)
def ascii_line(latex: str) -> str:
    """Write a formula in one line of ASCII.

    Raises:
        MathError: the LaTeX cannot be read.
    """
    from tutor.maths.ascii import AsciiFormatter
    from tutor.maths.parse import parse

    return _catch_recursion(lambda: AsciiFormatter().format(parse(latex)).strip())


def _catch_recursion(work: Callable[[], _Result]) -> _Result:
    """Return the result of `work`; raise a `MathError` if it recurses too deeply."""
    try:
        return work()
    except RecursionError:
        raise MathError("the formula is nested too deeply") from None
