"""Regular expressions that are compiled when first used, since few are needed before the first screen."""

import re
from functools import cached_property
from typing import Any, AnyStr, Generic, cast


class LazyPattern(Generic[AnyStr]):
    """A pattern that is compiled at its first use. A test compiles them all."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern
        self._flags = flags

    @cached_property
    def compiled(self) -> "re.Pattern[AnyStr]":
        """The compiled pattern; it is compiled at the first access."""
        return re.compile(self.pattern, self._flags)

    def __getattr__(self, name: str) -> Any:
        """An attribute of the compiled pattern, such as `search`; stored here, so that it is looked up only once."""
        value = getattr(self.compiled, name)
        setattr(self, name, value)
        return value


def compile_lazily(pattern: AnyStr, flags: int = 0) -> "re.Pattern[AnyStr]":
    """`pattern` as a regular expression that is compiled when first used; otherwise like `re.compile`."""
    return cast("re.Pattern[AnyStr]", LazyPattern(pattern, flags))
