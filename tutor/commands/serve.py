"""`serve`: the course in a browser, for oneself or for a class."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.command import Command, Conflict, Requirement
from tutor.commands.launcher import open_course_with_packs
from tutor.commands.parameters import NUMBER, WHOLE
from tutor.commands.roster import RosterChanges, change_roster
from tutor.errors import ChainruleError, UsageError
from tutor.text.output import flush, say

if TYPE_CHECKING:
    from tutor.serving.roster import Roster
    from tutor.serving.server import Serving

LOOPBACK, DEFAULT_PORT = "127.0.0.1", 8765
MAX_PORT, MAX_SESSIONS, MAX_MINUTES = 65_535, 1000, 24 * 60
MIN_MEGABYTES, MAX_MEGABYTES = 500, 64_000
"""The ranges of the options `--port`, `--sessions`, `--idle` and `--keep` (both in minutes), and `--memory`."""
ROSTER_CHANGES = ("--add", "--add-all", "--renew", "--remove", "--list")
"""The options that change the roster or list it, instead of serving."""
OPTIONS_WITH_TOKENS = ("--add-all", "--add", "--renew")
"""The options that make new tokens."""


@click.command(
    cls=Command,
    examples=(
        "chainrule serve",
        "chainrule serve --roster class.json --add 'Ada Lovelace <ada@school.example>'",
        "chainrule serve --roster class.json --add-all class.txt --tokens tokens.csv",
        "chainrule serve --roster class.json --public-url https://course.school.example",
    ),
    conflicts=tuple(
        Conflict(change, option, "a roster is changed first and served then")
        for change in ROSTER_CHANGES
        for option in ("--host", "--port", "--public-url")
    ),
    requirements=(
        *(Requirement(change, ("--roster",)) for change in ROSTER_CHANGES),
        Requirement("--tokens", OPTIONS_WITH_TOKENS),
    ),
)
@click.option("--host", default=LOOPBACK, show_default=True, help="The address to listen on; another needs --roster.")
@click.option("--port", type=WHOLE, default=DEFAULT_PORT, show_default=True, help="The port to listen on; 0 is any.")
@click.option(
    "--roster",
    "roster_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Who may come in; each has a record of their own, in a folder beside FILE.",
)
@click.option(
    "--add",
    metavar="NAME",
    multiple=True,
    help="Add a learner to the roster and print a token; a student_id may follow in <>, also later. Repeatable.",
)
@click.option(
    "--add-all",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Add the learners of a file, one a line as with --add, and print their tokens.",
)
@click.option(
    "--tokens",
    "tokens_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write new tokens to FILE as CSV, for you alone to read, instead of printing them.",
)
@click.option("--renew", metavar="NAME", help="Give a learner a new token; the old one is worthless then.")
@click.option("--remove", metavar="NAME", help="Take a learner off the roster; the record is kept.")
@click.option("--list", "lists_roster", is_flag=True, help="List the roster: names, and where their records lie.")
@click.option("--sessions", type=WHOLE, default=40, show_default=True, help="How many learners at the same time.")
@click.option(
    "--idle",
    metavar="MINUTES",
    type=NUMBER,
    default=30,
    show_default=True,
    help="End a session without a key for so long.",
)
@click.option(
    "--keep",
    metavar="MINUTES",
    type=NUMBER,
    default=10,
    show_default=True,
    help="Keep a session for a learner whose window has gone.",
)
@click.option(
    "--memory",
    metavar="MB",
    type=WHOLE,
    default=1500,
    show_default=True,
    help="Address space of one learner's program.",
)
@click.option(
    "--shared",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Packs and assignments for all learners, in DIR/packs and DIR/assignments.  [default: your own]",
)
@click.option("--public-url", metavar="URL", help="What browsers call it, where a proxy stands before it.")
@click.pass_obj
def serve(
    folders: tuple[Path, ...],
    host: str,
    port: int,
    roster_file: Path | None,
    add: tuple[str, ...],
    add_all: Path | None,
    tokens_file: Path | None,
    renew: str | None,
    remove: str | None,
    lists_roster: bool,
    sessions: int,
    idle: float,
    keep: float,
    memory: int,
    shared: Path | None,
    public_url: str | None,
) -> None:
    """Show the course in a browser.

    Alone, it serves you, on this machine. With --roster it serves a class: learners sign in with a name and a token,
    and each has a record of their own. docs/serving.md says how to put it behind a proxy with TLS.
    """
    from tutor.serving.roster import Roster

    roster = Roster(roster_file) if roster_file is not None else None
    if roster is not None and (add or add_all or renew or remove or lists_roster):
        change_roster(
            roster, RosterChanges(add=add, add_all=add_all, renew=renew, remove=remove, tokens_file=tokens_file)
        )
        return
    _require_range("--port", port, 0, MAX_PORT)
    _require_range("--sessions", sessions, 1, MAX_SESSIONS)
    _require_range("--idle", idle, 0.1, MAX_MINUTES)
    _require_range("--keep", keep, 0, MAX_MINUTES)
    _require_range("--memory", memory, MIN_MEGABYTES, MAX_MEGABYTES)
    if shared is not None and not shared.is_dir():
        raise UsageError(
            f"--shared {shared}: there is no such folder; CHAINRULE_HOME={shared} chainrule pack add makes it"
        )
    _require_libraries()
    from tutor.serving.origins import Origins
    from tutor.serving.program import Program, count_allowed_threads
    from tutor.serving.server import Serving
    from tutor.serving.sessions import SessionTimeouts

    origins = Origins.for_server(host, public_url)
    _require_safe_serving(host, public_url, roster)
    open_course_with_packs(folders)  # raises if a folder is not there
    program = Program(
        lessons=tuple(folders),
        shared=shared or own_folder(),
        megabytes=memory,
        processes=count_allowed_threads(sessions),
    )
    timeouts = SessionTimeouts(idle_seconds=idle * 60, away_seconds=keep * 60)
    serving = Serving(
        origins,
        timeouts,
        program,
        roster,
        max_sessions=sessions if roster is not None else 1,
        cookie=f"chainrule-{port}",  # browsers share cookies between the ports of one machine
        tell_owner=_log,
    )
    _serve_until_stopped(serving, host, port)


def _require_range(option: str, value: float, low: float, high: float) -> None:
    """Raise `UsageError` unless the value of an option is from `low` to `high`."""
    if not low <= value <= high:
        raise UsageError(f"{option} is from {low:,} to {high:,} (you gave {value:,})")


def own_folder() -> Path | None:
    """The folder with the packs and assignments of the user who serves: the one shared with her, otherwise her own.

    `None` for a user without a folder.
    """
    from tutor.progress.tables.paths import NoHomeError, home, shared_home

    try:
        return shared_home() or home()
    except NoHomeError:
        return None


def _require_safe_serving(host: str, public_url: str | None, roster: "Roster | None") -> None:
    """Refuse to serve if strangers could get in, or if learners could reach each other's records.

    Without a roster only the user herself is served, and only on this machine.

    Raises:
        UsageError: other machines can reach the address and there is no roster; or the roster is empty, or lies in a
            folder that every learner's program can read.
        ChainruleError: this machine lacks the walls around programs.
    """
    from tutor.sandbox.guards import ALL_GUARDS, active_guards
    from tutor.serving.origins import is_loopback
    from tutor.serving.program import readable_folder

    if roster is None:
        if is_loopback(host) and public_url is None:
            return
        raise UsageError(
            "others can reach that address, so say who may come in: give --roster FILE; "
            "chainrule serve --roster FILE --add 'Ada Lovelace' makes one"
        )
    if not roster.learners:
        raise UsageError(f"nobody is on the roster {roster.path}; add learners with --add 'Ada Lovelace'")
    if readable := readable_folder(roster.folder):
        raise UsageError(
            f"the records would lie in {readable}, which every learner's program can read; "
            "put the roster into a folder of its own"
        )
    missing_guards = [guard for guard in ALL_GUARDS if guard not in active_guards()]
    if missing_guards:
        raise ChainruleError(
            f"this machine cannot keep learners apart (it lacks walls around {', '.join(missing_guards)}); "
            "serve a class from Linux 5.13 or later"
        )


def _require_libraries() -> None:
    """Check that what the extra `web` installs is there.

    Raises:
        ChainruleError: it is not installed.
    """
    try:
        import aiohttp  # noqa: F401
        import textual_serve  # noqa: F401
    except ImportError:
        raise ChainruleError(
            "serving the course needs aiohttp and textual-serve, which are not here: "
            "pip install '.[web]' in Chainrule's folder, or pip install 'chainrule[web]'"
        ) from None


def _serve_until_stopped(serving: "Serving", host: str, port: int) -> None:
    """Serve until a signal ends it."""
    import asyncio

    from tutor.serving.origins import is_loopback
    from tutor.serving.run import listen
    from tutor.serving.server import Server

    def say_address(bound_port: int) -> None:
        """Say where the course is, once the port, which may be any free one, is known."""
        host_in_url = f"[{host}]" if ":" in host else host  # an address of IPv6 stands in brackets
        url = serving.origins.public_origin or f"http://{host_in_url}:{bound_port}"
        say(f"Chainrule is at {url}/ (Ctrl+C ends it)")
        if not (is_loopback(host) or serving.origins.is_secure):
            say("Tokens and answers cross the network unencrypted; docs/serving.md shows how to change that.")
        flush(sys.stdout)

    asyncio.run(listen(Server(serving), host, port, say_address))
    say("Stopped; every answer is kept.")


def _log(text: str) -> None:
    """Print a line with the time, at once."""
    say(f"{time.strftime('%H:%M:%S')} {text}")
    flush(sys.stdout)
