"""Recognises files that are not tables (JSON, HTML, …), so that the message can name their format."""

import csv
from collections.abc import Iterable
from pathlib import Path

from tutor.errors import UsageError
from tutor.patterns import compile_lazily
from tutor.sims.datasets.text_file import format_path

ONE_POINT_A_LINE = "write one point a line, such as 1.5,-0.3,1 (x1,x2,label)"
_SAMPLED_LINES = 20
"""Lines that decide on brackets and separators."""

_BEGINNINGS: tuple[tuple[str, str, str], ...] = (
    (r"\{\s*\"(?:params|train|weights|version)\"", "a saved network", "continue with it by --load"),
    (r"\{\s*[\"}]|\[\s*[{\"]", "JSON", f"not a table; {ONE_POINT_A_LINE}"),
    (r"\[\s*[\[(]", "a list in brackets (JSON or Python)", f"not a table; {ONE_POINT_A_LINE}"),
    (r"<[!?A-Za-z]", "HTML or XML", "not a table; export the table as CSV text"),
    (r"%PDF-|%!PS", "a PDF or PostScript document", "not a table; export the table as CSV text"),
    (r"\{\\rtf", "a document of a word processor", "not a table; export the table as CSV text"),
)
"""(pattern of a file's beginning, name, advice) for each format."""
_COMPILED_BEGINNINGS = tuple((compile_lazily(pattern), name, advice) for pattern, name, advice in _BEGINNINGS)
_LIST_ITEM = compile_lazily(r"\s*+(?:- )?\s*+[\[({]+\s*+[-+−.0-9]")
"""The beginning of a line such as `[1.5, -0.3, 1]`, or `- (1.5, -0.3, 1)` as in YAML."""
_NAMED_VALUE = compile_lazily(r"\s*+[A-Za-z_][A-Za-z_0-9]{0,20}\s*+[=:]\s*+[-+−.0-9]")
"""The beginning of a line such as `x1=1.5 x2=-0.3 label=1`."""
_OTHER_SEPARATORS = ":/&~^!_*،，；、·"
"""Separators that some files use and this program does not read; the message names the one that was found."""
_NUMBER = compile_lazily(r"[-+−]?(?:[0-9]++(?:[.,][0-9]*+)?|[.,][0-9]++)")


def refuse_other_formats(path: Path, text: str) -> None:
    """Refuse a text that is clearly something other than a table.

    Raises:
        UsageError: one line that says what it is.
    """
    beginning = text[:400].lstrip()
    for pattern, name, advice in _COMPILED_BEGINNINGS:
        if pattern.match(beginning):
            separator = ", " if advice.startswith("not") else "; "
            raise UsageError(f"{format_path(path)}: this is {name}{separator}{advice}")
    lines = _first_lines(text)
    if lines and all(_LIST_ITEM.match(line) for line in lines):
        raise UsageError(
            f"{format_path(path)}: the points stand in brackets; leave out the brackets, and {ONE_POINT_A_LINE}"
        )
    if lines and all(_NAMED_VALUE.match(line) for line in lines):
        raise UsageError(
            f"{format_path(path)}: every value has its name in front; {ONE_POINT_A_LINE}, with numbers alone"
        )


def refuse_open_quote(path: Path, line_number: int, line: str, separator: str) -> None:
    """Refuse a line in which a cell begins with a quotation mark that is not closed.

    Raises:
        UsageError: there is such a cell.
    """
    if _has_open_quote(line, separator):
        raise _open_quote_error(path, line_number)


def _has_open_quote(line: str, separator: str) -> bool:
    """Whether a cell of the line begins with a quotation mark that is not closed on it.

    The number of marks does not tell: in `5" x,"6,1` the first one closes nothing, and the second one is open.
    """
    if '"' not in line:  # the usual case, and quicker than parsing
        return False
    reader = csv.reader([line, ""], delimiter=separator, skipinitialspace=True)
    next(reader, None)
    return reader.line_num > 1  # a quote that is open goes on in the next line


def _open_quote_error(path: Path, line_number: int) -> UsageError:
    """The error for a cell whose quotation mark is not closed."""
    return UsageError(
        f"{format_path(path)}:{line_number}: a quotation mark is opened and not closed on this line; "
        "close it, or leave it out"
    )


def no_points_error(path: Path, lines: list[tuple[int, str]], separators: Iterable[str]) -> UsageError:
    """The error for a table in which none of `separators` gives a cell that is a number.

    `lines` are (line number, line).
    """
    for line_number, line in lines:
        if any(_has_open_quote(line, separator) for separator in separators):
            return _open_quote_error(path, line_number)
    error = _other_separator_error(path, lines, "")
    if error is not None:
        return error
    return UsageError(f"{format_path(path)}: there are no points; write lines such as 1.5,-0.3,1 (x1,x2,label)")


def refuse_other_separators_between_blanks(path: Path, lines: list[tuple[int, str]]) -> None:
    """Refuse lines such as `1.5 & 2 & 0`, which would be split at blanks into five cells.

    Raises:
        UsageError: one of `_OTHER_SEPARATORS` is between the cells of all lines.
    """
    error = _other_separator_error(path, lines, " ")
    if error:
        raise error


def _other_separator_error(path: Path, lines: list[tuple[int, str]], padding: str) -> UsageError | None:
    """The error for cells that are separated by one of `_OTHER_SEPARATORS`; `None` if they are not.

    `lines` are (line number, line); `padding` is the text on both sides of the separator, a blank or nothing.
    """
    sample = [line for _, line in lines[1:_SAMPLED_LINES]]  # without the first one, which may be a header
    for separator in _OTHER_SEPARATORS:
        if sample and all(_looks_like_point(line.split(f"{padding}{separator}{padding}")) for line in sample):
            return UsageError(
                f"{format_path(path)}: the cells are separated by '{separator}'; separate them by commas, semicolons, "
                "tabs, vertical bars or blanks"
            )
    return None


def _looks_like_point(cells: list[str]) -> bool:
    """True for three cells or more, two of them numbers."""
    numbers = sum(bool(_NUMBER.fullmatch(cell.strip())) for cell in cells)
    return len(cells) >= 3 and numbers >= 2


def _first_lines(text: str) -> list[str]:
    """A few lines from the beginning of a text, without empty ones."""
    return [line for line in text[:4000].splitlines() if line.strip()][:_SAMPLED_LINES]
