"""Runs a learner's code in a process of its own, with a limit on how long to wait for it."""

import atexit
import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Protocol

from tutor.errors import ChainruleError
from tutor.text.numbers import counted

MAX_REPLY_BYTES = 64 << 20
"""The longest reply that is read."""
MAX_ZYGOTE_SECONDS = 60.0
"""How long to wait for an answer of the zygote; it first loads NumPy, which takes seconds from a slow disk."""
DEFAULT_MEMORY_MEGABYTES = 1024
"""Memory that a learner's code may have, unless another limit is given."""
_PROGRAM_FOLDER = Path(__file__).parents[2]


class CodeStoppedError(ChainruleError):
    """A learner's process has ended: it ran out of time or memory, or ended itself."""


class OutOfTimeError(CodeStoppedError):
    """No answer within the time."""


@dataclass(frozen=True)
class Process:
    """A running process: its id, its two pipes, and how to wait for its end."""

    pid: int
    requests: IO[bytes]
    replies: IO[bytes]
    wait: Callable[[], int]
    """Waits until the process has ended; returns its exit code, or the negative number of the signal that ended it."""


class Launcher(Protocol):
    """Starts processes that run a learner's code."""

    def start(self, seconds: float, megabytes: int) -> Process:
        """A new process with these limits."""

    def close(self) -> None:
        """Stop every process this launcher started for itself."""


class Spawner:
    """Starts a new Python for each run of a learner's code: portable, but takes a tenth of a second."""

    def start(self, seconds: float, megabytes: int) -> Process:
        """A new process; `seconds` of processor time and `megabytes` of memory are its limits."""
        command = [*_python_command("tutor.sandbox.child"), str(seconds), str(megabytes)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_clean_environment()
        )
        assert process.stdin is not None and process.stdout is not None
        return Process(process.pid, process.stdin, process.stdout, process.wait)

    def close(self) -> None:
        """Do nothing: no process is shared."""


class Zygote:
    """Forks each process from one that has already loaded NumPy (Linux).

    A zygote that the system has ended, or that does not answer, is replaced; the processes that it forked end with it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        """Held while a message is answered: several threads may check code."""
        self._start_zygote()

    def _start_zygote(self) -> None:
        """Start the shared process, and open the channel to it."""
        self._channel, zygote_end = socket.socketpair()
        self._channel.settimeout(MAX_ZYGOTE_SECONDS)
        with zygote_end:
            descriptor = zygote_end.fileno()
            self._process = subprocess.Popen(
                [*_python_command("tutor.sandbox.zygote"), str(descriptor)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_clean_environment(),
                pass_fds=(descriptor,),
            )

    def start(self, seconds: float, megabytes: int) -> Process:
        """A new process with these limits.

        Raises:
            CodeStoppedError: the zygote has ended twice in turn, or does not answer.
        """
        try:
            return self._fork(seconds, megabytes)
        except CodeStoppedError:
            return self._fork(seconds, megabytes)  # from the zygote that has taken its place

    def _fork(self, seconds: float, megabytes: int) -> Process:
        """A process that the zygote forks; its ends of the two pipes are sent to it, and closed here.

        Raises:
            CodeStoppedError: the zygote has ended, or does not answer; another one takes its place.
        """
        child_requests, requests = os.pipe()  # the end to read from, then the end to write to
        replies, child_replies = os.pipe()
        try:
            pid, zygote_pid = self._ask(f"fork {seconds} {megabytes}", (child_requests, child_replies))
        except BaseException:
            os.close(requests)
            os.close(replies)
            raise
        finally:
            os.close(child_requests)
            os.close(child_replies)
        return Process(
            pid,
            requests=os.fdopen(requests, "wb"),
            replies=os.fdopen(replies, "rb"),
            wait=lambda: self._wait_for_exit(pid, zygote_pid),
        )

    def _wait_for_exit(self, pid: int, zygote_pid: int) -> int:
        """Wait until a process that the zygote with this id has forked has ended, and return its exit code."""
        with contextlib.suppress(CodeStoppedError):
            if zygote_pid == self._process.pid:
                status, _zygote_pid = self._ask(f"wait {pid}", ())
                return os.waitstatus_to_exitcode(status)
        return -signal.SIGTERM  # its zygote has ended, and the process with it

    def _ask(self, message: str, descriptors: Sequence[int]) -> tuple[int, int]:
        """Send a message and file descriptors to the zygote; return (the number that it answers, its process id).

        Raises:
            CodeStoppedError: the zygote has ended, or does not answer; another one takes its place.
        """
        with self._lock:
            try:
                socket.send_fds(self._channel, [message.encode("ascii")], descriptors)
                answer = b""
                while not answer.endswith(b"\n"):
                    chunk = self._channel.recv(100)
                    if not chunk:  # the zygote has ended
                        raise ConnectionResetError
                    answer += chunk
            except OSError:  # includes TimeoutError
                self.close()
                self._start_zygote()
                raise CodeStoppedError("The process that runs exercises has stopped; try again.") from None
            return int(answer), self._process.pid

    def close(self) -> None:
        """Stop the shared process."""
        self._channel.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def make_launcher() -> Launcher:
    """Return the fastest launcher that this system supports."""
    return Zygote() if sys.platform == "linux" else Spawner()


@cache
def shared_launcher() -> Launcher:
    """The program's launcher, created on first use and closed at exit."""
    launcher = make_launcher()
    atexit.register(launcher.close)
    return launcher


def _python_command(module: str) -> list[str]:
    """The command that runs a module of the program, without the working folder and the user's own packages."""
    return [sys.executable, "-P", "-s", "-m", module]


def _clean_environment() -> dict[str, str]:
    """An environment with nothing of the learner's own, and a single thread for NumPy."""
    needed = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "MKL", "OMP", "VECLIB_MAXIMUM")}
    python = {"PYTHONPATH": str(_PROGRAM_FOLDER), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    return {**needed, **threads, **python}


class CodeProcess:
    """A process running one learner's code: it replies to requests until it is closed or stops."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._request_number = 0
        self._replies: queue.Queue[bytes] = queue.Queue()
        """Lines that the process has written; an empty one after the last."""
        self._is_closed = False
        self._reader = threading.Thread(target=self._queue_replies, daemon=True)
        self._reader.start()

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send `request` and return the reply.

        Raises:
            OutOfTimeError: there was none within `seconds`; the process is ended.
            CodeStoppedError: the process ended, or sent something that is no reply.
        """
        self._request_number += 1
        line = json.dumps({**request, "number": self._request_number}).encode() + b"\n"
        try:
            self._process.requests.write(line)
            self._process.requests.flush()
        except (OSError, ValueError):  # it has ended, or was closed
            raise self._close_and_explain() from None
        try:
            reply_line = self._replies.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise OutOfTimeError(f"There was no answer after {counted(seconds, 'second')}.") from None
        return self._parse_reply(reply_line)

    def _parse_reply(self, line: bytes) -> dict[str, Any]:
        """The reply in a line that the process wrote, which must have the number of the request.

        Raises:
            CodeStoppedError: the line is empty because the process has ended, or it is not a valid reply.
        """
        if not line:
            raise self._close_and_explain()
        try:
            reply = json.loads(line)
        except (ValueError, RecursionError):
            reply = None
        if not isinstance(reply, dict) or reply.pop("number", None) != self._request_number:
            self.close()
            raise CodeStoppedError("Your code wrote into the pipe that carries its answers.")
        return reply

    def _queue_replies(self) -> None:
        """Queue each line the process writes, and an empty one at its end."""
        replies = self._process.replies
        with contextlib.suppress(OSError, ValueError):
            while line := replies.readline(MAX_REPLY_BYTES):
                if not line.endswith(b"\n"):  # cut off at the end of the process, or longer than any reply
                    break
                self._replies.put(line)
        self._replies.put(b"")

    def _close_and_explain(self) -> CodeStoppedError:
        """End the process, and return an error that says why it stopped."""
        exit_code = self.close() or 0  # negative: the number of the signal that ended it
        if sys.platform != "win32" and -exit_code in {signal.SIGXCPU, signal.SIGKILL}:
            return OutOfTimeError("Your code used up its processor time.")
        if exit_code < 0:
            return CodeStoppedError(
                "Your code was ended by the system: it called itself too deeply, or broke Python itself."
            )
        return CodeStoppedError("Your code ended the process in which it ran.")

    def close(self) -> int | None:
        """End the process whatever it is doing; return its exit code, as `Process.wait` does.

        `None` if it was closed before.
        """
        if self._is_closed:
            return None
        self._is_closed = True
        with contextlib.suppress(OSError):
            self._process.requests.close()
        # If its output has ended and all replies were read, it has ended by itself, so that its exit code says why.
        has_ended_by_itself = self._replies.empty() and not self._reader.is_alive()
        if not has_ended_by_itself:
            self._kill_if_alive()
        exit_code = self._process.wait()
        self._reader.join(1)
        with contextlib.suppress(OSError):
            self._process.replies.close()
        return exit_code

    def _kill_if_alive(self) -> None:
        """Kill the process; does nothing if it has ended meanwhile."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self._process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # Windows has no SIGKILL


@contextlib.contextmanager
def code_process(
    launcher: Launcher, seconds: float, megabytes: int = DEFAULT_MEMORY_MEGABYTES
) -> Iterator[CodeProcess]:
    """Run a process for one learner's code, and end it on leaving the block."""
    process = CodeProcess(launcher.start(seconds, megabytes))
    try:
        yield process
    finally:
        process.close()
