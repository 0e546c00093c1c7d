"""Asks all engines the same, round by round, and compares what they answer."""

import statistics
import sys
from dataclasses import dataclass, field

from answers import normal, same, shown
from engines.clients import Peer, Reach
from queries import Params, Query

# Rounds before the timed ones: formulations are tried with the first two sets of constants.
TRIALS = 2
# A formulation this much slower than the best one so far is not tried again.
HOPELESS = 4.0


@dataclass
class Timing:
    form: str = ""
    times_ms: list[float] = field(default_factory=list)
    tried_ms: dict[str, float] = field(default_factory=dict)
    error: str = ""

    @property
    def median_ms(self) -> float | None:
        return statistics.median(self.times_ms) if self.times_ms else None


@dataclass
class Outcome:
    query: Query
    timings: dict[str, Timing]

    def median_ms(self, engine: str) -> float | None:
        timing = self.timings.get(engine)
        return timing.median_ms if timing else None

    @property
    def best_peer(self) -> tuple[str, float] | None:
        peers = [
            (name, timing.median_ms) for name, timing in self.timings.items() if name != "reach" and timing.median_ms
        ]
        return min(peers, key=lambda peer: peer[1], default=None)


class Comparison:
    """The first answer to a question is what the others have to say too."""

    def __init__(self) -> None:
        self.mismatches: list[str] = []
        self.first: dict[tuple[str, str], tuple[str, list[tuple]]] = {}

    def check(self, query: Query, engine: str, params: Params, rows: list) -> None:
        try:
            answer = normal(query, rows)
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            return self.report(f"{query.id}: {engine} answers in another form ({error}): {str(rows)[:200]}")
        name, expected = self.first.setdefault((query.id, repr(params)), (engine, answer))
        if not same(answer, expected):
            self.report(
                f"{query.id} {params}: {engine} says {shown(answer, expected)}; {name} says {shown(expected, answer)}"
            )

    def expect(self, what: str, engine: str, answer: object, other: str, expected: object) -> None:
        """The same for an answer outside the rounds."""
        if answer != expected:
            self.report(f"{what}: {engine} says {answer}; {other} says {expected}")

    def report(self, mismatch: str) -> None:
        self.mismatches.append(mismatch)
        print(f"MISMATCH {mismatch}", file=sys.stderr, flush=True)


def measure(query: Query, engines: list[Peer | Reach], rounds: int, comparison: Comparison) -> Outcome:
    timings = {engine.name: try_forms(query, engine, comparison) for engine in engines}
    able = [engine for engine in engines if not timings[engine.name].error]
    for number in range(rounds):
        params = query.params(TRIALS + number)
        first = number % len(able) if able else 0
        for engine in able[first:] + able[:first]:
            ask_timed(query, engine, params, timings[engine.name], comparison)
    return Outcome(query, timings)


def ask_timed(query: Query, engine: Peer | Reach, params: Params, timing: Timing, comparison: Comparison) -> None:
    reply = engine.ask(query, timing.form, params)
    if reply.error:
        timing.error = reply.error
        return
    timing.times_ms.append(reply.ms)
    comparison.check(query, engine.name, params, reply.rows)


def try_forms(query: Query, engine: Peer | Reach, comparison: Comparison) -> Timing:
    """Runs every formulation, checks what it says, and takes the fastest."""
    engine.setup(query)
    timing = Timing()
    for form in engine.forms_of(query):
        for number in range(TRIALS):
            params = query.params(number)
            reply = engine.ask(query, form, params)
            if reply.error:
                timing.error = f"{form}: {reply.error}"
                break
            comparison.check(query, engine.name, params, reply.rows)
            best = min(timing.tried_ms.values(), default=reply.ms)
            timing.tried_ms[form] = min(reply.ms, timing.tried_ms.get(form, reply.ms))
            if reply.ms > best * HOPELESS:
                break
    if timing.tried_ms:
        if timing.error:
            print(f"{query.id}: {engine.name}: {timing.error}", file=sys.stderr)
        timing.error = ""
        timing.form = min(timing.tried_ms, key=lambda form: timing.tried_ms[form])
    else:
        timing.error = timing.error or "no formulation"
    return timing
