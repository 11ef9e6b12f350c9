"""Forks a process with NumPy loaded for each learner's code, so that a verdict takes milliseconds.

It waits at a socket. `fork SECONDS MEGABYTES` comes with two pipes and is answered with the id of the new process;
`wait ID` is answered with the status with which that process ended, as `waitpid(2)` gives it.
"""

import ctypes
import os
import signal
import socket
import sys

from tutor.sandbox.child import serve
from tutor.sandbox.guards import restrict_files

_SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG, for `prctl(2)`."""
_MAX_REQUEST_BYTES = 200


def main(socket_descriptor: str) -> None:
    """Answer requests on the socket with this file descriptor until the other end closes it."""
    import numpy.fft
    import numpy.linalg
    import numpy.polynomial
    import numpy.random  # noqa: F401  # all of NumPy that exercises use is loaded before the files are out of reach

    restrict_files()
    with socket.socket(fileno=int(socket_descriptor)) as channel:
        while True:
            request, pipes, _flags, _address = socket.recv_fds(channel, _MAX_REQUEST_BYTES, maxfds=2)
            if not request:  # the other end is closed
                return
            command, *arguments = request.decode("ascii").split()
            if command == "wait":
                _pid, answer = os.waitpid(int(arguments[0]), 0)  # the status
            else:
                answer = _fork(float(arguments[0]), int(arguments[1]), pipes, channel)  # the process id
            channel.sendall(b"%d\n" % answer)


def _fork(seconds: float, megabytes: int, pipes: list[int], channel: socket.socket) -> int:
    """Fork a process with these limits, which reads from the first pipe and writes to the second; return its id.

    In the new process this function does not return. `pipes` are file descriptors.
    """
    child_id = os.fork()  # 0 in the new process
    if child_id:
        for pipe in pipes:
            os.close(pipe)
        return child_id
    try:
        channel.close()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)  # ends with the zygote
        requests, replies = pipes
        serve(requests, replies, seconds=seconds, megabytes=megabytes)
    finally:
        os._exit(0)  # at once, without the zygote's exit handlers


if __name__ == "__main__":
    main(*sys.argv[1:])
