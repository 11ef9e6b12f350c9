"""A container for an expensive part of a page, whose contents are made after the text around it is painted."""

from textual.containers import Vertical

from tutor.widgets.deferred import call_after_paint


class LazyContainer(Vertical):
    """A container whose contents are made once, when its page becomes visible.

    Making them may take long: a simulation imports NumPy and plotext.
    """

    is_made = False
    """Whether `make` was called."""

    def on_show(self) -> None:
        """Make the contents now that the container is visible."""
        self.begin()

    def on_resize(self) -> None:
        """Make the contents now that the container has a size."""
        self.begin()

    def begin(self) -> None:
        """Make the contents after the next paint, unless that has been done."""
        if not self.is_made:
            call_after_paint(self, self._make_once)

    async def _make_once(self) -> None:
        """Make the contents, unless that is done: `begin` may have been called twice before the paint."""
        if not self.is_made:
            self.is_made = True
            await self.make()

    async def make(self) -> None:
        """Make the contents; a subclass overrides this."""
