"""The figures as Markdown, and their place in docs/performance.md."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from parts import Table
from rounds import Outcome

BEGIN = "<!-- figures:begin -->"
END = "<!-- figures:end -->"
PEERS = ["duckdb", "polars", "chdb"]
NAMES = {"duckdb": "DuckDB", "polars": "Polars", "chdb": "chDB", "reach": "Reach"}


def number(value: object) -> str:
    """Three digits that mean something."""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def markdown(columns: list[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(number(value).replace("|", "\\|") for value in row) + " |" for row in rows]
    return "\n".join(lines)


def section(table: Table) -> str:
    parts = [f"### {table.title}", markdown(table.columns, table.rows)]
    return "\n\n".join(parts + ([table.note] if table.note else []))


def milliseconds(outcome: Outcome, engine: str) -> object:
    timing = outcome.timings.get(engine)
    if timing is None:
        return "–"
    return timing.median_ms if timing.median_ms is not None else "not available"


def times(value: float) -> str:
    return f"{number(value)}×"


def verdict(outcome: Outcome) -> list[str]:
    """Times faster than the best peer, times faster than DuckDB, the floor, and whether it is cleared."""
    ours, best, duckdb = outcome.median_ms("reach"), outcome.best_peer, outcome.median_ms("duckdb")
    floor = f"{outcome.query.bar.factor:g}×"
    if ours is None or best is None:
        return ["–", "–", floor, "–"]
    gain = best[1] / ours
    return [
        times(gain),
        times(duckdb / ours) if duckdb else "–",
        floor,
        "yes" if gain >= outcome.query.bar.factor else "no",
    ]


def query_table(outcomes: list[Outcome]) -> str:
    columns = (
        ["query", "", "Reach ms"]
        + [f"{NAMES[peer]} ms" for peer in PEERS]
        + ["best peer : Reach", "DuckDB : Reach", "floor", "cleared"]
    )
    rows = []
    for outcome in outcomes:
        medians = [milliseconds(outcome, engine) for engine in ["reach"] + PEERS]
        rows.append([outcome.query.id, outcome.query.title, *medians, *verdict(outcome)])
    return markdown(columns, rows)


def geometric_means(outcomes: list[Outcome]) -> str:
    against_best, against_duckdb = [], []
    for outcome in outcomes:
        ours, best, duckdb = outcome.median_ms("reach"), outcome.best_peer, outcome.median_ms("duckdb")
        if ours and best:
            against_best.append(best[1] / ours)
        if ours and duckdb:
            against_duckdb.append(duckdb / ours)
    if not against_best:
        return "No query was answered by Reach and a peer."
    mean = times(geometric(against_best))
    text = f"Geometric mean of {len(against_best)} queries: {mean} the best peer of each (at least 5×)"
    return text + (f", {times(geometric(against_duckdb))} DuckDB (at least 12×)." if against_duckdb else ".")


def geometric(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))


def formulation_table(outcomes: list[Outcome]) -> str:
    rows = []
    for outcome in outcomes:
        named = [
            f"{form.form} (of {len(form.tried_ms)})" if form else "–"
            for form in (outcome.timings.get(peer) for peer in PEERS)
        ]
        rows.append([outcome.query.id, *named, outcome.query.bar.seen])
    return markdown(["query"] + [NAMES[peer] for peer in PEERS] + ["peers when the floor was set, L, ms"], rows)


def bandwidth_table(outcomes: list[Outcome], rows_of: dict[str, int], rate: float) -> str:
    """Bytes a scan touches at the narrowest width of each column, against the time memory needs to deliver them."""
    rows = []
    for outcome in outcomes:
        ours, width = outcome.median_ms("reach"), outcome.query.bytes_per_row
        if ours and width:
            touched = width * rows_of[outcome.query.id]
            least = touched / rate / 1e6
            rows.append([outcome.query.id, width, touched / 1e6, least, ours, times(ours / least)])
    return markdown(["query", "bytes per row", "MB", "memory alone ms", "Reach ms", "Reach : memory"], rows)


def write(figures: str, page: Path) -> None:
    """Puts the figures between their marks, and leaves the rest of the page as it is."""
    text = page.read_text() if page.exists() else f"# Performance\n\n{BEGIN}\n{END}\n"
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{page} has no line {BEGIN} followed by {END} to write the figures between")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    page.write_text(f"{before}{BEGIN}\n\n{figures.strip()}\n\n{END}{after}")
