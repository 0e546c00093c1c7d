"""Files in and out, beside DuckDB, in the same rounds and each in a process of its own."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from engines.clients import reach_command
from parts import Setting, Table, one_statement, ratio
from processes import Ran, interleaved, median_run, must_run, read_through
from sizes import Dataset
from workspaces import build_cli, cli_command, import_customers, remove

FILES = ["customers", "orders", "jsonl"]
ROUNDS = 3


@dataclass(frozen=True)
class Import:
    """One file as both read it."""

    name: str
    file: Path
    statement: str
    select: str
    # The times that Reach has to be faster, at least.
    bar: float
    # Needs the customers in the workspace.
    follows_customers: bool = False


def imports(setting: Setting) -> list[Table]:
    dataset = setting.dataset(setting.size_name)
    table = Table(
        "Imports", ["file", "MB", "Reach s", "DuckDB s", "DuckDB : Reach", "at least", "Reach MB", "DuckDB MB", "peak at most"]
    )  # fmt: skip
    table.note = (
        "Into a file, the source in the page cache, medians; DuckDB: create table as select from read_csv or read_json, and "
        "checkpoint. Reach has orders sorted by customer and time afterwards, DuckDB as they stand in the file."
    )
    for one in chosen(setting, dataset):
        read_through(one.file)
        reach, duckdb = raced(setting, dataset, one)
        limit = "2,048" if one.follows_customers else f"{duckdb.peak_mb:,.0f}"
        table.rows.append([
            one.name, one.file.stat().st_size / 1e6, reach.wall_s, duckdb.wall_s, ratio(duckdb.wall_s, reach.wall_s),
            f"{one.bar:g}×", reach.peak_mb, duckdb.peak_mb, limit,
        ])  # fmt: skip
    return [table]


def chosen(setting: Setting, dataset: Dataset) -> list[Import]:
    customers, orders = dataset.customers_csv, dataset.orders_csv
    found = []
    if "customers" in setting.files:
        statement = f'import customers from "{customers}" key customer_id'
        found.append(Import("customers.csv", customers, statement, f"read_csv('{customers}')", 2.5))
    if "orders" in setting.files:
        statement = f'import orders from "{orders}" customer customer_id at ordered_at'
        found.append(Import("orders.csv", orders, statement, f"read_csv('{orders}')", 1.5, follows_customers=True))
    if "jsonl" in setting.files:
        lines = json_lines(setting, dataset)
        statement = f'import customers from "{lines}" key customer_id'
        found.append(Import("customers.jsonl", lines, statement, f"read_json('{lines}')", 1))
    return found


def json_lines(setting: Setting, dataset: Dataset) -> Path:
    target = dataset.path("customers.jsonl")
    if not target.exists():
        text = f"copy (select * from read_csv('{dataset.customers_csv}')) to '{target}' (format json)"
        must_run(cli_command(setting.cli, Path(":memory:"), text, readonly=False))
    return target


def raced(setting: Setting, dataset: Dataset, one: Import) -> tuple[Ran, Ran]:
    """The median run of both, each from the same start, in turn."""
    workspace, database, base = (dataset.path(f"import.{kind}") for kind in ("db", "duckdb", "base.db"))
    if one.follows_customers:
        remove(base)
        import_customers(setting.binary, base, dataset.customers_csv)
    ours: list[Ran] = []
    theirs: list[Ran] = []
    for _ in range(min(setting.rounds, ROUNDS)):
        remove(workspace)
        if one.follows_customers:
            shutil.copyfile(base, workspace)
        ours.append(must_run(reach_command(setting.binary, workspace) + ["-c", one.statement]))
        database.unlink(missing_ok=True)
        text = f"create table imported as select * from {one.select}; checkpoint"
        theirs.append(must_run(cli_command(setting.cli, database, text, readonly=False)))
    compare_imports(setting, one, workspace, database)
    for file in (workspace, base):
        remove(file)
    database.unlink()
    return median_run(ours), median_run(theirs)


def compare_imports(setting: Setting, one: Import, workspace: Path, database: Path) -> None:
    """Both hold as many rows, and the same sum."""
    column, subject = ("total", "orders") if one.follows_customers else ("revenue", "all")
    asked = f"summarize count, sum({column}) of {subject}"
    lines = must_run(reach_command(setting.binary, workspace) + ["--format", "csv", "-c", asked]).output.splitlines()
    total = f"select count(*), sum({column}::decimal(18, 2)) from imported"
    theirs = must_run(cli_command(setting.cli, database, total)).output.strip()
    setting.comparison.expect(f"figures of imported {one.name}", "reach", lines[-1], "duckdb", theirs)


def exports(setting: Setting) -> list[Table]:
    dataset = setting.customers
    build_cli(setting.cli, dataset)
    table = Table(
        "Exports to CSV", ["what", "MB", "Reach s", "DuckDB s", "DuckDB : Reach", "at least", "Reach MB", "DuckDB MB"]
    )
    table.note = (
        "Cold processes on their own files in the page cache. Reach waits until the file is on the disk; DuckDB's copy to does not."
    )
    for name in (name for name in ("customers", "orders") if name in setting.files):
        ours, theirs = dataset.path(f"export_{name}.csv"), dataset.path(f"export_{name}_duckdb.csv")
        subject = "all" if name == "customers" else name
        commands = {
            "Reach": one_statement(setting, dataset.reach, f'export {subject} to "{ours}"'),
            "DuckDB": cli_command(setting.cli, dataset.duckdb_cli, f"copy {name} to '{theirs}' (header)"),
        }
        for file in [dataset.reach, dataset.duckdb_cli]:
            read_through(file)
        ran = interleaved(commands, min(setting.rounds, ROUNDS))
        compare_exports(setting, name, ours, theirs)
        reach, duckdb = ran["Reach"], ran["DuckDB"]
        table.rows.append([
            name, ours.stat().st_size / 1e6, reach.wall_s, duckdb.wall_s, ratio(duckdb.wall_s, reach.wall_s), "1×",
            reach.peak_mb, duckdb.peak_mb,
        ])  # fmt: skip
        for file in [ours, theirs]:
            file.unlink()
    return [table]


def compare_exports(setting: Setting, name: str, ours: Path, theirs: Path) -> None:
    """Both files hold the same rows, as far as their figures tell."""
    if name == "customers":
        summary = "select count(*), count(distinct customer_id), sum(orders::bigint), sum(revenue::decimal(18,2)) from"
    else:
        summary = (
            "select count(*), count(distinct customer_id), sum(total::decimal(18,2)), epoch(min(ordered_at)), "
            "epoch(max(ordered_at)) from"
        )
    answers = [
        must_run(
            cli_command(setting.cli, Path(":memory:"), f"{summary} read_csv('{file}')", readonly=False)
        ).output.strip()
        for file in [ours, theirs]
    ]
    setting.comparison.expect(f"figures of exported {name}", "reach", answers[0], "duckdb", answers[1])


PARTS = {"import": imports, "export": exports}
