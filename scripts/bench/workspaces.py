"""Files of the engines under measurement: Reach's workspace, the database of DuckDB's command line."""

import hashlib
from pathlib import Path

from engines.clients import reach_command
from engines.duckdb_tables import tables
from processes import Ran, must_run
from sizes import Dataset


def remove(workspace: Path) -> None:
    for suffix in ["", "-wal", "-shm", "-journal"]:
        Path(str(workspace) + suffix).unlink(missing_ok=True)


def import_customers(binary: Path, workspace: Path, csv: Path) -> Ran:
    return must_run(reach_command(binary, workspace) + ["-c", f'import customers from "{csv}" key customer_id'])


def import_orders(binary: Path, workspace: Path, csv: Path) -> Ran:
    return must_run(
        reach_command(binary, workspace) + ["-c", f'import orders from "{csv}" customer customer_id at ordered_at']
    )


def build_reach(binary: Path, dataset: Dataset, keep: bool) -> None:
    """Imports the data set, anew whenever the binary has changed: what it makes at import is measured too."""
    mark = dataset.path("reach.binary")
    with open(binary, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if dataset.reach.exists() and (keep or (mark.exists() and mark.read_text() == digest)):
        return
    print(f"importing {dataset.folder.name} into Reach", flush=True)
    unfinished = dataset.path("reach.unfinished.db")
    remove(unfinished)
    customers = import_customers(binary, unfinished, dataset.customers_csv)
    orders = import_orders(binary, unfinished, dataset.orders_csv)
    remove(dataset.reach)
    unfinished.rename(dataset.reach)
    mark.write_text(digest)
    print(f"  customers {customers.wall_s:.1f} s, orders {orders.wall_s:.1f} s", flush=True)


def cli_command(cli: Path, database: Path, text: str, readonly: bool = True) -> list[str]:
    options = ["-readonly"] if readonly else []
    return [
        str(cli),
        *options,
        "-init",
        "/dev/null",
        "-csv",
        "-noheader",
        str(database),
        "-c",
        f"set threads = 2; {text}",
    ]


def build_cli(cli: Path, dataset: Dataset) -> None:
    if dataset.duckdb_cli.exists():
        return
    print(f"loading {dataset.folder.name} into DuckDB's command line", flush=True)
    unfinished = dataset.path("cli.unfinished.duckdb")
    unfinished.unlink(missing_ok=True)
    must_run(cli_command(cli, unfinished, "; ".join(tables(dataset)), readonly=False))
    unfinished.rename(dataset.duckdb_cli)
