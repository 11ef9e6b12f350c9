"""The command `serve`: what it refuses, the roster, and a server that listens."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.serving.serving import PATIENT, SECONDS
from tutor.commands import served
from tutor.progress.record.store import Store
from tutor.sandbox.guards import ALL_GUARDS
from tutor.serving.origins import Origins
from tutor.serving.roster import Roster
from tutor.serving.run import listen
from tutor.serving.server import Server, Serving
from tutor.settings.file import load_settings


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "0.0.0.0"), "--roster"),
        (("--host", "::"), "--roster"),
        (("--host", "box.school.example"), "--roster"),
        (("--public-url", "https://course.example"), "--roster"),
        (("--roster", "none.json"), "nobody is on the roster"),
        (("--port", "70000"), "--port is from 0 to 65,535"),
        (("--port", "-1"), "--port"),
        (("--sessions", "0"), "--sessions"),
        (("--idle", "0"), "--idle"),
        (("--keep", "99999"), "--keep"),
        (("--memory", "1"), "--memory"),
        (("--public-url", "course"), "--public-url"),
        (("--shared", "nowhere"), "--shared nowhere: there is no such folder"),
        (("--add", "Ada"), "--roster"),
        (("--roster", "class.json", "--add", " "), "--add"),
        (("--roster", "class.json", "--add", "A\x1bB"), "--add"),
        (("--roster", "class.json", "--renew", "Ada"), "not on the roster"),
        (("--roster", "class.json", "--remove", "Ada"), "not on the roster"),
        (("--roster", "class.json", "--add", "Ada", "--host", "0.0.0.0"), "--host"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(
    command: Command, arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = command("serve", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.error_line
    assert not (tmp_path / "class.json").exists()


def test_a_port_in_use_is_one_line_that_names_another(command: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = command("serve", "--port", str(port))
    assert (done.code, done.out) == (1, "")
    assert f"port {port} is in use" in done.error_line
    assert "--port" in done.error_line.partition("in use")[2]


def test_an_address_of_another_machine_is_refused_in_one_line(command: Command, tmp_path: Path) -> None:
    roster = tmp_path / "class.json"
    command("serve", "--roster", str(roster), "--add", "Ada")
    done = command("serve", "--roster", str(roster), "--host", "192.0.2.1", "--port", "0")
    assert (done.code, done.out) == (1, "")
    assert "192.0.2.1 cannot be listened on" in done.error_line


def test_without_the_extra_it_says_what_to_install(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    done = command("serve")
    assert done.code == 1
    assert "chainrule[web]" in done.error_line


def test_records_do_not_lie_where_every_learners_program_reads(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    roster = tmp_path / "class.json"
    command("serve", "--roster", str(roster), "--add", "Ada")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    done = command("serve", "--roster", str(roster))
    assert done.code == 2
    assert str(tmp_path) in done.error_line


@pytest.mark.parametrize("missing", ALL_GUARDS)
def test_a_class_is_not_served_without_walls(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    roster = tmp_path / "class.json"
    command("serve", "--roster", str(roster), "--add", "Ada")
    monkeypatch.setattr("tutor.sandbox.guards.active_guards", lambda: tuple(g for g in ALL_GUARDS if g != missing))
    done = command("serve", "--roster", str(roster))
    assert done.code == 1
    assert missing in done.error_line


def test_a_roster_is_made_listed_and_changed(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "class.json"
    serve = ("serve", "--roster", str(path))
    done = command(*serve, "--add", "Ada Lovelace", "--add", "Grace")
    assert (done.code, done.err) == (0, "")
    tokens = dict(line.split(": ") for line in done.out.splitlines() if ": " in line and "-" in line)
    ada = Roster(path).verify("Ada Lovelace", tokens["Ada Lovelace"])
    assert ada is not None
    assert (Roster(path).home(ada) / "settings.toml").read_text("utf-8").startswith('name = "Ada Lovelace"\n')
    assert "student_id" not in (Roster(path).home(ada) / "settings.toml").read_text("utf-8")
    joan = command(*serve, "--add", "Joan Clarke <joan@school.example>").out.partition(":")[0]
    assert joan == "Joan Clarke"
    member = Roster(path).find(joan)
    assert member is not None
    assert load_settings(Roster(path).home(member))[0].student_id == "joan@school.example"
    assert "the student_id of --add" in command(*serve, "--add", "Ben <>").error_line
    assert command(*serve, "--remove", joan).code == 0
    listed = command(*serve, "--list").out.splitlines()
    assert [line.partition(":")[0] for line in listed] == ["Ada Lovelace", "Grace"]
    assert command(*serve, "--add", "grace").code == 2
    assert tokens["Grace"] not in command(*serve, "--renew", "grace").out
    assert command(*serve, "--remove", "Grace").code == 0
    assert [learner.name for learner in Roster(path).learners] == ["Ada Lovelace"]


def test_the_student_id_of_a_learner_is_set_by_add_at_any_time_and_the_token_stays(
    command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "class.json"
    serve = ("serve", "--roster", str(path))
    token = command(*serve, "--add", "Cem Can").out.splitlines()[0].partition(": ")[2]
    roster = Roster(path)
    cem = roster.verify("Cem Can", token)
    assert cem is not None
    settings = roster.home(cem) / "settings.toml"
    settings.write_text(settings.read_text("utf-8") + "quiz_count = 7\n", "utf-8")

    def student_id() -> str:
        found, faults = load_settings(roster.home(cem))
        assert (found.name, found.quiz_count, faults) == ("Cem Can", 7, [])
        return found.student_id

    done = command(*serve, "--add", "cem can <cem@school.example>", "--add", "Dora <d1>")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == "Cem Can: student_id set to cem@school.example; the token stays as it was."
    assert done.out.splitlines()[1].startswith("Dora: ")
    assert (student_id(), Roster(path).verify("Cem Can", token)) == ("cem@school.example", cem)
    alone = command(*serve, "--add", "Cem Can <cem>")
    assert alone.out.splitlines() == ["Cem Can: student_id set to cem; the token stays as it was."]
    assert command(*serve, "--remove", "Cem Can").code == 0
    assert command(*serve, "--add", "Cem Can <c1>").code == 0
    assert student_id() == "c1"


def test_nobody_is_added_where_another_is_on_the_roster_already(command: Command, tmp_path: Path) -> None:
    serve = ("serve", "--roster", str(tmp_path / "class.json"))
    command(*serve, "--add", "Ada")
    done = command(*serve, "--add", "Ben", "--add", "Ada")
    assert (done.code, done.out) == (2, "")
    assert "--renew 'Ada' gives a new token, and --add 'Ada <ID>' sets the student_id" in done.error_line
    assert [each.name for each in Roster(tmp_path / "class.json").learners] == ["Ada"]


def test_no_student_id_is_written_through_a_link(command: Command, tmp_path: Path) -> None:
    serve = ("serve", "--roster", str(tmp_path / "class.json"))
    command(*serve, "--add", "Ada")
    ada = Roster(tmp_path / "class.json").find("Ada")
    assert ada is not None
    other = tmp_path / "other.toml"
    other.write_text("", "utf-8")
    settings = Roster(tmp_path / "class.json").home(ada) / "settings.toml"
    settings.unlink()
    settings.symlink_to(other)
    done = command(*serve, "--add", "Ada <a1>")
    assert done.code == 2
    assert "is a symbolic link, which is never replaced" in done.error_line
    assert other.read_text("utf-8") == ""


@pytest.mark.parametrize(
    ("read", "resumes", "opened"),
    [
        (None, True, ("start", {})),
        ("adam", False, ("start", {})),
        ("adam", True, ("lesson", {"lesson": "adam"})),
        ("no-lesson-any-more", True, ("start", {})),
    ],
)
def test_a_program_that_resumes_opens_at_the_page_that_was_read_last(
    monkeypatch: pytest.MonkeyPatch, read: str | None, resumes: bool, opened: tuple[str, dict[str, str]]
) -> None:
    shown: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(served, "show_screen", lambda kind, course, **what: shown.append((kind, what)))
    if read is not None:
        store = Store.open()
        store.save_reading_position(read, 3)
        store.close()
    served.show_course([], resumes=resumes)
    assert shown == [opened]


@pytest.mark.unix
async def test_the_server_listens_until_a_signal_ends_it(tmp_path: Path) -> None:
    ports: list[int] = []
    server = Server(Serving(Origins.for_server("127.0.0.1", None), PATIENT))
    listening = asyncio.ensure_future(listen(server, "127.0.0.1", 0, ports.append))
    async with asyncio.timeout(SECONDS):
        while not ports:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", ports[0])
        writer.write(f"GET /alive HTTP/1.1\r\nHost: 127.0.0.1:{ports[0]}\r\nConnection: close\r\n\r\n".encode())
        assert (await reader.read()).endswith(b"yes")
        writer.close()
        os.kill(os.getpid(), signal.SIGTERM)
        await listening
