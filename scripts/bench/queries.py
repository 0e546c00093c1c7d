"""The questions: what Reach is asked, what varies per round, what an answer looks like, the floor each has to clear.

A constant moves a little from round to round, the same for all engines, so that no remembered answer can be given for a
computed one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from names import CITIES
from sizes import TODAY

Params = dict[str, object]


@dataclass(frozen=True)
class Bar:
    """The best peer as measured when the floor was set, and how many times faster than the best Reach has to be."""

    seen: str
    factor: float


@dataclass(frozen=True)
class Query:
    id: str
    title: str
    statement: str
    kinds: tuple[str, ...]
    params: Callable[[int], Params]
    bar: Bar
    activity: bool = False
    columns: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    peers: str = ""
    reduce: Callable[[list], list] | None = None
    ordered: bool = False
    bytes_per_row: float = field(default=0)

    @property
    def peer_key(self) -> str:
        return self.peers or self.id

    def text(self, params: Params) -> str:
        return self.statement.format_map(params)


def before(days: int) -> str:
    return (date.fromisoformat(TODAY) - timedelta(days=days)).isoformat()


def audience(n: int) -> Params:
    return {"orders": 2, "days": 60 + n, "cut": before(60 + n), "city": CITIES[0]}


def window(days: int) -> Callable[[int], Params]:
    return lambda n: {"days": days + n, "window": before(days + n), "count": 2}


def shares(n: int) -> Params:
    step = n % 40 / 1000
    return {name: round(p + step, 3) for name, p in [("p1", 0.1), ("p2", 0.25), ("p4", 0.75), ("p5", 0.9)]}


def needles(n: int) -> Params:
    return {"needle": ["ann", "mar", "son", "ell", "ber", "ing", "ard", "ova"][n % 8]}


def endings(n: int) -> Params:
    ending = [
        "@example.org",
        "@example.com",
        "@mail.test",
        "@post.invalid",
        "@inbox.example",
        "@quill.test",
        "@seal.example",
    ][n % 7]
    return {"ending": ending, "ending_length": len(ending)}


def expressions() -> list[str]:
    """Every way to combine two of the three segments, plain or negated, and the third: no two mean the same."""
    signs = ["", "not "]
    found = []
    for inner, outer in [("and", "or"), ("or", "and")]:
        for x, y, z in [("a", "b", "c"), ("b", "c", "a"), ("a", "c", "b")]:
            found += [f"({s}{x} {inner} {t}{y}) {outer} {u}{z}" for s in signs for t in signs for u in signs]
    return found


EXPRESSIONS = expressions()


def algebra(n: int) -> Params:
    # 11 has no divisor in common with 48, so that neighbours differ in shape.
    text = EXPRESSIONS[(1 + 11 * n) % len(EXPRESSIONS)]
    frozen = " ".join(frozen_word(word) for word in text.split(" "))
    return {"algebra": text, "frozen": frozen}


def frozen_word(word: str) -> str:
    """`(a` becomes `(fa`: the frozen segment of the same members."""
    name = word.strip("()")
    return word.replace(name, "f" + name) if len(name) == 1 else word


def cascade(rows: list) -> list:
    """Open and first counts of three channels, from the cells of three consents or as they are."""
    if len(rows[0]) == 6:
        return rows
    total = {(bool(e), bool(p), bool(s)): n for e, p, s, n in rows}

    def sum_where(condition: Callable[[bool, bool, bool], bool]) -> int:
        return sum(n for cell, n in total.items() if condition(*cell))

    return [
        [
            sum_where(lambda e, p, s: e),
            sum_where(lambda e, p, s: p),
            sum_where(lambda e, p, s: s),
            sum_where(lambda e, p, s: e),
            sum_where(lambda e, p, s: p and not e),
            sum_where(lambda e, p, s: s and not e and not p),
        ]
    ]


def flat(rows: list) -> list:
    """One row of several values, where an engine has a row each."""
    return [[value for row in rows for value in row]]


def without_zeros(rows: list) -> list:
    return [row for row in rows if row[-1]]


WHO = "orders > {orders} and last_seen > {days}d"
QUANTILES = ", ".join(
    ["quantile(revenue, {p1})", "quantile(revenue, {p2})", "median(revenue)"]
    + ["quantile(revenue, {p4})", "quantile(revenue, {p5})"]
)
MONEY = "sum(orders.total) > {sum} and avg(orders.total) > 40 and last(orders.total) > 30"
SEGMENTS = ("segment a where orders > 2", "segment b where last_seen > 60d", "segment c where email_ok", "segment all")
FROZEN = SEGMENTS + ("freeze a as fa", "freeze b as fb", "freeze c as fc")


def nothing(n: int) -> Params:
    return {}


QUERIES = [
    Query(
        "Q1",
        "two conditions",
        f"count where {WHO}",
        ("int",),
        audience,
        Bar("Polars 7 (DuckDB 18)", 2.5),
        bytes_per_row=1.8,
    ),
    Query(
        "Q2",
        "the same and city and consent",
        f'count where {WHO} and city = "{{city}}" and email_ok',
        ("int",),
        audience,
        Bar("Polars 11 (DuckDB 87)", 2.5),
        bytes_per_row=2.9,
    ),
    Query(
        "Q3",
        "count and average by city",
        f"summarize count, avg(revenue) by city of where {WHO}",
        ("text", "int", "float"),
        audience,
        Bar("Polars 43 (DuckDB 60)", 2),
    ),
    Query(
        "Q4", "five quantiles", f"summarize {QUANTILES} of all", ("money",) * 5, shares, Bar("chDB 260", 8), reduce=flat
    ),
    Query(
        "Q5",
        "cascade of three channels",
        f"count where {WHO} by email_ok, push_ok, sms_ok",
        ("int",) * 6,
        audience,
        Bar("Polars 16 (DuckDB 38)", 4),
        reduce=cascade,
        bytes_per_row=2.1,
    ),
    Query(
        "Q6",
        "two ski orders within 180 days",
        'count where has 2+ orders where category = "ski" within {days}d',
        ("int",),
        window(180),
        Bar("Polars 22 (DuckDB 237)", 3),
        activity=True,
        bytes_per_row=2.0,
    ),
    Query(
        "Q7",
        "more than two orders, none lately",
        "count where count(orders) > {count} and has no orders within {days}d",
        ("int",),
        window(60),
        Bar("Polars 95 (DuckDB 285)", 8),
        activity=True,
    ),
    Query(
        "Q8",
        "sum, average and last of orders",
        f"count where {MONEY}",
        ("int",),
        lambda n: {"sum": 500 + n},
        Bar("Polars 350", 12),
        activity=True,
    ),
    Query(
        "Q9",
        "RFM, 125 cells",
        "rfm",
        ("int",) * 4,
        nothing,
        Bar("DuckDB 1,010", 15),
        activity=True,
        columns=("r", "f", "m", "customers"),
    ),
    Query(
        "Q10",
        "monthly cohorts",
        "cohorts by month",
        ("month", "int", "int"),
        nothing,
        Bar("DuckDB 1,730", 25),
        activity=True,
        columns=("cohort", "offset", "customers"),
        reduce=without_zeros,
    ),
    Query(
        "Q11",
        "top 20 of an audience",
        f"show city, revenue, last_seen of where {WHO} top 20 by revenue",
        ("text", "money", "text"),
        audience,
        Bar("Polars 44", 5),
        ordered=True,
    ),
    Query("Q12a", "e-mail contains", 'count where email contains "{needle}"', ("int",), needles, Bar("–", 3)),
    Query("Q12b", "e-mail ends with", 'count where email ends with "{ending}"', ("int",), endings, Bar("–", 3)),
    Query(
        "Q13a",
        "algebra of live segments",
        "count where {algebra}",
        ("int",),
        algebra,
        Bar("Polars 2.3", 4),
        setup=SEGMENTS,
        peers="Q13",
    ),
    Query(
        "Q13b",
        "algebra of frozen segments",
        "count where {frozen}",
        ("int",),
        algebra,
        Bar("Polars 2.3", 4),
        setup=FROZEN,
        peers="Q13",
    ),
]


def chosen(only: str | None) -> list[Query]:
    """All, or those named; `Q12` names `Q12a` and `Q12b`."""
    if not only:
        return QUERIES
    names = [name.strip().lower() for name in only.split(",")]
    found = [query for query in QUERIES if any(query.id.lower() in (name, name + "a", name + "b") for name in names)]
    if not found:
        raise SystemExit(f"no query is called {only}; there are {', '.join(query.id for query in QUERIES)}")
    return found
