"""`sim`: a simulation on screen, as JSON Lines, or as sentences."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutor.commands.openers import open_screen
from tutor.errors import UsageError, clip

if TYPE_CHECKING:
    from tutor.sims.base import Simulation
    from tutor.sims.parameters import Parameter

MOST = 1_000_000
"""The most steps a command may ask for."""


@click.command()
@click.argument("name", required=False)
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a parameter; may be repeated.")
@click.option("--seed", metavar="S", help="The seed: same seed, same run.")
@click.option("--step", type=int, default=0, help="Open at this step.")
@click.option("--steps", type=int, help="How many steps to print with --json or --plain.  [default: 10]")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one object a state.")
@click.option("--plain", is_flag=True, help="One paragraph of plain text a state.")
@click.option("--last", is_flag=True, help="Only the final state.")
@click.option("--list", "listing", is_flag=True, help="The simulations with their parameters.")
@click.pass_obj
def sim(
    folders: tuple[Path, ...],
    name: str | None,
    settings: tuple[str, ...],
    seed: str | None,
    step: int,
    steps: int | None,
    as_json: bool,
    plain: bool,
    last: bool,
    listing: bool,
) -> None:
    """Open the simulation NAME, or print its states."""
    if listing:
        return list_all(as_json)
    simulation = build(name, settings, seed)
    count = 10 if steps is None else steps
    for option, value in (("--step", step), ("--steps", count)):
        if not 0 <= value <= MOST:
            raise UsageError(f"{option} {value} cannot be used: give a whole number from 0 to {MOST:,}")
    if as_json:
        return print_json(simulation, count, last)
    if plain:
        return print_plain(simulation, count, last)
    raise SystemExit(open_screen("simulation", folders, simulation=simulation, step=steps or step))


def build(name: str | None, settings: tuple[str, ...], seed: str | None) -> "Simulation[Any]":
    """The simulation with `NAME=VALUE` settings.

    Raises:
        UsageError: an unknown simulation or parameter, or a value that cannot be used.
    """
    from tutor.sims.table import TABLE, find

    if name is None:
        raise UsageError("name a simulation: " + ", ".join(TABLE))
    rules = find(name)
    values: dict[str, object] = {} if seed is None else {"seed": seed}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(f"--set {clip(setting)} cannot be used: write --set name=value")
        values[key.strip()] = value.strip()
    return rules.build(**values)


def print_json(simulation: "Simulation[Any]", steps: int, last: bool) -> None:
    """Print the states as JSON Lines."""
    from itertools import islice

    from tutor.sims.record import record, run, state_after

    states = [state_after(simulation, steps)] if last else islice(run(simulation), steps + 1)
    for state in states:
        sys.stdout.write(json.dumps(record(simulation, state), ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def print_plain(simulation: "Simulation[Any]", steps: int, last: bool) -> None:
    """Print what there is to see at each state as text."""
    from tutor.plain.simulation import describe
    from tutor.sims.player import Player

    player = Player(simulation)
    print(f"{simulation.title}. One step is {simulation.unit}.")
    while player.position < steps and player.can_step:
        if not last:
            print("\n".join(["", *describe(player)]))
        player.step()
    print("\n".join(["", *describe(player)]))


def list_all(as_json: bool) -> None:
    """Print the simulations with parameters, ranges and defaults."""
    from tutor.sims.state import plain
    from tutor.sims.table import TABLE, find

    if as_json:
        print(json.dumps([plain(_entry(find(name))) for name in TABLE], ensure_ascii=False, indent=1))
        return
    for name in TABLE:
        rules = find(name)
        print(f"{name}: {rules.title}. {rules.summary} One step: {rules.unit}.")
        for item in rules.parameters().values():
            print(f"  {item.name}={default_text(item)}  {item.label}; {item.range_text}. {item.help}")


def default_text(item: "Parameter") -> str:
    """The default as one would type it after `--set name=`."""
    if isinstance(item.default, tuple):
        return ",".join(entry if isinstance(entry, str) else f"{entry:g}" for entry in item.default)
    return str(item.default).lower() if isinstance(item.default, bool) else str(item.default)


def _entry(rules: "type[Simulation[Any]]") -> dict[str, Any]:
    """What `--list --json` says of one simulation."""
    return {
        "simulation": rules.name,
        "title": rules.title,
        "summary": rules.summary,
        "unit": rules.unit,
        "parameters": [
            {
                "name": item.name,
                "label": item.label,
                "kind": item.kind,
                "default": item.default,
                "low": None if item.low == float("-inf") else item.low,
                "high": None if item.high == float("inf") else item.high,
                "choices": list(item.choices),
                "range": item.range_text,
                "help": item.help,
            }
            for item in rules.parameters().values()
        ],
        "presets": [
            {"name": preset.name, "kind": preset.kind, "reason": preset.reason, "set": preset.values}
            for preset in rules.presets
        ],
    }


COMMANDS = (sim,)
