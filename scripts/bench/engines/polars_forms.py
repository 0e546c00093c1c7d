"""Polars' formulations, by query and name.

`eager` ones work on series and whole columns, as somebody writes who knows what each step costs; `lazy` ones leave the
plan to the optimiser, and are run by both of its engines. Frames: `customers`, `orders` (by customer and time), and
`masks`. Columns are of native types, whole numbers as narrow as they allow; money is in cents (32 bits).
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl


@dataclass
class Frames:
    customers: pl.DataFrame
    orders: pl.DataFrame
    masks: pl.DataFrame


Form = Callable[[Frames, dict], object]
EAGER: dict[str, dict[str, Form]] = {}
LAZY: dict[str, dict[str, Form]] = {}


def eager(query: str, name: str) -> Callable[[Form], Form]:
    return lambda form: EAGER.setdefault(query, {}).setdefault(name, form)


def lazy(query: str, name: str) -> Callable[[Form], Form]:
    return lambda form: LAZY.setdefault(query, {}).setdefault(name, form)


def positions(shares: list[float], n: int) -> list[int]:
    """Where the lowest value with a cumulative share of at least p stands among n ascending ones.

    Shares are thousandths; they are taken as such, since a product of floats would miss by a row now and then.
    """
    return [max(1, -(-round(share * 1000) * n // 1000)) - 1 for share in shares]
