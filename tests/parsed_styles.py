"""Style sheets that are parsed once in a process, for the thousands of apps that tests start in it."""

from typing import Any

import textual.app
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from tutor.screens.terminal import styles
from tutor.screens.terminal.styles import MAX_POSITIONS, QuickStylesheet, StyleMemory, empty_memory


def share_parsed_rules() -> None:
    """Let every style sheet of this process find what another one parsed from the same text with the same colours."""
    parse = Stylesheet._parse_rules
    parsed: dict[tuple[Any, ...], list[RuleSet]] = {}

    def parse_once(self: Stylesheet, *source: Any, **options: Any) -> list[RuleSet]:
        key = (source, tuple(options.items()), frozenset(self._variables.items()))
        if key not in parsed:
            parsed[key] = parse(self, *source, **options)
        return parsed[key]

    memories: dict[tuple[int, ...], StyleMemory] = {}

    def remember(rules: list[RuleSet]) -> StyleMemory:
        known = tuple(map(id, rules))  # rules that were parsed here stay, and with them their identities
        if known not in memories or len(memories[known].numbers) > MAX_POSITIONS:
            memories[known] = empty_memory(rules)
        return memories[known]

    setattr(Stylesheet, "_parse_rules", parse_once)  # noqa: B010
    setattr(styles, "empty_memory", remember)  # noqa: B010
    # What the course's app has; other apps of tests have it, too.
    setattr(textual.app, "Stylesheet", QuickStylesheet)  # noqa: B010
