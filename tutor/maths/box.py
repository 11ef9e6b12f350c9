"""A box of text: lines of one width with a baseline, and the ways to put boxes together."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


def cell_width(text: str) -> int:
    """The number of terminal cells that `text` takes: combining marks none, wide East Asian letters two."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of `width` cells each; `baseline` is the index of the line that neighbours align with."""

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
    """`box` made `width` wide, its content to the l(eft), c(entre) or r(ight)."""
    spare = width - box.width
    if spare <= 0:
        return box
    left = {"l": 0, "c": spare // 2, "r": spare}[align]
    lines = tuple(" " * left + text + " " * (spare - left) for text in box.lines)
    return Box(lines, box.baseline, width)


def join_horizontally(parts: Iterable[tuple[int, Box]]) -> Box:
    """Boxes from left to right on one baseline, each after a gap in cells."""
    parts = list(parts)
    above = max((box.baseline for _, box in parts), default=0)
    below = max((box.depth for _, box in parts), default=0)
    if above == below == 0:
        return text_box("".join(" " * gap + box.lines[0] for gap, box in parts))
    rows = [""] * (above + 1 + below)
    for gap, box in parts:
        first = above - box.baseline
        for place in range(len(rows)):
            inside = 0 <= place - first < box.height
            rows[place] += " " * gap + (box.lines[place - first] if inside else " " * box.width)
    return Box(tuple(rows), above, sum(gap + box.width for gap, box in parts))


def join_vertically(boxes: Sequence[Box], baseline: int, align: str = "c") -> Box:
    """Boxes from top to bottom; `baseline` is a line of the result."""
    width = max((box.width for box in boxes), default=0)
    lines = tuple(text for box in boxes for text in pad(box, width, align).lines)
    return Box(lines, baseline, width)


def draw_fraction(top: Box, bottom: Box, spare: int = 0) -> Box:
    """`top` over `bottom` with a bar at least three wide and `spare` wider than both."""
    width = max(3, top.width + spare, bottom.width + spare)
    return join_vertically([top, text_box("─" * width), bottom], top.height)


def attach_scripts(base: Box, sub: Box | None, sup: Box | None) -> Box:
    """`base` with `sup` raised and `sub` lowered to its right."""
    width = max(sub.width if sub else 0, sup.width if sup else 0)
    lines = [text + " " * width for text in base.lines]
    above = [" " * base.width + text for text in pad(sup, width, "l").lines] if sup else []
    below = [" " * base.width + text for text in pad(sub, width, "l").lines] if sub else []
    return Box((*above, *lines, *below), base.baseline + len(above), base.width + width)


def attach_corner_scripts(base: Box, sub: str, sup: str) -> Box:
    """`base` of several lines with small characters beside its last and its first line."""
    width = max(cell_width(sub), cell_width(sup))
    texts = [""] * base.height
    texts[0], texts[-1] = (sup + sub, "") if base.height == 1 else (sup, sub)
    rows = zip(base.lines, texts, strict=True)
    lines = tuple(row + text + " " * (width - cell_width(text)) for row, text in rows)
    return Box(lines, base.baseline, base.width + width)


def draw_root(body: Box, index: str = "") -> Box:
    """Draw `body` under a root sign with a roof, and `index` in its crook."""
    roof = "▁" * body.width
    if body.height == 1:
        room = max(1, cell_width(index))
        lines = (index.rjust(room) + roof, "√".rjust(room) + body.lines[0])
        return Box(lines, 1, room + body.width)
    height = body.height
    room = max(1, cell_width(index)) + height
    strokes = [("╱" + " " * place).rjust(room) for place in range(height)]
    strokes[-1] = ("╲╱" + " " * (height - 1)).rjust(room)
    strokes[-2] = index.rjust(room - height) + strokes[-2][room - height :]
    rows = [stroke + text for stroke, text in zip(strokes, body.lines, strict=True)]
    return Box((" " * room + roof, *rows), body.baseline + 1, room + body.width)


_TALL = {
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
_PAIR = {"{": "⎰⎱", "}": "⎱⎰"}
"""Brace → its two lines when it has no middle."""


def draw_bracket(sign: str, height: int, baseline: int) -> Box:
    """Draw a bracket `height` lines tall, at least 2; one that cannot grow is put on the baseline."""
    if sign not in _TALL:
        return text_box(sign)
    shape = _TALL[sign]
    rows = [shape[0], *[shape[1]] * (height - 2), shape[2]]
    if sign in _PAIR and height == 2:
        rows = list(_PAIR[sign])
    elif sign in _BRACE_MIDDLES:
        rows[height // 2] = _BRACE_MIDDLES[sign]
    return Box(tuple(rows), baseline, 1)


def insert_blank_lines(boxes: Sequence[Box]) -> list[Box]:
    """`boxes` with an empty line between two that could be read as one."""
    result = list(boxes[:1])
    for upper, lower in pairwise(boxes):
        if (upper.depth and lower.baseline) or max(upper.height, lower.height) > 2:
            result.append(EMPTY_BOX)
        result.append(lower)
    return result


def draw_brace(width: int, over: bool) -> Box:
    """A brace lying on its side, at least three wide."""
    width = max(3, width)
    left = (width - 3) // 2
    right = width - 3 - left
    if over:
        return text_box("╭" + "─" * left + "┴" + "─" * right + "╮")
    return text_box("╰" + "─" * left + "┬" + "─" * right + "╯")


def draw_frame(body: Box) -> Box:
    """`body` in a frame."""
    rule = "─" * (body.width + 2)
    rows = (f"┌{rule}┐", *(f"│ {text} │" for text in body.lines), f"└{rule}┘")
    return Box(rows, body.baseline + 1, body.width + 4)
