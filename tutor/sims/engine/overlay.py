"""Runs laid over each other: the pictures of several runs as one picture, where that can be read.

Lines and points of another run come into the same axes under its letter; bars stand in pairs. A field
of numbers or a diagram would cover the other, so those stay apart, side by side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tutor.sims.engine.chart import Bars, Chart, HeatMap, Label, Line, Mark, Picture, Points, Role, Shape

OVERLAY_ROLES: tuple[Role, ...] = ("muted", "tertiary", "accent", "bad")
"""What other runs are drawn in, as far as the picture does not use it itself."""

OVERLAY_SHAPES: tuple[Shape, ...] = ("ring", "square", "cross", "plus")
"""What their points are drawn as, likewise."""


@dataclass(frozen=True)
class RunPictures:
    """The pictures of one run, under a letter."""

    letter: str
    pictures: tuple[Picture, ...]


def overlay_runs(own: Sequence[Picture], others: Sequence[RunPictures]) -> tuple[Picture, ...]:
    """The pictures of a run with those of `others` over them, or after them where they cannot be laid over."""
    made: list[Picture] = []
    for index, picture in enumerate(own):
        mates = [(run.letter, run.pictures[index]) for run in others if index < len(run.pictures)]
        charts = [(letter, mate) for letter, mate in mates if isinstance(mate, Chart)]
        if isinstance(picture, Chart) and len(charts) == len(mates) and all(_alike(picture, it) for _, it in charts):
            made.append(_joined(picture, charts))
        else:
            made += [picture, *(_named(letter, mate) for letter, mate in mates if mate != picture)]
    return tuple(made)


def _alike(one: Chart, other: Chart) -> bool:
    """True when both can stand in one pair of axes without one hiding the other."""
    fields = [[mark for mark in chart.marks if isinstance(mark, HeatMap)] for chart in (one, other)]
    bars = [[tuple(mark.names) for mark in chart.marks if isinstance(mark, Bars)] for chart in (one, other)]
    return fields[0] == fields[1] and bars[0] == bars[1]


def _named(letter: str, picture: Picture) -> Picture:
    return replace(picture, title=f"{picture.title} · {letter}")


def _joined(own: Chart, others: Sequence[tuple[str, Chart]]) -> Chart:
    used = {mark.role for mark in own.marks if isinstance(mark, (Line, Points))}
    roles = [role for role in OVERLAY_ROLES if role not in used] or list(OVERLAY_ROLES)
    marks = list(own.marks)
    for place, (letter, chart) in enumerate(others):
        extra = list(_extra(own, chart, letter, roles[place % len(roles)]))
        marks = [_paired(mark, extra, letter) for mark in marks]
        marks += [mark for mark in extra if not isinstance(mark, Bars)]
    told = [f"{letter}: {chart.description}" for letter, chart in others if chart.description != own.description]
    return replace(
        own,
        marks=tuple(marks),
        description=" ".join([own.description, *told]),
        x_range=_wider([own.x_range, *(chart.x_range for _, chart in others)]),
        y_range=_wider([own.y_range, *(chart.y_range for _, chart in others)]),
    )


def _extra(own: Chart, other: Chart, letter: str, role: Role) -> Iterator[Mark]:
    """What the other run draws that this one does not."""
    used = {mark.shape for mark in own.marks if isinstance(mark, Points)}
    shape = next((shape for shape in OVERLAY_SHAPES if shape not in used), OVERLAY_SHAPES[0])
    for mark in other.marks:
        if mark in own.marks or isinstance(mark, (HeatMap, Label)):
            continue
        if isinstance(mark, Line):
            yield replace(mark, label=_letter(mark.label, letter), role=role)
        elif isinstance(mark, Points):
            yield replace(mark, label=_letter(mark.label, letter), role=role, shape=shape)
        else:
            yield mark


def _letter(label: str, letter: str) -> str:
    return f"{label} · {letter}" if label else letter


def _paired(mark: Mark, extra: Sequence[Mark], letter: str) -> Mark:
    """Bars beside those of the other run."""
    mate = next((other for other in extra if isinstance(other, Bars)), None)
    if not isinstance(mark, Bars) or mate is None:
        return mark
    width = len(mate.names)
    names, values, roles = list(mark.names), list(mark.values), list(mark.roles) or ["primary"] * len(mark.names)
    share = len(names) // width
    for index in reversed(range(width)):
        names.insert((index + 1) * share, f"{mate.names[index]} · {letter}")
        values.insert((index + 1) * share, mate.values[index])
        roles.insert((index + 1) * share, "muted")
    return replace(mark, names=names, values=values, roles=roles)


def _wider(ranges: Sequence[tuple[float, float] | None]) -> tuple[float, float] | None:
    """The range that holds all; none when one of them is open."""
    known = [item for item in ranges if item is not None]
    if len(known) < len(ranges):
        return None
    return min(low for low, _ in known), max(high for _, high in known)
