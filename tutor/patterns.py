"""Regular expressions that are compiled when they are first used: few are before the first screen is painted."""

import re
from functools import cached_property
from typing import Any, AnyStr, Generic, cast


class Late(Generic[AnyStr]):
    """A pattern that is compiled once something is asked of it. A test over all of them sees that each compiles."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern
        self._flags = flags

    @cached_property
    def compiled(self) -> "re.Pattern[AnyStr]":
        """The pattern itself."""
        return re.compile(self.pattern, self._flags)

    def __getattr__(self, name: str) -> Any:
        """What the compiled pattern has by that name; it is found without this the next time."""
        found = getattr(self.compiled, name)
        setattr(self, name, found)
        return found


def late(pattern: AnyStr, flags: int = 0) -> "re.Pattern[AnyStr]":
    """`pattern`, to be used like what `re.compile` gives."""
    return cast("re.Pattern[AnyStr]", Late(pattern, flags))
