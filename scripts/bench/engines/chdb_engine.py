"""chDB in its own process: MergeTree tables ordered by customer on disk, and copies in memory.

Each formulation is tried on both.
"""

import json
import shutil
from collections.abc import Callable

from chdb import session

from engines.sql_texts import filled, formulations
from sizes import Dataset

STORAGES = ["memory", "disk"]
CUSTOMERS = """customer_id UInt32, city LowCardinality(String), orders UInt8, last_seen Date, revenue Decimal(9, 2),
    email_ok Bool, push_ok Bool, sms_ok Bool, email String"""
ORDERS = "customer_id UInt32, ordered_at DateTime('UTC'), category LowCardinality(String), total Decimal(9, 2)"


class Engine:
    def __init__(self, dataset: Dataset, threads: int):
        self.texts = formulations("chdb")
        self.build(dataset)
        self.session = session.Session(str(dataset.chdb))
        self.version = self.session.query("select version()").data().strip().strip('"')
        # Neither answers nor what a condition kept of a part may be remembered between rounds.
        self.run(f"set max_threads = {threads}, use_query_cache = 0, use_query_condition_cache = 0")
        self.run("set output_format_json_quote_decimals = 1, output_format_json_quote_64bit_integers = 0")
        self.load_memory()
        self.forms = {query: self.forms_of(query) for query in self.texts}

    def run(self, text: str) -> None:
        self.session.query(text)

    def build(self, dataset: Dataset) -> None:
        if dataset.chdb.exists():
            return
        unfinished = dataset.path("chdb.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.session = session.Session(str(unfinished))
        self.run("create database disk")
        for name, columns in [("customers", CUSTOMERS), ("orders", ORDERS)]:
            order = "customer_id" if name == "customers" else "customer_id, ordered_at"
            self.run(f"create table disk.{name} ({columns}) engine = MergeTree order by ({order})")
        self.run(f"""insert into disk.customers
            select customer_id, city, orders, last_seen, toDecimal64(revenue_cents, 2) / 100, email_ok, push_ok,
                   sms_ok, email
            from file('{dataset.customers_parquet}', Parquet)""")
        self.run(f"""insert into disk.orders
            select customer_id, toDateTime(second, 'UTC'), category, toDecimal64(total_cents, 2) / 100
            from file('{dataset.orders_parquet}', Parquet)""")
        for name in ["customers", "orders"]:
            self.run(f"optimize table disk.{name} final")
        self.session.close()
        unfinished.rename(dataset.chdb)

    def load_memory(self) -> None:
        self.run("drop database if exists memory")
        self.run("create database memory")
        for name, columns in [("customers", CUSTOMERS), ("orders", ORDERS)]:
            self.run(f"create table memory.{name} ({columns}) engine = Memory")
            ordered = f"select * from disk.{name} order by customer_id settings optimize_read_in_order = 1"
            self.run(f"insert into memory.{name} {ordered}")
        self.run("create table memory.masks (a UInt8, b UInt8, c UInt8) engine = Memory")
        self.run("insert into memory.masks select orders > 2, last_seen < '2026-09-23', email_ok from memory.customers")

    def forms_of(self, query: str) -> list[str]:
        storages = ["memory"] if query.startswith("Q13") else STORAGES
        return [f"{name}, {storage}" for name in self.texts[query] for storage in storages]

    def prepare(self, query: str, form: str, params: dict) -> Callable[[], object]:
        name, storage = form.rsplit(", ", 1)
        self.run(f"use {storage}")
        text = filled(self.texts[query][name], params)
        return lambda: self.session.query(text, "JSONCompact")

    def rows(self, result) -> list:
        return json.loads(result.data())["data"]
