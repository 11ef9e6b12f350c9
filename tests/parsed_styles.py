"""Style sheets that are parsed once in a process, for the thousands of apps that tests start in it."""

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


def share_parsed_rules() -> None:
    """Let every style sheet of this process find what another one parsed from the same text with the same colours."""
    parse = Stylesheet._parse_rules
    parsed: dict[tuple[Any, ...], list[RuleSet]] = {}

    def parse_once(self: Stylesheet, *source: Any, **options: Any) -> list[RuleSet]:
        key = (source, tuple(options.items()), frozenset(self._variables.items()))
        if key not in parsed:
            parsed[key] = parse(self, *source, **options)
        return parsed[key]

    Stylesheet._parse_rules = parse_once  # type: ignore[method-assign]
