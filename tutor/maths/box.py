"""A box of text: lines of one width with a baseline, and the ways to put boxes together."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


def cell_width(text: str) -> int:
    """The number of terminal cells that `text` takes: combining marks none, wide East Asian letters two."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    """The number of cells that one character takes: 0, 1 or 2."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):  # combining marks and format characters
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of `width` cells each; `baseline` is the index of the line on which boxes side by side are aligned."""

    lines: tuple[str, ...]
    baseline: int
    width: int

    @property
    def height(self) -> int:
        """Number of lines."""
        return len(self.lines)

    @property
    def depth(self) -> int:
        """Number of lines below the baseline."""
        return len(self.lines) - 1 - self.baseline


def text_box(text: str) -> Box:
    """A box of one line."""
    return Box((text,), 0, cell_width(text))


EMPTY_BOX = text_box("")


def pad(box: Box, width: int, align: str = "c") -> Box:
    """Widen `box` to at least `width` cells; `align` puts its content to the left (l), centre (c) or right (r)."""
    missing_cells = width - box.width
    if missing_cells <= 0:
        return box
    left = {"l": 0, "c": missing_cells // 2, "r": missing_cells}[align]
    lines = tuple(" " * left + text + " " * (missing_cells - left) for text in box.lines)
    return Box(lines, box.baseline, width)


def join_horizontally(gaps_and_boxes: Iterable[tuple[int, Box]]) -> Box:
    """Join boxes from left to right on one baseline; each comes with the gap before it, in cells."""
    placed = list(gaps_and_boxes)
    lines_above_baseline = max((box.baseline for _, box in placed), default=0)
    lines_below_baseline = max((box.depth for _, box in placed), default=0)
    if lines_above_baseline == lines_below_baseline == 0:
        return text_box("".join(" " * gap + box.lines[0] for gap, box in placed))
    rows = [""] * (lines_above_baseline + 1 + lines_below_baseline)
    for gap, box in placed:
        top_row = lines_above_baseline - box.baseline
        for row in range(len(rows)):
            is_in_box = top_row <= row < top_row + box.height
            rows[row] += " " * gap + (box.lines[row - top_row] if is_in_box else " " * box.width)
    return Box(tuple(rows), lines_above_baseline, sum(gap + box.width for gap, box in placed))


def join_vertically(boxes: Sequence[Box], baseline: int, align: str = "c") -> Box:
    """Join boxes from top to bottom, padded to the widest; `baseline` is the index of the baseline in the result."""
    width = max((box.width for box in boxes), default=0)
    lines = tuple(text for box in boxes for text in pad(box, width, align).lines)
    return Box(lines, baseline, width)


def draw_fraction(numerator: Box, denominator: Box, overhang: int = 0) -> Box:
    """Draw a fraction with a bar `overhang` cells wider than its wider half, and at least three cells wide.

    A half is centred exactly only if its width and the bar's are both odd, or both even; otherwise it is half a cell
    too far left. So if both halves are odd in width, or both even, the bar is made the same.
    """
    bar_width = max(3, numerator.width + overhang, denominator.width + overhang)
    is_neither_centred = numerator.width % 2 == denominator.width % 2 != bar_width % 2
    if is_neither_centred:
        bar_width += 1
    bar = text_box("─" * bar_width)
    return join_vertically([numerator, bar, denominator], baseline=numerator.height)


def attach_scripts(base: Box, sub: Box | None, sup: Box | None) -> Box:
    """Draw `base` with `sup` to its right on lines above it, and `sub` to its right on lines below it."""
    script_width = max(sub.width if sub else 0, sup.width if sup else 0)
    base_lines = [text + " " * script_width for text in base.lines]
    sup_lines = [" " * base.width + text for text in pad(sup, script_width, "l").lines] if sup else []
    sub_lines = [" " * base.width + text for text in pad(sub, script_width, "l").lines] if sub else []
    width = base.width + script_width
    return Box((*sup_lines, *base_lines, *sub_lines), base.baseline + len(sup_lines), width)


def attach_corner_scripts(base: Box, sub: str, sup: str) -> Box:
    """Put `sup` to the right of the first of the several lines of `base`, and `sub` to the right of the last."""
    script_width = max(cell_width(sub), cell_width(sup))
    scripts = [sup, *[""] * (base.height - 2), sub]  # for each line, the script to its right
    lines = [
        line + script + " " * (script_width - cell_width(script))
        for line, script in zip(base.lines, scripts, strict=True)
    ]
    return Box(tuple(lines), base.baseline, base.width + script_width)


def draw_root(body: Box, index: str = "") -> Box:
    """Draw `body` under a root sign with a roof, and `index` in its crook.

    Over several lines the long stroke of the sign goes up one cell to the right in each line:

            ▁▁▁
           ╱ a
        ⁿ ╱ ───
        ╲╱   b
    """
    roof = "▁" * body.width
    if body.height == 1:
        sign_width = max(1, cell_width(index))
        lines = (index.rjust(sign_width) + roof, "√".rjust(sign_width) + body.lines[0])
        return Box(lines, 1, sign_width + body.width)
    height = body.height
    index_width = max(1, cell_width(index))
    sign_width = index_width + height
    sign_lines = [("╱" + " " * row).rjust(sign_width) for row in range(height)]  # from the top line to the bottom one
    sign_lines[-1] = ("╲╱" + " " * (height - 1)).rjust(sign_width)
    sign_lines[-2] = index.rjust(index_width) + sign_lines[-2][index_width:]  # the crook: above the short stroke ╲
    rows = [sign_line + text for sign_line, text in zip(sign_lines, body.lines, strict=True)]
    return Box((" " * sign_width + roof, *rows), body.baseline + 1, sign_width + body.width)


_TALL_BRACKETS = {
    "(": "⎛⎜⎝",
    ")": "⎞⎟⎠",
    "[": "⎡⎢⎣",
    "]": "⎤⎥⎦",
    "⌊": "⎢⎢⎣",
    "⌋": "⎥⎥⎦",
    "⌈": "⎡⎢⎢",
    "⌉": "⎤⎥⎥",
    "|": "│││",
    "‖": "║║║",
    "{": "⎧⎪⎩",
    "}": "⎫⎪⎭",
}
"""Bracket → its top, its middle and its bottom when it is several lines tall."""
_BRACE_MIDDLES = {"{": "⎨", "}": "⎬"}
"""Brace → its character in the middle line."""
_TWO_LINE_BRACES = {"{": "⎰⎱", "}": "⎱⎰"}
"""Brace → its two lines when it has no middle."""


def draw_bracket(bracket: str, height: int, baseline: int) -> Box:
    """Draw a bracket `height` lines tall, at least 2; a bracket that cannot grow remains one line, on the baseline."""
    if bracket not in _TALL_BRACKETS:
        return text_box(bracket)
    top, middle, bottom = tuple(_TALL_BRACKETS[bracket])
    rows = [top, *[middle] * (height - 2), bottom]
    if bracket in _TWO_LINE_BRACES and height == 2:
        rows = list(_TWO_LINE_BRACES[bracket])
    elif bracket in _BRACE_MIDDLES:
        rows[height // 2] = _BRACE_MIDDLES[bracket]
    return Box(tuple(rows), baseline, 1)


def insert_blank_lines(boxes: Sequence[Box]) -> list[Box]:
    """Insert an empty line between stacked boxes that could be taken for one, by their scripts or their height."""
    spaced = list(boxes[:1])
    for upper, lower in pairwise(boxes):
        scripts_meet = upper.depth > 0 and lower.baseline > 0  # below the upper baseline, above the lower one
        if scripts_meet or max(upper.height, lower.height) > 2:
            spaced.append(EMPTY_BOX)
        spaced.append(lower)
    return spaced


def draw_brace(width: int, *, is_over: bool) -> Box:
    """Draw a horizontal brace, at least three cells wide; its tip points up if it is over its body, otherwise down."""
    width = max(3, width)
    dashes = width - 3  # the two ends and the tip take three cells
    left = "─" * (dashes // 2)
    right = "─" * (dashes - len(left))
    return text_box(f"╭{left}┴{right}╮" if is_over else f"╰{left}┬{right}╯")


def draw_frame(body: Box) -> Box:
    """`body` in a frame."""
    edge = "─" * (body.width + 2)
    rows = (f"┌{edge}┐", *(f"│ {text} │" for text in body.lines), f"└{edge}┘")
    return Box(rows, body.baseline + 1, body.width + 4)
