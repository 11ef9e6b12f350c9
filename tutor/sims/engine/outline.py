"""Outlines a part of an image: the window that a step looks through, or the cell that it computes."""

from tutor.sims.engine.chart import Line, Role


def outline_square(top: float, left: float, side: float, label: str, role: Role) -> Line:
    """The outline of a square of an image or a table; `top` and `left` are its lowest y and x."""
    right, bottom = left + side, top + side
    return Line([left, right, right, left, left], [top, top, bottom, bottom, top], label, role)
