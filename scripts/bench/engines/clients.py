"""The harness's side of the engines: starts a process, asks it, starts it anew when it has died."""

import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from queries import Params, Query
from sizes import TODAY, Dataset

WORKER = Path(__file__).resolve().parent / "worker.py"
TIMEOUT_S = 900


@dataclass(frozen=True)
class Reply:
    ms: float = 0
    rows: list = field(default_factory=list)
    error: str = ""


class Lines:
    """Lines from several pipes, as they come."""

    def __init__(self, **pipes):
        self.poll = select.poll()
        self.names = {pipe.fileno(): name for name, pipe in pipes.items()}
        # When the last bytes came: what is done with them afterwards is not the engine's time.
        self.arrived_ns = 0
        self.buffers = {name: bytearray() for name in pipes}
        # How much of each is known to hold no end of a line: lines may be hundreds of megabytes long.
        self.searched = dict.fromkeys(pipes, 0)
        for number in self.names:
            self.poll.register(number, select.POLLIN)

    def next(self) -> tuple[str, bytes] | None:
        """The next whole line and its pipe; nil when a pipe has ended or nothing comes for long."""
        while True:
            for name, buffer in self.buffers.items():
                end = buffer.find(b"\n", self.searched[name])
                if end >= 0:
                    line = bytes(buffer[:end])
                    del buffer[: end + 1]
                    self.searched[name] = 0
                    return name, line
                self.searched[name] = len(buffer)
            events = self.poll.poll(TIMEOUT_S * 1000)
            if not events:
                return None
            for number, _ in events:
                read = os.read(number, 1 << 20)
                self.arrived_ns = time.perf_counter_ns()
                if not read:
                    return None
                self.buffers[self.names[number]] += read


class Peer:
    """A peer in a worker process."""

    def __init__(self, name: str, dataset: Dataset, threads: int):
        self.name = name
        self.dataset = dataset
        self.threads = threads
        self.process: subprocess.Popen | None = None
        self.version = ""
        self.forms: dict[str, list[str]] = {}

    def start(self) -> None:
        command = [
            sys.executable,
            "-B",
            str(WORKER),
            self.name,
            str(self.dataset.folder),
            self.dataset.size.name,
            str(self.threads),
        ]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lines = Lines(out=self.process.stdout)
        ready = self.lines.next()
        if ready is None:
            raise RuntimeError(f"{self.name} did not start")
        self.version = json.loads(ready[1])["version"]
        self.forms = json.loads(ready[1])["forms"]

    def setup(self, query: Query) -> None:
        """Peers hold all they need from the start."""

    def forms_of(self, query: Query) -> list[str]:
        return self.forms.get(query.peer_key, [])

    def ask(self, query: Query, form: str, params: Params) -> Reply:
        if self.process is None or self.process.poll() is not None:
            self.start()
        request = {"query": query.peer_key, "form": form, "params": params}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        line = self.lines.next()
        if line is None:
            self.stop()
            return Reply(error="its process ended or did not answer")
        answer = json.loads(line[1])
        return Reply(answer.get("ms", 0), answer.get("rows", []), answer.get("error", ""))

    def stop(self) -> None:
        stop(self.process)
        self.process = None


class Reach:
    """The shell as somebody pipes statements into it; timed from the statement's last byte to the answer's."""

    name = "reach"

    def __init__(self, binary: Path, workspace: Path, threads: int):
        self.command = reach_command(binary, workspace, threads) + ["--format", "json", "--keep-going"]
        self.process: subprocess.Popen | None = None
        self.version = binary.name

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.lines = Lines(out=self.process.stdout, err=self.process.stderr)
        # Answers must be computed; a version that remembers none does not know the setting.
        self.statement("set cache = off")

    def setup(self, query: Query) -> None:
        for statement in query.setup:
            reply = self.statement(statement)
            if reply.error:
                print(f"reach: {statement}: {reply.error}", file=sys.stderr)

    def forms_of(self, query: Query) -> list[str]:
        return ["statement"]

    def ask(self, query: Query, form: str, params: Params) -> Reply:
        return self.statement(query.text(params), query.columns)

    def statement(self, text: str, columns: tuple[str, ...] = ()) -> Reply:
        if self.process is None or self.process.poll() is not None:
            self.start()
        question = text.encode() + b";\n"
        began = time.perf_counter_ns()
        os.write(self.process.stdin.fileno(), question)
        while (line := self.lines.next()) is not None:
            elapsed = (self.lines.arrived_ns - began) / 1e6
            if line[0] == "out":
                return Reply(elapsed, rows_of(json.loads(line[1]), columns))
            if error := error_of(line[1]):
                return Reply(error=error)
        code = self.process.poll()
        self.stop()
        return Reply(error=f"its process ended with {code}")

    def stop(self) -> None:
        stop(self.process)
        self.process = None


def rows_of(answer: dict, columns: tuple[str, ...]) -> list[list]:
    return [[row[name] for name in columns or answer["columns"]] for row in answer["rows"]]


def error_of(line: bytes) -> str:
    """The message of an error; notes and warnings come the same way."""
    try:
        error = json.loads(line).get("error")
    except ValueError:
        return line.decode(errors="replace") if b"rror" in line else ""
    return f"{error['code']}: {error['message']}" if error else ""


def reach_command(binary: Path, workspace: Path, threads: int | None = None) -> list[str]:
    """The engine takes as many threads as there are processors it may run on."""
    pinned = ["taskset", "-c", "0"] if threads == 1 else []
    return pinned + [str(binary), str(workspace), "--today", TODAY]


def stop(process: subprocess.Popen | None) -> None:
    if process is None:
        return
    process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
