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
    """Widen `box` to `width` cells; `align` puts its content to the left (l), centre (c) or right (r)."""
    missing = width - box.width
    if missing <= 0:
        return box
    left = {"l": 0, "c": missing // 2, "r": missing}[align]
    lines = tuple(" " * left + text + " " * (missing - left) for text in box.lines)
    return Box(lines, box.baseline, width)


def join_horizontally(gaps_and_boxes: Iterable[tuple[int, Box]]) -> Box:
    """Join boxes from left to right on one baseline; each comes with the gap before it, in cells."""
    parts = list(gaps_and_boxes)
    above = max((box.baseline for _, box in parts), default=0)
    below = max((box.depth for _, box in parts), default=0)
    if above == below == 0:
        return text_box("".join(" " * gap + box.lines[0] for gap, box in parts))
    rows = [""] * (above + 1 + below)
    for gap, box in parts:
        top_row = above - box.baseline
        for row in range(len(rows)):
            is_in_box = top_row <= row < top_row + box.height
            rows[row] += " " * gap + (box.lines[row - top_row] if is_in_box else " " * box.width)
    return Box(tuple(rows), above, sum(gap + box.width for gap, box in parts))


def join_vertically(boxes: Sequence[Box], baseline: int, align: str = "c") -> Box:
    """Join boxes from top to bottom, padded to the widest; `baseline` is the index of the baseline in the result."""
    width = max((box.width for box in boxes), default=0)
    lines = tuple(text for box in boxes for text in pad(box, width, align).lines)
    return Box(lines, baseline, width)


def draw_fraction(top: Box, bottom: Box, overhang: int = 0) -> Box:
    """Draw `top` over `bottom`, with a bar `overhang` cells wider than the wider one, and at least three cells wide.

    A part is centred exactly only if its width and the bar's are both odd, or both even; otherwise it is half a cell
    too far left. So if `top` and `bottom` are both odd in width, or both even, the bar is made the same.
    """
    bar_width = max(3, top.width + overhang, bottom.width + overhang)
    is_neither_centred = top.width % 2 == bottom.width % 2 != bar_width % 2
    if is_neither_centred:
        bar_width += 1
    return join_vertically([top, text_box("─" * bar_width), bottom], top.height)


def attach_scripts(base: Box, sub: Box | None, sup: Box | None) -> Box:
    """`base` with `sup` raised and `sub` lowered to its right."""
    script_width = max(sub.width if sub else 0, sup.width if sup else 0)
    lines = [text + " " * script_width for text in base.lines]
    above = [" " * base.width + text for text in pad(sup, script_width, "l").lines] if sup else []
    below = [" " * base.width + text for text in pad(sub, script_width, "l").lines] if sub else []
    return Box((*above, *lines, *below), base.baseline + len(above), base.width + script_width)


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
    strokes = [("╱" + " " * row).rjust(sign_width) for row in range(height)]  # from the top line to the bottom one
    strokes[-1] = ("╲╱" + " " * (height - 1)).rjust(sign_width)
    strokes[-2] = index.rjust(index_width) + strokes[-2][index_width:]  # the crook: above the short stroke ╲
    rows = [stroke + text for stroke, text in zip(strokes, body.lines, strict=True)]
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
"""Brace → its sign in the middle line."""
_TWO_LINE_BRACES = {"{": "⎰⎱", "}": "⎱⎰"}
"""Brace → its two lines when it has no middle."""


def draw_bracket(sign: str, height: int, baseline: int) -> Box:
    """Draw a bracket `height` lines tall, at least 2; a sign that cannot grow remains one line, on the baseline."""
    if sign not in _TALL_BRACKETS:
        return text_box(sign)
    top, middle, bottom = tuple(_TALL_BRACKETS[sign])
    rows = [top, *[middle] * (height - 2), bottom]
    if sign in _TWO_LINE_BRACES and height == 2:
        rows = list(_TWO_LINE_BRACES[sign])
    elif sign in _BRACE_MIDDLES:
        rows[height // 2] = _BRACE_MIDDLES[sign]
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
    left = (width - 3) // 2
    right = width - 3 - left
    if is_over:
        return text_box("╭" + "─" * left + "┴" + "─" * right + "╮")
    return text_box("╰" + "─" * left + "┬" + "─" * right + "╯")


def draw_frame(body: Box) -> Box:
    """`body` in a frame."""
    edge = "─" * (body.width + 2)
    rows = (f"┌{edge}┐", *(f"│ {text} │" for text in body.lines), f"└{edge}┘")
    return Box(rows, body.baseline + 1, body.width + 4)
