"""Marks in the pictures of a state what the next step will work out, for the stages in which that step is shown."""

from collections.abc import Sequence
from dataclasses import replace

from tutor.sims.engine.chart import Diagram, Graph, Link, Node, Picture

SOUGHT = "?"
"""Stands for the value that the next step will give to a quantity that has none yet."""


def mark_upcoming(pictures: Sequence[Picture], after: Sequence[Picture]) -> tuple[Picture, ...]:
    """The pictures of a state with the boxes marked that are at work in `after`, the pictures of the next one.

    Every value stays as it is in the state, but a value that only the next one has is a question mark.
    """
    if len(pictures) != len(after):
        return tuple(pictures)
    return tuple(_mark_picture(*pair) for pair in zip(pictures, after, strict=True))


def has_marks(pictures: Sequence[Picture]) -> bool:
    """Whether a box of these pictures is marked as one that is at work."""
    return any(any(part.active for part in _parts_of(picture)) for picture in pictures)


def has_sought_value(pictures: Sequence[Picture]) -> bool:
    """Whether a question mark stands for a value in these pictures."""
    return any(text == SOUGHT for picture in pictures for part in _parts_of(picture) for _, text in part.rows)


def _mark_picture(picture: Picture, after: Picture) -> Picture:
    """A picture with the boxes marked that are at work in the next one; a chart or a network has no boxes."""
    if isinstance(picture, Graph) and isinstance(after, Graph) and len(picture.boxes) == len(after.boxes):
        boxes = zip(picture.boxes, after.boxes, strict=True)
        return replace(picture, boxes=tuple(replace(box, active=next_box.active) for box, next_box in boxes))
    if not isinstance(picture, Diagram) or not isinstance(after, Diagram):
        return picture
    if [*map(len, picture.columns)] != [*map(len, after.columns)]:
        return picture
    columns = tuple(
        tuple(_mark_box(*boxes) for boxes in zip(column, next_column, strict=True))
        for column, next_column in zip(picture.columns, after.columns, strict=True)
    )
    links = tuple(_mark_arrow(*arrows) for arrows in zip(picture.links, after.links, strict=True))
    return replace(picture, columns=columns, links=links)


def _mark_box(node: Node, after: Node) -> Node:
    """A box that is marked if it is at work in the next state."""
    return replace(node, active=after.active, rows=_mark_rows(node.rows, after.rows))


def _mark_arrow(link: Link, after: Link) -> Link:
    """An arrow that is marked if it is at work in the next state."""
    return replace(link, active=after.active, rows=_mark_rows(link.rows, after.rows))


def _mark_rows(rows: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Rows of names and values, with a question mark for each value that only the next state has."""
    texts_after = dict(after)
    return tuple((name, text or (SOUGHT if texts_after.get(name) else "")) for name, text in rows)


def _parts_of(picture: Picture) -> list[Node | Link]:
    """The boxes and arrows of a diagram, and of a graph its nodes as boxes."""
    if isinstance(picture, Graph):
        return [Node(box.name, active=box.active) for box in picture.boxes]
    if isinstance(picture, Diagram):
        return [node for column in picture.columns for node in column] + list(picture.links)
    return []
