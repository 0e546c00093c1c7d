"""Runs commands to their end, and says how long they took and how much memory they held at most."""

import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parent / "launcher.py"


@dataclass(frozen=True)
class Ran:
    wall_s: float
    peak_mb: float
    code: int
    output: str
    errors: str

    @property
    def ms(self) -> float:
        return self.wall_s * 1000


def run(command: list[str]) -> Ran:
    read, write = os.pipe()
    launch = [sys.executable, "-I", "-S", "-B", str(LAUNCHER), str(write), *command]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        subprocess.run(launch, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as measured:
            wall, peak_kb, status = measured.read().split()
        output.seek(0)
        errors.seek(0)
        code = os.waitstatus_to_exitcode(int(status))
        return Ran(float(wall), int(peak_kb) / 1024, code, output.read().decode(), errors.read().decode())


class Failed(Exception):
    """A command that had to work did not."""


def must_run(command: list[str]) -> Ran:
    ran = run(command)
    if ran.code != 0:
        raise Failed(f"{' '.join(command)[:300]}\nended with {ran.code}: {ran.errors[-800:]}")
    return ran


def interleaved(commands: dict[str, list[str]], rounds: int) -> dict[str, Ran]:
    """The median run of each command; in each round every command runs once, the first one changing."""
    runs: dict[str, list[Ran]] = {name: [] for name in commands}
    names = list(commands)
    for number in range(rounds + 1):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            ran = must_run(commands[name])
            # The first round only brings files into the page cache.
            if number > 0:
                runs[name].append(ran)
    return {name: median_run(list_) for name, list_ in runs.items()}


def median_run(runs: list[Ran]) -> Ran:
    middle = statistics.median_low(run.wall_s for run in runs)
    return next(run for run in runs if run.wall_s == middle)


def read_through(path: Path) -> None:
    """Brings a file into the page cache."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 24):
            pass
