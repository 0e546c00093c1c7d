"""Answers in one form, and whether two of them are the same."""

import math
from decimal import Decimal

from queries import Query


def value(kind: str, raw: object) -> object:
    if raw is None:
        return None
    if kind == "int":
        return int(raw)
    if kind == "float":
        return float(raw)
    if kind == "money":
        # Whole cents are integers; every other spelling is in units.
        return raw if isinstance(raw, int) else int(Decimal(str(raw)) * 100)
    if kind == "month":
        return str(raw)[:7]
    return str(raw)


def normal(query: Query, rows: list[list]) -> list[tuple]:
    """The rows of an answer in the types of the query, sorted unless an order was asked for."""
    if query.reduce:
        rows = query.reduce(rows)
    typed = [tuple(value(kind, raw) for kind, raw in zip(query.kinds, row, strict=True)) for row in rows]
    return typed if query.ordered else sorted(typed)


def same(one: list[tuple], other: list[tuple]) -> bool:
    return len(one) == len(other) and all(same_row(a, b) for a, b in zip(one, other))


def same_row(one: tuple, other: tuple) -> bool:
    return all(
        math.isclose(a, b, rel_tol=1e-12) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(one, other)
    )


def shown(answer: list[tuple], other: list[tuple]) -> str:
    """The part of an answer in which it differs from another, short enough to read."""
    rows = [row for row in answer if row not in other] or answer
    text = ", ".join(str(row) for row in rows[:6])
    return text + (f", … ({len(rows)} rows)" if len(rows) > 6 else "")
