"""A container for expensive parts of a page: the text around it is painted first."""

from textual.containers import Vertical

from tutor.widgets.deferred import call_after_paint


class LazyContainer(Vertical):
    """A part that is made once, when its page is seen: a simulation needs NumPy and plotext."""

    is_made = False
    """Whether `make` was called."""

    def on_show(self) -> None:
        """It is seen now."""
        self.begin()

    def on_resize(self) -> None:
        """It has a place now."""
        self.begin()

    def begin(self) -> None:
        """Make it after the next paint, if it was not made yet."""
        if not self.is_made:
            call_after_paint(self, self._make)

    async def _make(self) -> None:
        if not self.is_made:
            self.is_made = True
            await self.make()

    async def make(self) -> None:
        """Build the contents; a subclass overrides this."""
        raise NotImplementedError
