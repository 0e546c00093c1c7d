"""Polars in its own process, the frames in memory.

Lazy formulations are run by the in-memory engine and by the streaming one.
"""

from collections.abc import Callable
from datetime import date, datetime

import polars as pl

from engines import polars_activity, polars_customers  # noqa: F401 (their forms register themselves)
from engines.polars_forms import EAGER, LAZY, Frames
from names import CATEGORIES, CITIES
from sizes import Dataset

COLLECTORS = {"lazy": "in-memory", "streaming": "streaming"}


def load_customers(dataset: Dataset) -> pl.DataFrame:
    read = pl.read_parquet(dataset.customers_parquet)
    cities = pl.Enum(sorted(CITIES))
    return read.with_columns(
        pl.col("city").cast(pl.String).cast(cities), pl.col("revenue_cents").alias("revenue")
    ).rechunk()


def load_orders(dataset: Dataset) -> pl.DataFrame:
    categories = pl.Enum(sorted(CATEGORIES))
    read = pl.read_parquet(dataset.orders_parquet).with_columns(pl.col("category").cast(pl.String).cast(categories))
    timed = read.with_columns(
        pl.from_epoch("second", time_unit="s").alias("ordered_at"), pl.col("total_cents").alias("total")
    )
    return timed.drop("total_cents", "second").rechunk().with_columns(pl.col("customer_id").set_sorted())


def masks(customers: pl.DataFrame) -> pl.DataFrame:
    return customers.select(
        a=pl.col("orders") > 2, b=pl.col("last_seen") < date(2026, 9, 23), c=pl.col("email_ok")
    ).rechunk()


class Engine:
    version = pl.__version__

    def __init__(self, dataset: Dataset, threads: int):
        if pl.thread_pool_size() != threads:
            raise RuntimeError(f"polars runs {pl.thread_pool_size()} threads")
        customers = load_customers(dataset)
        self.frames = Frames(customers, load_orders(dataset), masks(customers))
        self.forms = {query: self.forms_of(query) for query in sorted(EAGER.keys() | LAZY.keys())}

    def forms_of(self, query: str) -> list[str]:
        lazy = [f"{name}, {how}" for name in LAZY.get(query, {}) for how in COLLECTORS]
        return [f"{name}, eager" for name in EAGER.get(query, {})] + lazy

    def prepare(self, query: str, form: str, params: dict) -> Callable[[], object]:
        name, how = form.rsplit(", ", 1)
        known = prepared(params)
        if how == "eager":
            work = EAGER[query][name]
            return lambda: work(self.frames, known)
        plan = LAZY[query][name]
        return lambda: plan(self.frames, known).collect(engine=COLLECTORS[how])

    def rows(self, result: object) -> list:
        if isinstance(result, pl.DataFrame):
            return [list(row) for row in result.rows()]
        if isinstance(result, pl.Series):
            return [[value] for value in result]
        return result if isinstance(result, list) else [[result]]


def prepared(params: dict) -> dict:
    """Parameters in the units of the columns."""
    known = dict(params)
    if "cut" in params:
        known["cut_date"] = date.fromisoformat(params["cut"])
    if "window" in params:
        known["window_at"] = datetime.fromisoformat(params["window"])
    if "p1" in params:
        known["shares"] = [params["p1"], params["p2"], 0.5, params["p4"], params["p5"]]
    if "algebra" in params:
        known["evaluate"] = algebra(params["algebra"])
    return known


def algebra(text: str) -> Callable:
    """The expression over a, b and c with the operators of series in the place of words."""
    operators = text.replace(" and ", " & ").replace(" or ", " | ").replace("not ", "~")
    return eval(f"lambda a, b, c: {operators}")
