"""Options that contradict each other, and options that mean nothing alone: each is refused in one line."""

from typing import NamedTuple

import click

from tutor.errors import UsageError


class Refused(NamedTuple):
    """Two options that cannot be given together."""

    first: str
    second: str
    why: str = "give one of them"


class Needed(NamedTuple):
    """An option that means something only beside one of the others."""

    option: str
    others: tuple[str, ...]


PRINTS_ALL = "--list prints every simulation as it is"
OWN_LINES = "each line of --batch brings its own"
REFUSED: dict[str, tuple[Refused, ...]] = {
    "learn": (Refused("--watch", "--plain", "--watch shows a lesson on the screen; leave --plain out"),),
    "sim": (
        Refused("--json", "--plain"),
        Refused("--step", "--steps", "--step opens the screen at a step, --steps says how many are printed"),
        Refused("--data", "--load", "a saved network brings its own points"),
        *(
            Refused("--list", other, PRINTS_ALL)
            for other in (
                *("--set", "--seed", "--change", "--data", "--scale", "--columns", "--load", "--save", "--force"),
                *("--step", "--steps", "--plain", "--last", "NAME"),
            )
        ),
    ),
    "grade": tuple(
        Refused("--batch", other, OWN_LINES)
        for other in ("--expected", "--answer", "--rtol", "--atol", "--assume", "KIND")
    ),
    "progress": (Refused("--json", "--markdown"), Refused("--json", "--csv"), Refused("--markdown", "--csv")),
    "settings": (Refused("--init", "--json", "--init writes a file, --json prints what is in effect"),),
}
"""Command → what it refuses."""

NEEDED: dict[str, tuple[Needed, ...]] = {
    "sim": (
        Needed("--last", ("--json", "--plain")),
        Needed("--scale", ("--data",)),
        Needed("--columns", ("--data",)),
        Needed("--force", ("--save",)),
    ),
    "ask": (Needed("--exit-code", ("--answer",)),),
}
"""Command → options that need another."""


class Command(click.Command):
    """A command that refuses contradictions, and an option that is given twice but counts once."""

    def make_parser(self, ctx: click.Context) -> "click.parser._OptionParser":
        """The parser, which also looks for repetitions."""
        parser = super().make_parser(ctx)
        parse = parser.parse_args

        def parse_once(args: list[str]) -> tuple[dict[str, object], list[str], list[click.Parameter]]:
            options, rest, order = parse(args)
            for parameter in order:
                once = isinstance(parameter, click.Option) and not (parameter.multiple or parameter.is_flag)
                if once and order.count(parameter) > 1:
                    raise UsageError(f"{parameter.opts[0]} is given {order.count(parameter)} times; give it once")
            return options, rest, order

        parser.parse_args = parse_once  # type: ignore[method-assign]  # click has no hook between parsing and values
        return parser

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, then see whether they go together."""
        rest = super().parse_args(ctx, args)
        if not ctx.resilient_parsing:
            check(self.name or "", self._given(ctx))
        return rest

    def _given(self, ctx: click.Context) -> set[str]:
        """What the command line has, as `--option` or ARGUMENT."""
        line = click.core.ParameterSource.COMMANDLINE
        found = [item for item in self.params if item.name and ctx.get_parameter_source(item.name) is line]
        return {_spelt(item, ctx) for item in found if ctx.params.get(item.name or "") not in (None, ())}


def _spelt(parameter: click.Parameter, ctx: click.Context) -> str:
    if isinstance(parameter, click.Argument):
        return (parameter.name or "").upper()
    return next(name for name in parameter.opts if name.startswith("--"))


def check(command: str, given: set[str]) -> None:
    """See whether what was given to a command goes together.

    Raises:
        UsageError: it contradicts itself, or something in it means nothing alone.
    """
    for pair in REFUSED.get(command, ()):
        if {pair.first, pair.second} <= given:
            raise UsageError(f"{pair.first} and {pair.second} cannot be given together: {pair.why}")
    for need in NEEDED.get(command, ()):
        if need.option in given and not given & set(need.others):
            raise UsageError(f"{need.option} means nothing alone; add {' or '.join(need.others)}, or leave it out")
