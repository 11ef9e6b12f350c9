"""`sim`: a simulation on screen, as JSON Lines, or as sentences."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from tutor.commands.command import Command, Conflict, Requirement
from tutor.commands.launcher import open_screen, wants_plain
from tutor.commands.parameters import WHOLE, complete_simulations
from tutor.errors import UsageError
from tutor.files import is_standard_stream
from tutor.text.output import lacks_formulas, say, say_json, warn
from tutor.text.sentences import join_sentences

if TYPE_CHECKING:
    from tutor.sims.engine.player import Player
    from tutor.sims.engine.simulation import Simulation

RUN_SECONDS = 600.0
"""Seconds of processor time for a run whose steps are taken by a learner's code."""
MAX_COMMAND_STEPS = 1_000_000
"""The most steps a command may ask for."""
DEFAULT_STEPS = 10
NOT_WITH_LIST = (
    *("--set", "--seed", "--change", "--data", "--scale", "--columns", "--load", "--save", "--force"),
    *("--step", "--steps", "--plain", "--last", "--code", "NAME"),
)
"""What cannot be combined with --list."""
SIM_CONFLICTS = (
    Conflict("--json", "--plain"),
    Conflict("--step", "--steps", "--step opens the screen at a step, --steps says how many are printed"),
    Conflict("--data", "--load", "a saved network brings its own points"),
    Conflict("--code", "--save", "what is saved is a run of the program's own"),
    *(Conflict("--list", other, "--list prints every simulation as it is") for other in NOT_WITH_LIST),
)
SIM_REQUIREMENTS = (
    Requirement("--last", ("--json", "--plain")),
    Requirement("--scale", ("--data",)),
    Requirement("--columns", ("--data",)),
    Requirement("--force", ("--save",)),
    Requirement("--code", ("--json", "--plain")),
)


@click.command(
    cls=Command,
    examples=(
        "chainrule sim adam --set optimizer=momentum",
        "chainrule sim softmax --plain --steps 3",
        "chainrule sim conv-cost --set kernels=125 --steps 20 --json --last",
        "chainrule sim --list",
    ),
    conflicts=SIM_CONFLICTS,
    requirements=SIM_REQUIREMENTS,
)
@click.argument("name", required=False, shell_complete=complete_simulations)
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a parameter; may be repeated.")
@click.option("--seed", metavar="S", help="The seed: same seed, same run.")
@click.option("--change", "changes", multiple=True, metavar="STEP:NAME=VALUE", help="Change a parameter at a step.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="playground: points from a table (x1,x2,label), or pack:NAME/FILE.",
)
@click.option("--scale", is_flag=True, help="playground: stretch the points of --data to fit the plane.")
@click.option("--columns", default="", metavar="X1,X2,LABEL", help="playground: which columns of --data to take.")
@click.option("--load", type=click.Path(path_type=Path), help="playground: continue with a saved network (JSON).")
@click.option("--save", type=click.Path(path_type=Path), help="playground: save the network at the end (JSON).")
@click.option("--force", is_flag=True, help="With --save: replace an earlier file of that name.")
@click.option("--code", type=click.Path(path_type=Path), help="Take the steps by the functions in this file of yours.")
@click.option("--step", type=WHOLE, help="Open at this step.")
@click.option("--steps", type=WHOLE, help="How many steps to print with --json or --plain.  [default: 10]")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one object for each state.")
@click.option("--plain", is_flag=True, help="A paragraph of plain text for each state.")
@click.option("--last", is_flag=True, help="Only the final state.")
@click.option("--list", "listing", is_flag=True, help="The simulations with their parameters.")
@click.pass_obj
def sim(
    folders: tuple[Path, ...],
    name: str | None,
    settings: tuple[str, ...],
    seed: str | None,
    changes: tuple[str, ...],
    data: Path | None,
    scale: bool,
    columns: str,
    load: Path | None,
    save: Path | None,
    force: bool,
    code: Path | None,
    step: int | None,
    steps: int | None,
    as_json: bool,
    plain: bool,
    last: bool,
    listing: bool,
) -> None:
    """Open the simulation NAME, or print its states."""
    if listing:
        return list_simulations(as_json)
    from tutor.sims.engine.command_line import read_values

    values = read_values(settings, seed)
    # Without any option that says what to print, a reader of plain text takes the steps herself.
    is_by_hand = not (as_json or plain or last) and step is None and steps is None and wants_plain()
    plain = plain or (not as_json and wants_plain())
    files = FileOptions(data=find_data(data), scale=scale, columns=columns, load=load, on_screen=not (as_json or plain))
    simulation = build_simulation(name, values, files)
    if save is not None:
        check_save(simulation.name, save, force=force)
    step_count = DEFAULT_STEPS if step is None else step  # how many are printed, unless --steps says so
    if steps is not None:
        step_count = steps
    for option, value in (("--step", step or 0), ("--steps", step_count)):
        if not 0 <= value <= MAX_COMMAND_STEPS:
            raise UsageError(f"{option} {value} cannot be used: give a whole number from 0 to {MAX_COMMAND_STEPS:,}")
    simulation_to_run = simulation if code is None else drive_by_file(simulation, code, folders)
    player = start_run(simulation_to_run, changes)
    if simulation.data_notice and as_json:
        warn(simulation.data_notice)
    exit_code = 0
    end_ahead = None  # (simulation, state) at the end, if that is computed while the player stays at the beginning
    if as_json and last and code is None:
        end_ahead = print_last_state(player, step_count)
    elif as_json:
        # For a run by the learner's code, each line also says how it differs from the program's own run.
        program_run = None if code is None else start_run(simulation, changes)
        print_states(player, step_count, program_run, only_last=last)
    elif is_by_hand:
        step_by_hand(player)
    elif plain:
        print_sentences(player, step_count, only_last=last)
    else:
        player.jump(steps or step or 0)
        exit_code = open_screen("simulation", folders, player=player)
    if save is not None:
        final_simulation, final_state = end_ahead or (player.simulation, player.state)
        require_file_module(simulation.name).save(final_simulation, final_state, save, force=force)
    simulation.prepare()  # last: what it compiles in the background is for the next start
    raise SystemExit(exit_code)


def find_data(data: Path | None) -> Path | None:
    """The path of the data file that `--data` names, as a path or as `pack:NAME/FILE`."""
    if data is None:
        return None
    from tutor.packs.installed import asset_path

    return asset_path(data)


@dataclass(frozen=True)
class FileOptions:
    """The options by which the playground takes points or a network from a file."""

    data: Path | None
    """The file of `--data`."""
    scale: bool
    """Whether its points are stretched to fit the plane."""
    columns: str
    """Which of its columns are x1, x2 and label, as typed; "" to find that out."""
    load: Path | None
    """The file with a saved network."""
    on_screen: bool
    """Whether a screen is opened, which needs standard input for its keys."""


def build_simulation(name: str | None, values: dict[str, object], files: FileOptions) -> "Simulation[Any]":
    """Build the simulation with its settings, and with points or a network from a file.

    Raises:
        UsageError: an unknown simulation or parameter, a value or a file that cannot be used.
    """
    from tutor.sims.engine.parameters import with_parameter_names

    simulation_type = require_simulation(name)
    values = with_parameter_names(values, simulation_type.parameters())
    if files.data is None and files.load is None:
        return simulation_type.build(**values)
    module = require_file_module(simulation_type.name)
    if files.load is not None:
        return module.load(files.load, values)  # type: ignore[no-any-return]  # each module has these functions
    assert files.data is not None
    if is_standard_stream(files.data) and files.on_screen:
        raise UsageError("--data - reads the points from standard input, which the screen needs; name a file")
    # Each module's `with_data` also returns a simulation.
    return module.with_data(  # type: ignore[no-any-return]
        files.data, scale=files.scale, columns=files.columns, values=values
    )


def require_file_module(name: str) -> ModuleType:
    """Return the module that reads and writes files for the simulation `name`.

    Raises:
        UsageError: the simulation has no files.
    """
    from tutor.sims.table import FILE_MODULES, find_file_module

    module = find_file_module(name)
    if module is None:
        name_with_files = next(iter(FILE_MODULES))
        raise UsageError(f"--data and --load are for the {name_with_files}: chainrule sim {name_with_files} …")
    return module


def check_save(name: str, path: Path, *, force: bool) -> None:
    """Check before the run begins that the simulation `name` can be saved to `path` at its end.

    Raises:
        UsageError: this simulation saves nothing, or a file is there and is not to be replaced.
    """
    from tutor.files import check_target
    from tutor.sims.table import FILE_MODULES

    if name not in FILE_MODULES:
        name_with_files = next(iter(FILE_MODULES))
        raise UsageError(f"--save is for the {name_with_files}; other simulations are brought back by their parameters")
    check_target(path, force=force)


def require_simulation(name: str | None) -> "type[Simulation[Any]]":
    """Return the class of the simulation `name`.

    Raises:
        UsageError: the name is unknown or missing.
    """
    from tutor.sims.table import SIMULATIONS, find_simulation

    if name is None:
        raise UsageError("name a simulation: " + ", ".join(SIMULATIONS))
    return find_simulation(name)


def start_run(simulation: "Simulation[Any]", changes: tuple[str, ...]) -> "Player[Any]":
    """Start a run, with parameters that change at later steps; `changes` are as typed, `STEP:NAME=VALUE`.

    Raises:
        UsageError: a change that cannot be made.
    """
    from tutor.sims.engine.command_line import apply_changes, read_changes
    from tutor.sims.engine.player import Player

    player = Player(simulation)
    apply_changes(player, read_changes(changes))
    player.jump(0)  # back from the step of the last change: the player goes to a step to change something there
    return player


def drive_by_file(simulation: "Simulation[Any]", path: Path, folders: tuple[Path, ...]) -> "Simulation[Any]":
    """Return the simulation with its steps taken by the learner's functions in `path`, until the command ends.

    Raises:
        UsageError: the simulation has no step that a learner can write, or the file lacks the function for it.
        ChainruleError: the file cannot be read, or its code cannot be loaded.
    """
    from tutor.exercises.drive import drive
    from tutor.exercises.files import read_solution
    from tutor.sandbox.sandbox import code_process, shared_launcher

    process = click.get_current_context().with_resource(code_process(shared_launcher(), RUN_SECONDS))
    return drive(simulation, process, read_solution(path), read_earlier_solutions(path, simulation, folders))


def read_earlier_solutions(path: Path, simulation: "Simulation[Any]", folders: tuple[Path, ...]) -> list[str]:
    """Read the solutions of earlier exercises beside `path`, since the simulation's step function may call them.

    Raises:
        ChainruleError: one is there but cannot be read.
    """
    from tutor.commands.launcher import open_course_with_packs
    from tutor.exercises.files import earlier_solutions

    has_other_solutions = any(other != path for other in path.parent.glob("code-*.py"))
    if not has_other_solutions:  # so that the course need not be opened
        return []
    step_functions = {code_step.function for code_step in simulation.code_steps}
    sources: list[str] = []
    for block in open_course_with_packs(folders).exercises():
        if block.exercise.name in step_functions:
            sources += earlier_solutions(path.parent, block.exercise)
    return sources


def print_states(player: "Player[Any]", steps: int, program_run: "Player[Any] | None", *, only_last: bool) -> None:
    """Print the states as JSON Lines.

    `program_run` is the program's own run, with which a run by the learner's code is compared: if it is given, each
    line lists the keys whose values differ.
    """
    from tutor.sims.engine.json_lines import json_of_state

    if program_run is not None:
        from tutor.exercises.drive import differing_keys

    for position in walk_steps(player, steps, only_last=only_last):
        line = json_of_state(player.simulation, player.state)
        if program_run is not None:
            program_run.jump(position)
            line["differs"] = differing_keys(program_run.state, player.state)
        say_json(line)


def print_last_state(player: "Player[Any]", steps: int) -> "tuple[Simulation[Any], Any]":
    """Print only the state after `steps` steps, as JSON; return the simulation and the state.

    Earlier states are not kept, so that a long run takes no more memory than a short one.
    """
    from tutor.sims.engine.json_lines import json_of_state

    simulation, state = player.peek(steps)
    say_json(json_of_state(simulation, state))
    return simulation, state


def step_by_hand(player: "Player[Any]") -> None:
    """Let the learner take the steps of the run, line by line."""
    from tutor.plain.lines import Lines
    from tutor.plain.stepping import run_steps

    say(join_sentences(player.simulation.title, f"One step is {player.simulation.unit}"))
    run_steps(player, Lines())


def print_sentences(player: "Player[Any]", steps: int, *, only_last: bool) -> None:
    """Print each state as sentences."""
    from tutor.plain.simulation import state_lines

    ascii = lacks_formulas(sys.stdout)
    say(join_sentences(player.simulation.title, f"One step is {player.simulation.unit}"))
    if player.simulation.data_notice:
        say(player.simulation.data_notice)
    for _ in walk_steps(player, steps, only_last=only_last):
        say("", *state_lines(player, ascii))


def walk_steps(player: "Player[Any]", steps: int, *, only_last: bool) -> Iterator[int]:
    """Take up to `steps` steps, yielding each position; with `only_last`, yield only the final position."""
    if only_last:
        player.jump(steps)
        yield player.position
        return
    yield 0
    while player.position < steps and player.step():
        yield player.position


def list_simulations(as_json: bool) -> None:
    """Print the simulations with parameters, ranges and defaults."""
    from tutor.sims.engine.parameters import format_value
    from tutor.sims.engine.state import to_json_types
    from tutor.sims.table import SIMULATIONS, find_simulation

    if as_json:
        say_json([to_json_types(_describe_simulation(find_simulation(name))) for name in SIMULATIONS], indent=1)
        return
    for name in SIMULATIONS:
        simulation_type = find_simulation(name)
        title, unit = f"{name}: {simulation_type.title}", f"One step is {simulation_type.unit}"
        say(join_sentences(title, simulation_type.summary, unit))
        for parameter in simulation_type.parameters().values():
            default = format_value(parameter.default)
            say(f"  {parameter.name}={default}  {parameter.label}; {parameter.range_text}. {parameter.help}")


def _describe_simulation(simulation_type: "type[Simulation[Any]]") -> dict[str, Any]:
    """Describe one simulation for `--list --json`."""
    return {
        "simulation": simulation_type.name,
        "title": simulation_type.title,
        "summary": simulation_type.summary,
        "unit": simulation_type.unit,
        "parameters": [
            {
                "name": parameter.name,
                "label": parameter.label,
                "kind": parameter.kind,
                "default": parameter.default,
                "low": None if parameter.low == float("-inf") else parameter.low,
                "high": None if parameter.high == float("inf") else parameter.high,
                "choices": list(parameter.choices),
                "range": parameter.range_text,
                "help": parameter.help,
            }
            for parameter in simulation_type.parameters().values()
        ],
        "presets": [
            {"name": preset.name, "kind": preset.kind, "reason": preset.reason, "set": preset.values}
            for preset in simulation_type.presets
        ],
    }
