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

MAX_REPLY = 64 << 20
"""Bytes of one reply."""
DEFAULT_MEMORY_MEGABYTES = 1024
"""Memory that a learner's code may have, unless another limit is given."""
_ROOT = Path(__file__).parents[2]


class CodeStoppedError(ChainruleError):
    """A learner's process has ended: out of time or memory, or by its own doing."""


class OutOfTimeError(CodeStoppedError):
    """No answer within the time."""


@dataclass(frozen=True)
class Process:
    """A running process: its number, its two pipes, and how to wait for its end."""

    number: int
    requests: IO[bytes]
    replies: IO[bytes]
    wait: Callable[[], int]


class Launcher(Protocol):
    """Starts processes that run a learner's code."""

    def start(self, seconds: float, megabytes: int) -> Process:
        """A new process with these limits."""

    def close(self) -> None:
        """Stop every process this launcher started for itself."""


class Spawner:
    """Starts a new Python for each run of a learner's code: portable, but takes a tenth of a second."""

    def start(self, seconds: float, megabytes: int) -> Process:
        """A new process with these limits."""
        command = [*_python_command("tutor.sandbox.child"), str(seconds), str(megabytes)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_clean_environment()
        )
        assert process.stdin is not None and process.stdout is not None
        return Process(process.pid, process.stdin, process.stdout, process.wait)

    def close(self) -> None:
        """Do nothing: no process is shared."""


class Zygote:
    """Forks each process from one that has already loaded NumPy (Linux)."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(
                [*_python_command("tutor.sandbox.zygote"), str(number)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_clean_environment(),
                pass_fds=(number,),
            )
        self._lock = threading.Lock()

    def start(self, seconds: float, megabytes: int) -> Process:
        """A new process with these limits."""
        request_end, requests = os.pipe()
        replies, reply_end = os.pipe()
        try:
            number = self._ask(f"fork {seconds} {megabytes}", (request_end, reply_end))
        except BaseException:
            os.close(requests)
            os.close(replies)
            raise
        finally:
            os.close(request_end)
            os.close(reply_end)
        return Process(
            number,
            os.fdopen(requests, "wb"),
            os.fdopen(replies, "rb"),
            lambda: os.waitstatus_to_exitcode(self._ask(f"wait {number}", ())),
        )

    def _ask(self, message: str, files: Sequence[int]) -> int:
        with self._lock:
            socket.send_fds(self._channel, [message.encode("ascii")], files)
            reply = b""
            while not reply.endswith(b"\n"):
                part = self._channel.recv(100)
                if not part:
                    raise CodeStoppedError("The process that runs exercises has stopped; try again.")
                reply += part
        return int(reply)

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
    return [sys.executable, "-P", "-s", "-m", module]


def _clean_environment() -> dict[str, str]:
    """An environment with nothing of the learner's own, and a single thread for NumPy."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "MKL", "OMP", "VECLIB_MAXIMUM")}
    return {**kept, **threads, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}


class CodeProcess:
    """A process running one learner's code: answers requests until it is closed or stops."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._number = 0
        self._replies: queue.Queue[bytes] = queue.Queue()
        self._is_over = False
        self._reader = threading.Thread(target=self._queue_replies, daemon=True)
        self._reader.start()

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send `request` and return the reply.

        Raises:
            OutOfTimeError: there was none within `seconds`; the process is ended.
            CodeStoppedError: the process ended, or sent something that is no reply.
        """
        self._number += 1
        line = json.dumps({**request, "number": self._number}).encode() + b"\n"
        try:
            self._process.requests.write(line)
            self._process.requests.flush()
        except (OSError, ValueError):  # it has ended, or was closed
            raise self._stopped_error() from None
        try:
            data = self._replies.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise OutOfTimeError(f"There was no answer after {counted(seconds, 'second')}.") from None
        return self._parse_reply(data)

    def _parse_reply(self, data: bytes) -> dict[str, Any]:
        """A reply from its line, which is empty where the process has ended; it must have the number of the request."""
        if not data:
            raise self._stopped_error()
        try:
            reply = json.loads(data)
        except (ValueError, RecursionError):
            reply = None
        if not isinstance(reply, dict) or reply.pop("number", None) != self._number:
            self.close()
            raise CodeStoppedError("Your code wrote into the pipe that carries its answers.")
        return reply

    def _queue_replies(self) -> None:
        """Queue each line the process writes, and an empty one at its end."""
        replies = self._process.replies
        with contextlib.suppress(OSError, ValueError):
            while line := replies.readline(MAX_REPLY):
                if not line.endswith(b"\n"):
                    break
                self._replies.put(line)
        self._replies.put(b"")

    def _stopped_error(self) -> CodeStoppedError:
        """End the process, and say as an error why it stopped."""
        status = self.close() or 0
        if sys.platform != "win32" and -status in {signal.SIGXCPU, signal.SIGKILL}:
            return OutOfTimeError("Your code used up its processor time.")
        if status < 0:
            return CodeStoppedError(
                "Your code was ended by the system: it called itself too deeply, or broke Python itself."
            )
        return CodeStoppedError("Your code ended the process in which it ran.")

    def close(self) -> int | None:
        """End the process whatever it is doing; return its exit code if known (negative: the signal's number)."""
        if self._is_over:
            return None
        self._is_over = True
        with contextlib.suppress(OSError):
            self._process.requests.close()
        if not self._replies.empty() or self._reader.is_alive():
            self._kill_if_alive()
        status = self._process.wait()
        self._reader.join(1)
        with contextlib.suppress(OSError):
            self._process.replies.close()
        return status

    def _kill_if_alive(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self._process.number, getattr(signal, "SIGKILL", signal.SIGTERM))


@contextlib.contextmanager
def code_process(
    launcher: Launcher, seconds: float, megabytes: int = DEFAULT_MEMORY_MEGABYTES
) -> Iterator[CodeProcess]:
    """Run a process for one learner's code, and end it on leaving the block."""
    running = CodeProcess(launcher.start(seconds, megabytes))
    try:
        yield running
    finally:
        running.close()
