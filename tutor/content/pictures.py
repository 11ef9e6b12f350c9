"""The state that a picture in a lesson stands at, and the picture drawn of it, as data."""

from typing import TYPE_CHECKING

from tutor.content.model import PictureBlock
from tutor.errors import ChainruleError

if TYPE_CHECKING:
    from tutor.sims.engine.chart import Picture


def picture_of(block: PictureBlock) -> "Picture":
    """What `block` shows.

    Raises:
        ChainruleError: its simulation cannot be run so, or draws no picture of that number.
    """
    from tutor.questions.runs import view_at
    from tutor.sims.table import find

    pictures = view_at(find(block.name).build(**block.values), block.step).pictures
    if block.chart >= len(pictures):
        there = f"give a number from 0 to {len(pictures) - 1}" if pictures else "it draws none here"
        raise ChainruleError(f"chart: {block.name} has no picture {block.chart} at step {block.step}; {there}")
    return pictures[block.chart]
