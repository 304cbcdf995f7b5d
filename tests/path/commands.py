"""The command as people start it: in a process of its own, in the folder of a newsroom."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 30.0
"""Seconds until a test gives up waiting for something that should come at once; a loaded machine is slow."""


def newshawk(folder: Path, *args: str, seconds: float = 90.0) -> subprocess.CompletedProcess[str]:
    """Run ``newshawk`` with these arguments to its end."""
    return subprocess.run(
        _command(args), cwd=folder, capture_output=True, text=True, timeout=seconds, env=_environment()
    )


class Daemon:
    """``newshawk run`` at work; killed at the end of the block if it has not ended by then."""

    def __init__(self, folder: Path, *args: str) -> None:
        self.folder = folder
        self.lines: list[str] = []
        """What it wrote to stderr so far."""
        self._process = subprocess.Popen(
            _command(("run", *args)),
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=_environment(),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Daemon:
        try:
            self.wait_for_event("started")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join(PATIENCE)
        if self._process.stderr is not None:
            self._process.stderr.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.send(number)
        code = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the events of this name logged so far; every line must be one JSON object."""
        return [event for event in map(json.loads, list(self.lines)) if event["event"] == name]

    def wait_for_event(self, name: str, times: int = 1) -> dict[str, Any]:
        """Return the event of this name once it was logged so many times."""
        wait_until(lambda: len(self.events(name)) >= times, lambda: f"no {name!r} in {self.lines}")
        return self.events(name)[times - 1]

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.lines.append(line.rstrip("\n"))


class Serving:
    """``newshawk serve`` at work on this port, until the end of the block."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._process = subprocess.Popen(
            _command(("serve", "--port", str(port))),
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )

    def __enter__(self) -> Serving:
        try:
            wait_until(self._is_listening)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def _is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def wait_until(holds: Callable[[], object], told: Callable[[], str] = lambda: "it did not come") -> None:
    """Return when *holds* does.

    Raises:
        AssertionError: it did not within PATIENCE.
    """
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, told()
        time.sleep(0.05)


def _command(args: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "crawler.cli.app", *args]


def _environment() -> dict[str, str]:
    return {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
