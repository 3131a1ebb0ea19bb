"""Servers that start at once: children of one process that has imported what every server imports, and done no more.

Most of a server's start is the making of the protocol's thousands of classes. Each child is a process of its own with
streams of its own; that the command starts by itself as well is held by the tests that give it, as in `test_server.py`.
"""

from __future__ import annotations

import functools
import gc
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress

HAS_ONE = hasattr(os, "fork")
"""Whether the system can."""


# Asking for one ----------------------------------------------------------------------------------------------


class Child:
    """A server; as much of `subprocess.Popen` as tests need."""

    def __init__(self, pipes: list[int]) -> None:
        self.stdin = os.fdopen(pipes[0], "wb")
        self.stdout, self.stderr = (os.fdopen(pipe, "rb") for pipe in pipes[1:3])
        self._life = os.fdopen(pipes[3], "rb", 0)
        """A line with the process's number, and one with its exit code once it has ended."""
        born = self._life.readline()
        assert born, "no server was started: " + _nursery().recv(1 << 16).decode(errors="replace")
        self.pid = int(born)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired("specthis-lsp --stdio", timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._life], [], [], timeout)[0]:
            self.returncode = int(self._life.readline())
            self._life.close()
        return self.returncode


def child() -> Child:
    """A new server on standard streams, in the folder and the environment that the first one was asked for in."""
    pairs = [os.pipe()[::-1], os.pipe(), os.pipe(), os.pipe()]
    socket.send_fds(_nursery(), [b"."], [theirs for _, theirs in pairs])
    for _, theirs in pairs:
        os.close(theirs)
    return Child([ours for ours, _ in pairs])


@functools.cache
def _nursery() -> socket.socket:
    """Where to ask, and what is said where no child is given. The process at the other end ends with ours."""
    ours, theirs = socket.socketpair()
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs.fileno())
    subprocess.Popen([sys.executable, __file__], start_new_session=True, **streams)
    theirs.close()
    return ours


# Giving them -------------------------------------------------------------------------------------------------


def give() -> None:
    """A child for each message; who asked is told its number, and its exit code once it has ended."""
    asked = socket.socket(fileno=os.dup(0))
    lives: dict[int, int] = {}

    def bury(*_: object) -> None:
        while lives:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            _tell(lives[pid], os.waitstatus_to_exitcode(status))
            os.close(lives.pop(pid))

    signal.signal(signal.SIGCHLD, bury)
    while True:
        message, handles, _, _ = socket.recv_fds(asked, 1, 4)
        if not message:
            return
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])  # one that ends at once is known by then
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
            for standard, handle in enumerate(handles[:3]):
                os.dup2(handle, standard)
            for handle in (*handles, *lives.values(), asked.fileno()):
                os.close(handle)
            sys.argv[1:] = ["--stdio"]
            command()
        lives[pid] = handles[3]
        _tell(handles[3], pid)
        for handle in handles[:3]:
            os.close(handle)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])


def _tell(life: int, number: int) -> None:
    with suppress(BrokenPipeError):  # a test that never asks how a server ended
        os.write(life, b"%d\n" % number)


if __name__ == "__main__":
    gc.disable()  # as a server has it until it knows a project
    import specthis_lsp.cli.main
    import specthis_lsp.server.serving  # noqa: F401
    from specthis_lsp.__main__ import command
    from specthis_lsp.server.features.life import import_engine, import_queries

    import_engine()
    import_queries()
    gc.freeze()
    give()
