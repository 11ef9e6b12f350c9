"""A picture in a lesson's text: one state of a simulation, drawn but not running."""

from textual.app import ComposeResult
from textual.containers import Vertical

from tutor.content.model import PictureBlock
from tutor.errors import ChainruleError
from tutor.widgets.lazy_container import LazyContainer
from tutor.widgets.literal import Static
from tutor.widgets.markdown.mathtext import MathText


class InlinePicture(LazyContainer):
    """A simulation's picture at a given state, with its caption."""

    DEFAULT_CSS = """
    InlinePicture {
        height: auto;
        margin-bottom: 1;
        & > .frame { height: 14; }
        & > .frame > PictureView { height: 1fr; }
        & > .caption { color: $text-muted; padding: 0 2; }
    }
    """

    def __init__(self, block: PictureBlock) -> None:
        super().__init__()
        self.block = block

    def compose(self) -> ComposeResult:
        """Yield space for the picture, and the caption; the picture is drawn once the text is painted."""
        yield Vertical(classes="frame")
        yield MathText(self.block.caption.text, classes="caption")

    async def make(self) -> None:
        """Draw the picture in its frame, or say there why it cannot be drawn."""
        from tutor.content.runs import picture_of
        from tutor.widgets.plots.plot import PictureView

        frame = self.query_one(".frame")
        try:
            picture = picture_of(self.block)
        except ChainruleError as error:
            await frame.mount(Static(f"! This picture cannot be drawn: {error}"))
            return
        await frame.mount(PictureView(picture))
