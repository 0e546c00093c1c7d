"""Sizes of the data, and where each file of a data set lies."""

from dataclasses import dataclass
from pathlib import Path

SEED = 7
TODAY = "2026-11-22"


@dataclass(frozen=True)
class Size:
    name: str
    customers: int
    orders: int


SIZES = {
    "S": Size("S", 20_000, 100_000),
    "M": Size("M", 1_000_000, 5_000_000),
    "L": Size("L", 10_000_000, 50_000_000),
    # Questions of activity at full size: fewer customers, who order twice as often.
    "A": Size("A", 2_000_000, 20_000_000),
}


def activity_size(size: Size) -> Size:
    """The data set that questions of activity are asked of."""
    return SIZES["A"] if size.name == "L" else size


@dataclass(frozen=True)
class Dataset:
    """The folder of one generated data set; peers and Reach keep their files beside it."""

    folder: Path
    size: Size

    @staticmethod
    def at(cache: Path, size: Size) -> "Dataset":
        return Dataset(cache / f"{size.name}-{SEED}", size)

    def path(self, name: str) -> Path:
        return self.folder / name

    @property
    def customers_parquet(self) -> Path:
        return self.path("customers.parquet")

    @property
    def orders_parquet(self) -> Path:
        return self.path("orders.parquet")

    @property
    def customers_csv(self) -> Path:
        return self.path("customers.csv")

    @property
    def orders_csv(self) -> Path:
        return self.path("orders.csv")

    @property
    def reach(self) -> Path:
        return self.path("reach.db")

    @property
    def duckdb(self) -> Path:
        return self.path("peer.duckdb")

    @property
    def duckdb_cli(self) -> Path:
        return self.path("cli.duckdb")

    @property
    def chdb(self) -> Path:
        return self.path("chdb")
