"""Measures Reach beside its peers. `scripts/bench/run --help` lists the options."""

import argparse
import json
import shutil
import sys
import sysconfig
from pathlib import Path

import exchange
import machine
import report
from engines.clients import Peer, Reach
from parts import PARTS, Setting, Table, run_part
from queries import QUERIES, Query, chosen
from rounds import Comparison, Outcome, measure
from sizes import SEED, SIZES, TODAY, Dataset, Size, activity_size

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "performance.md"
ALL_PARTS = {**PARTS, **exchange.PARTS}
WHAT = ["queries", *ALL_PARTS]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench/run", description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument(
        "--reach", type=Path, required=True, help="the binary to measure; built by scripts/build where none is named"
    )
    parser.add_argument(
        "--size", choices=["S", "M", "L"], default="M", help="S 20 thousand customers, M 1 million, L 10 million"
    )
    parser.add_argument("--only", help="queries, as Q6,Q12")
    parser.add_argument(
        "--what", default="queries", help=f"any of {','.join(WHAT)}, or all (queries where nothing is said)"
    )
    parser.add_argument("--rounds", type=int, default=9, help="timed rounds per query")
    parser.add_argument("--threads", type=int, choices=[1, 2], default=2, help="threads of every engine")
    parser.add_argument("--skip", default="", help="engines to leave out, as chdb,polars")
    parser.add_argument(
        "--files", default=",".join(exchange.FILES), help=f"of imports and exports, any of {','.join(exchange.FILES)}"
    )
    parser.add_argument(
        "--keep-workspace", action="store_true", help="take workspaces that another binary has imported"
    )
    parser.add_argument("--write", action="store_true", help="write the figures into docs/performance.md")
    return parser.parse_args()


def command_line() -> Path:
    """DuckDB's command line itself, without the script that its package wraps around it."""
    packaged = Path(sysconfig.get_paths()["purelib"]) / "duckdb_cli" / "duckdb"
    found = packaged if packaged.exists() else shutil.which("duckdb")
    if found is None:
        raise SystemExit("DuckDB's command line is missing (package duckdb-cli)")
    return Path(found)


def run_queries(setting: Setting, skip: set[str]) -> tuple[list[Outcome], dict[str, str]]:
    outcomes: list[Outcome] = []
    versions: dict[str, str] = {}
    for dataset, queries in by_dataset(setting):
        engines: list[Peer | Reach] = [Reach(setting.binary, dataset.reach, setting.threads)]
        engines += [Peer(name, dataset, setting.threads) for name in report.PEERS]
        engines = [engine for engine in engines if engine.name not in skip]
        for engine in engines:
            print(f"starting {engine.name} on {dataset.folder.name}", flush=True)
            engine.start()
            versions[engine.name] = engine.version
        for query in queries:
            outcome = measure(query, engines, setting.rounds, setting.comparison)
            print(line_of(outcome), flush=True)
            outcomes.append(outcome)
        for engine in engines:
            engine.stop()
    order = [query.id for query in QUERIES]
    return sorted(outcomes, key=lambda outcome: order.index(outcome.query.id)), versions


def by_dataset(setting: Setting) -> list[tuple[Dataset, list[Query]]]:
    """Queries by the data they are asked of, so that only one data set is in memory at a time."""
    folders: dict[Path, tuple[Dataset, list[Query]]] = {}
    for query in setting.queries:
        dataset = setting.of(query)
        folders.setdefault(dataset.folder, (dataset, []))[1].append(query)
    return list(folders.values())


def line_of(outcome: Outcome) -> str:
    words = []
    for name, timing in outcome.timings.items():
        words.append(
            f"{name} {report.number(timing.median_ms)}"
            if timing.median_ms
            else f"{name} not available ({timing.error[:100]})"
        )
    return f"{outcome.query.id:5} " + " · ".join(words)


def figures(
    options: argparse.Namespace,
    setting: Setting,
    outcomes: list[Outcome],
    versions: dict[str, str],
    tables: list[Table],
) -> str:
    texts = [heading(options, versions)]
    if outcomes:
        texts += ["### Queries, medians in ms", report.query_table(outcomes), report.geometric_means(outcomes)]
        texts += ["Formulations taken, of those tried:", report.formulation_table(outcomes)]
        if rate := machine.bandwidth_gb_per_s(setting.cache, options.threads):
            rows_of = {o.query.id: rows_touched(options.size, o.query) for o in outcomes}
            texts += ["### Distance from memory", f"{options.threads} threads read {rate:.1f} GB/s."]
            texts += [report.bandwidth_table(outcomes, rows_of, rate)]
    texts += [report.section(table) for table in tables]
    mismatches = setting.comparison.mismatches
    texts.append(
        "All engines gave the same answers."
        if not mismatches
        else "**Answers differ:**\n\n" + "\n".join(f"- {m}" for m in mismatches)
    )
    return "\n\n".join(texts)


def rows_touched(size: str, query: Query) -> int:
    return activity_size(SIZES[size]).orders if query.activity else SIZES[size].customers


def heading(options: argparse.Namespace, versions: dict[str, str]) -> str:
    size, activity = SIZES[options.size], activity_size(SIZES[options.size])
    peers = ", ".join(f"{report.NAMES[name]} {version}" for name, version in versions.items() if name != "reach")
    lines = [
        f"- Machine: {machine.description()}.",
        f"- Reach {machine.commit()}" + (f"; {peers}." if peers else "."),
        f"- Data: {rows(size)}; Q6–Q10: {rows(activity)}; seed {SEED}.",
        f"- {options.rounds} timed rounds per query, {options.threads} threads, today is {TODAY}.",
    ]
    return "\n".join(lines)


def rows(size: Size) -> str:
    return f"{size.customers:,} customers with {size.orders:,} orders"


def save(options: argparse.Namespace, outcomes: list[Outcome], tables: list[Table], text: str) -> None:
    """Every single time, for whoever wants to look closer."""
    timings = {
        outcome.query.id: {
            name: {"form": t.form, "times_ms": t.times_ms, "tried_ms": t.tried_ms, "error": t.error}
            for name, t in outcome.timings.items()
        }
        for outcome in outcomes
    }
    content = {"queries": timings, "tables": [vars(table) for table in tables]}
    (options.cache / f"figures-{options.size}.json").write_text(json.dumps(content, indent=1))
    (options.cache / f"figures-{options.size}.md").write_text(text + "\n")


def main() -> int:
    options = arguments()
    what = WHAT if options.what == "all" else options.what.split(",")
    if unknown := set(what) - set(WHAT):
        raise SystemExit(
            f"nothing to measure is called {', '.join(sorted(unknown))}; there are {', '.join(WHAT)} and all"
        )
    setting = Setting(
        cache=options.cache.resolve(),
        binary=options.reach.resolve(),
        cli=command_line(),
        size_name=options.size,
        threads=options.threads,
        rounds=options.rounds,
        queries=chosen(options.only),
        keep_workspace=options.keep_workspace,
        comparison=Comparison(),
        files=options.files.split(","),
    )
    outcomes, versions = run_queries(setting, set(options.skip.split(","))) if "queries" in what else ([], {})
    tables: list[Table] = []
    for name, part in ALL_PARTS.items():
        if name in what:
            print(f"measuring {name}", flush=True)
            tables += run_part(name, part, setting)
    text = figures(options, setting, outcomes, versions, tables)
    save(options, outcomes, tables, text)
    print("\n" + text)
    if options.write:
        report.write(text, PAGE)
    return 1 if setting.comparison.mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
