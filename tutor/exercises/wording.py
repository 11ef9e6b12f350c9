"""Formats a verdict on code as lines of text."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tutor.exercises.raised import RaisedError
from tutor.exercises.report import FailedCase, Report
from tutor.maths.box import cell_width
from tutor.sandbox.guards import ALL_GUARDS
from tutor.text.numbers import format_number, format_roughly
from tutor.text.sentences import join_words

MAX_SHOWN_NUMBERS = 24
"""Numbers of an array that are shown."""
FIRST_SHOWN_NUMBERS = 6
"""Numbers that are shown of an array with more than that."""
FIGURES = 10
"""Significant figures of a number."""
MAX_CODE_WITH_CARET = 60
"""The most characters of a line that gets a caret; a longer one is wrapped, so that the caret would be misplaced."""


def verdict_lines(
    report: Report, *, is_drawn_elsewhere: bool = False, to_plain_text: Callable[[str], str] = str
) -> list[str]:
    """Format the verdict: success, or the first fault with the inputs that show it.

    Args:
        report: the verdict.
        is_drawn_elsewhere: whether the caller shows pictures and times itself, so that the lines leave them out.
        to_plain_text: converts Markdown to text; the message for a known mistake is Markdown.
    """
    message = to_plain_text(report.message) if is_markdown(report) else report.message
    lines = [f"{verdict_word(report)}: {message}"]
    if report.error is not None:
        lines += _error_lines(report.error)
        if report.failed is not None:  # it was raised in a call
            lines.append(f"  called as  {report.failed.case}")
        if report.failed is not None and report.mistake:
            lines.append(f"  besides    {to_plain_text(report.mistake)}")
    elif report.failed is not None:
        lines += _case_lines(report.failed, report.message, with_values=report.answer_display is None)
    if not report.passed and report.score:
        lines.append(f"  right: {round(report.score * report.cases)} of {report.cases} cases")
    if report.answer_display is not None and not is_drawn_elsewhere:
        lines += [f"  {line}".rstrip() for line in report.answer_display.lines]
    if report.passed and not is_drawn_elsewhere:
        yours, ours = format_milliseconds(report.seconds), format_milliseconds(report.ours_seconds)
        lines.append(f"  time for all of them: {yours}; ours: {ours}")
    if report.printed:
        lines += ["It printed:", *(f"  {line}" for line in report.printed.rstrip("\n").split("\n"))]
    missing_guards = [name for name in ALL_GUARDS if name not in report.guards]
    if missing_guards:
        unguarded = join_words([_GUARDED_AGAINST[name] for name in missing_guards], "or")
        lines.append(f"Take care: on this machine nothing keeps your code from {unguarded}.")
    return lines


def verdict_word(report: Report) -> str:
    """The word before the message."""
    return "Passed" if report.passed else "Not yet"


def is_markdown(report: Report) -> bool:
    """Whether the message is the author's text for a known mistake."""
    return report.mistake is not None and report.message == report.mistake


_GUARDED_AGAINST = {
    "time": "running on",
    "memory": "taking all the memory",
    "files": "reading and writing files",
    "network": "using the network",
    "processes": "starting programs",
}
"""Guard of the sandbox → what it keeps code from."""


def format_milliseconds(seconds: float) -> str:
    """A short time, written in milliseconds: `1.2 ms`."""
    return f"{format_roughly(1000 * seconds)} ms"


def _error_lines(error: RaisedError) -> Iterator[str]:
    """The failing line, a caret where Python stopped reading, and the values of its names."""
    code = error.code.strip()
    if not code or error.line is None:
        return
    label = f"line {error.line}"
    prefix = f"  {label:<9}  "
    yield prefix + code
    indentation = len(error.code) - len(error.code.lstrip())
    caret_index = (error.column or 0) - 1 - indentation  # in `code`; a column counts from 1; negative without one
    if 0 <= caret_index <= len(code) <= MAX_CODE_WITH_CARET:
        cells_before_caret = len(prefix) + cell_width(code[:caret_index])
        yield " " * cells_before_caret + "^"
    if error.values:
        yield f"  {'here':<9}  {error.named_values()}"


def _case_lines(failed: FailedCase, message: str, *, with_values: bool) -> Iterator[str]:
    """The call, both answers if these are to be shown and look different, and what is wrong, unless `message` said it.

    Args:
        failed: the case.
        message: the line above these.
        with_values: False where a picture shows the answers.
    """
    yield f"  called as  {failed.case}"
    yours, wanted = format_value(failed.yours), format_value(failed.expected)
    if with_values and yours != wanted:
        yield f"  yours      {yours}"
        yield f"  wanted     {wanted}"
    if failed.why != message:
        yield f"  {failed.why}"


def format_value(value: Any) -> str:
    """Format a value on one line, cutting it if long."""
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.size > MAX_SHOWN_NUMBERS:
            first_numbers = array.ravel()[:FIRST_SHOWN_NUMBERS].real  # of complex numbers the real parts are enough
            listed = ", ".join(format_number(float(number), FIGURES) for number in first_numbers)
            return f"array of shape {array.shape}: {listed} …"
        return _format_nested(array.tolist())
    if value is None:
        return "None"
    if isinstance(value, (list, tuple)):
        items = [format_value(item) for item in value[:MAX_SHOWN_NUMBERS]]
        if len(value) > MAX_SHOWN_NUMBERS:
            items.append("…")
        left, right = ("(", ")") if isinstance(value, tuple) else ("[", "]")
        return f"{left}{', '.join(items)}{right}"
    return format_number(value, FIGURES) if isinstance(value, (bool, int, float, str)) else str(value)


def _format_nested(value: Any) -> str:
    """Format a number, or a list of numbers or of such lists."""
    if isinstance(value, list):
        return f"[{', '.join(_format_nested(item) for item in value)}]"
    return format_number(value, FIGURES)
