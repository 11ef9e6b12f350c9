"""The error of this package, apart from the rest so that naming it costs no import of the layout."""


class MathError(ValueError):
    """A formula cannot be read; the message is one line that names the trouble."""
