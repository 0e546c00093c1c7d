"""Makes a data set from a seed: Parquet for the peers, CSV for imports.

Everything is drawn in vectors, so that fifty million orders take a minute or two. Parquet holds activity sorted by
customer and time, the order that suits the peers; the CSV holds it by time, the order in which a shop writes it down.

Usage: data.py FOLDER SIZE.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from names import CATEGORIES, CITIES, DOMAINS, FIRST_NAMES, SURNAMES
from sizes import SEED, SIZES, Dataset

FIRST_SECOND = int(datetime(2024, 12, 1, tzinfo=UTC).timestamp())
LAST_SECOND = int(datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC).timestamp())
TODAY_DAY = LAST_SECOND // 86_400
PIECE = 1_000_000

CSV_OF_CUSTOMERS = """
copy (select customer_id, city, orders, last_seen, (revenue_cents / 100)::decimal(9,2) as revenue,
             email_ok, push_ok, sms_ok, email
      from '{source}') to '{target}' (header, delimiter ',')
"""
CSV_OF_ORDERS = """
copy (select customer_id, make_timestamp(second * 1000000::bigint) as ordered_at, category,
             (total_cents / 100)::decimal(5,2) as total
      from '{source}' order by second, customer_id) to '{target}' (header, delimiter ',')
"""


def make(dataset: Dataset) -> None:
    """Makes what is missing of a data set; every file appears whole or not at all."""
    dataset.folder.mkdir(parents=True, exist_ok=True)
    whole(dataset.customers_parquet, lambda path: write_customers(dataset, path))
    whole(dataset.orders_parquet, lambda path: write_orders(dataset, path))
    whole(dataset.customers_csv, lambda path: copy(CSV_OF_CUSTOMERS, dataset.customers_parquet, path, dataset))
    whole(dataset.orders_csv, lambda path: copy(CSV_OF_ORDERS, dataset.orders_parquet, path, dataset))


def whole(path: Path, write) -> None:
    if path.exists():
        return
    print(f"making {path}", flush=True)
    unfinished = path.with_name(path.name + ".unfinished")
    write(unfinished)
    unfinished.rename(path)


def copy(statement: str, source: Path, target: Path, dataset: Dataset) -> None:
    connection = duckdb.connect()
    connection.execute(f"set threads = 2; set temp_directory = '{dataset.folder}/spill'; set memory_limit = '6GB'")
    connection.execute(statement.format(source=source, target=target))
    connection.close()


def generator(dataset: Dataset, part: int) -> np.random.Generator:
    return np.random.default_rng([SEED, ord(dataset.size.name), part])


def write_customers(dataset: Dataset, path: Path) -> None:
    rng = generator(dataset, 1)
    writer = None
    for first in range(1, dataset.size.customers + 1, PIECE):
        last = min(first + PIECE, dataset.size.customers + 1)
        table = customers(rng, np.arange(first, last, dtype=np.int32))
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=PIECE)
    writer.close()


def customers(rng: np.random.Generator, keys: np.ndarray) -> pa.Table:
    n = len(keys)
    return pa.table(
        {
            "customer_id": keys,
            "city": pa.DictionaryArray.from_arrays(skewed(rng, len(CITIES), n, 3.0), CITIES),
            "orders": np.minimum(rng.exponential(3.2, n), 60).astype(np.uint8),
            "last_seen": pa.array(last_seen(rng, n), pa.date32()),
            "revenue_cents": revenue_cents(rng, n),
            "email_ok": rng.random(n) < 0.72,
            "push_ok": rng.random(n) < 0.41,
            "sms_ok": rng.random(n) < 0.63,
            "email": emails(rng, keys),
        }
    )


def skewed(rng: np.random.Generator, values: int, n: int, flatness: float) -> np.ndarray:
    """Value i with a weight of 1 / (i + flatness)."""
    weights = 1 / (np.arange(values) + flatness)
    limits = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(limits, rng.random(n)), values - 1).astype(np.uint8)


def last_seen(rng: np.random.Generator, n: int) -> np.ndarray:
    return (TODAY_DAY - (730 * rng.random(n) ** 1.6).astype(np.int32)).astype(np.int32)


def revenue_cents(rng: np.random.Generator, n: int) -> np.ndarray:
    """A heavy tail up to about 100,000.00, more than a million distinct values in ten million; some never bought."""
    cents = np.round(100 * 1_500 * np.exp(0.82 * rng.standard_normal(n))).astype(np.int32)
    return np.where(rng.random(n) < 0.06, 0, cents).astype(np.int32)


def emails(rng: np.random.Generator, keys: np.ndarray) -> pa.Array:
    """name.surname and the key, most in small letters, some as people type them into forms."""
    n = len(keys)
    case = np.searchsorted([0.90, 0.98], rng.random(n))
    first = spelled(FIRST_NAMES, skewed(rng, len(FIRST_NAMES), n, 20.0), case)
    surname = spelled(SURNAMES, skewed(rng, len(SURNAMES), n, 30.0), case)
    domain = spelled(DOMAINS, skewed(rng, len(DOMAINS), n, 2.0), np.where(case == 2, 2, 0))
    local = pc.binary_join_element_wise(first, surname, ".")
    return pc.binary_join_element_wise(
        pc.binary_join_element_wise(local, pa.array(keys).cast(pa.string()), ""), domain, "@"
    )


def spelled(words: list[str], index: np.ndarray, case: np.ndarray) -> pa.Array:
    """Each word in small letters (case 0), capitalised (1) or in capital letters (2)."""
    spellings = pa.array(words + [word.capitalize() for word in words] + [word.upper() for word in words])
    return spellings.take(pa.array(index.astype(np.int64) + case * len(words)))


def write_orders(dataset: Dataset, path: Path) -> None:
    rng = generator(dataset, 2)
    keys = sorted_order_keys(rng, dataset.size.customers, dataset.size.orders)
    writer = None
    for piece in pieces(keys):
        table = orders(rng, piece)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=PIECE)
    writer.close()


def pieces(keys: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(keys), PIECE):
        yield keys[start : start + PIECE]


def orders(rng: np.random.Generator, keys: np.ndarray) -> pa.Table:
    n = len(keys)
    total = np.round(100 * 38 * np.exp(0.9 * rng.standard_normal(n)))
    return pa.table(
        {
            "customer_id": (keys >> SECOND_BITS).astype(np.int32),
            "second": ((keys & SECOND_MASK) + FIRST_SECOND).astype(np.int32),
            "category": pa.DictionaryArray.from_arrays(skewed(rng, len(CATEGORIES), n, 4.0), CATEGORIES),
            "total_cents": np.clip(total, 100, 99_999).astype(np.int32),
        }
    )


SECOND_BITS = 26
SECOND_MASK = (1 << SECOND_BITS) - 1


def sorted_order_keys(rng: np.random.Generator, customers: int, orders: int) -> np.ndarray:
    """Customer and second of every order in one integer, ascending.

    No two are alike, so that the last order of a customer is never in doubt.
    """
    customer = customers_of_orders(rng, customers, orders)
    keys = (customer.astype(np.int64) << SECOND_BITS) | order_seconds(rng, customers, customer)
    keys.sort()
    while (alike := np.flatnonzero(keys[1:] == keys[:-1])).size:
        keys[alike] -= 1
        keys.sort()
    return keys


def customers_of_orders(rng: np.random.Generator, customers: int, orders: int) -> np.ndarray:
    """The customer of each order: many order once or never, a few very often."""
    shape = 0.9
    counts = rng.poisson(rng.gamma(shape, orders / customers / shape, customers))
    customer = np.repeat(np.arange(1, customers + 1, dtype=np.int32), counts)
    if len(customer) < orders:
        extra = rng.integers(1, customers + 1, orders - len(customer), dtype=np.int32)
        return np.concatenate([customer, extra])
    superfluous = rng.choice(len(customer), len(customer) - orders, replace=False, shuffle=False)
    return np.delete(customer, superfluous)


def order_seconds(rng: np.random.Generator, customers: int, customer: np.ndarray) -> np.ndarray:
    """Seconds since the first day. A customer orders from a first day on, and one of two stops before today."""
    span = LAST_SECOND - FIRST_SECOND
    begin = span * rng.random(customers + 1) ** 1.4
    stays = rng.random(customers + 1) < 0.5
    end = np.where(stays, span, begin + (span - begin) * rng.random(customers + 1))
    second = begin[customer] + (end - begin)[customer] * rng.random(len(customer))
    return np.clip(second, 1_000, span).astype(np.int64)


if __name__ == "__main__":
    make(Dataset(Path(sys.argv[1]), SIZES[sys.argv[2]]))
