"""DuckDB in its own process: the tables in its file, and copies in memory; each formulation is tried on both."""

import os
from collections.abc import Callable
from pathlib import Path

import duckdb

from engines.duckdb_tables import tables
from engines.sql_texts import filled, formulations
from sizes import Dataset

STORAGES = ["memory", "disk"]


def build(dataset: Dataset) -> None:
    """Makes the database file once."""
    if dataset.duckdb.exists():
        return
    unfinished = Path(str(dataset.duckdb) + ".unfinished")
    unfinished.unlink(missing_ok=True)
    connection = duckdb.connect(str(unfinished))
    connection.execute("set threads = 2")
    for statement in tables(dataset):
        connection.execute(statement)
    connection.close()
    os.rename(unfinished, dataset.duckdb)


class Engine:
    version = duckdb.__version__

    def __init__(self, dataset: Dataset, threads: int):
        build(dataset)
        self.texts = formulations("duckdb")
        self.connection = duckdb.connect()
        self.connection.execute(f"set threads = {threads}; set enable_progress_bar = false")
        self.connection.execute(f"attach '{dataset.duckdb}' as disk (read_only)")
        self.connection.execute("use memory")
        for table in ["customers", "orders"]:
            self.connection.execute(f"create table memory.{table} as from disk.{table}")
        masks = "orders > 2 as a, last_seen < date '2026-09-23' as b, email_ok as c"
        self.connection.execute(f"create table memory.masks as select {masks} from memory.customers")
        self.forms = {query: self.forms_of(query) for query in self.texts}

    def forms_of(self, query: str) -> list[str]:
        storages = ["memory"] if query.startswith("Q13") else STORAGES
        return [
            f"{name}, {storage}" for name in self.texts[query] for storage in storages if not name.startswith("cold")
        ]

    def prepare(self, query: str, form: str, params: dict) -> Callable[[], list]:
        name, storage = form.rsplit(", ", 1)
        self.connection.execute(f"use {storage}")
        text = filled(self.texts[query][name], params)
        return lambda: self.connection.execute(text).fetchall()

    def rows(self, result: list) -> list:
        return result
