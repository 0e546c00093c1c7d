"""Polars' formulations of questions of activity. Rows are sorted by customer and time: one's rows are a run."""

from datetime import date, timedelta

import polars as pl

from engines.polars_forms import Frames, eager, lazy, positions

FIRST_DAY = date(2024, 12, 1)
DAYS = 722
MONTHS = 24

# Q6–Q8: activity as a condition


@eager("Q6", "runs of sorted keys")
def q6_runs(f: Frames, p: dict):
    chosen = (f.orders["category"] == "ski") & (f.orders["ordered_at"] >= p["window_at"])
    return second_rows_of_runs(f.orders["customer_id"].filter(chosen))





def second_rows_of_runs(keys: pl.Series) -> int:
    """How many runs have a second row: as keys ascend, that is how many customers have two or more."""
    n = len(keys)
    if n < 2:
        return 0
    same = keys.slice(1) == keys.slice(0, n - 1)
    return int(same[0]) + int((same.slice(1) & ~same.slice(0, n - 2)).sum())


@lazy("Q6", "group")
def q6_group(f: Frames, p: dict):
    chosen = f.orders.lazy().filter(
        (pl.col("category") == "ski") & (pl.col("ordered_at") >= p["window_at"])
    )
    return chosen.group_by("customer_id").len().select((pl.col("len") >= 2).sum())


@lazy("Q6", "group by native columns")
def q6_native(f: Frames, p: dict):
    chosen = f.orders.lazy().filter((pl.col("category") == "ski") & (pl.col("ordered_at") >= p["window_at"]))
    return chosen.group_by("customer_id").agg(pl.len()).filter(pl.col("len") >= 2).select(pl.len())


def ends_of_customers(orders: pl.DataFrame) -> pl.Series:
    """Where each customer's last row stands; rows are sorted by customer and time."""
    keys = orders["customer_id"]
    n = len(keys)
    ends = (keys.slice(0, n - 1) != keys.slice(1)).arg_true()
    return ends.append(pl.Series([n - 1], dtype=ends.dtype))


def sizes_of(ends: pl.Series) -> pl.Series:
    """How many rows end at each of the ends."""
    before = pl.Series([-1], dtype=pl.Int64).append(ends.slice(0, len(ends) - 1).cast(pl.Int64))
    return ends.cast(pl.Int64) - before


def sums_of(values: pl.Series, ends: pl.Series) -> pl.Series:
    """The sum of the values up to each end since the one before."""
    running = values.cast(pl.Int64).cum_sum().gather(ends)
    return running - pl.Series([0], dtype=pl.Int64).append(running.slice(0, len(running) - 1))


@eager("Q7", "last rows of sorted keys")
def q7_ends(f: Frames, p: dict):
    ends = ends_of_customers(f.orders)
    return ((sizes_of(ends) > p["count"]) & (f.orders["ordered_at"].gather(ends) < p["window_at"])).sum()


@eager("Q7", "last rows with a third before")
def q7_third(f: Frames, p: dict):
    keys, n, k = f.orders["customer_id"], f.orders.height, p["count"]
    last = keys.slice(0, n - 1) != keys.slice(1)
    many = keys.slice(k) == keys.slice(0, n - k)
    old = f.orders["ordered_at"] < p["window_at"]
    chosen = last.slice(k) & many.slice(0, n - 1 - k) & old.slice(k, n - 1 - k)
    return int(chosen.sum()) + int(many[-1] and old[-1])


@lazy("Q7", "group")
def q7_group(f: Frames, p: dict):
    grouped = f.orders.lazy().group_by("customer_id").agg(pl.len(), pl.col("ordered_at").max().alias("ordered_at"))
    return grouped.select(((pl.col("len") > p["count"]) & (pl.col("ordered_at") < p["window_at"])).sum())


@lazy("Q7", "group, last")
def q7_last(f: Frames, p: dict):
    grouped = f.orders.lazy().group_by("customer_id").agg(pl.len(), pl.col("ordered_at").last().alias("ordered_at"))
    return grouped.filter((pl.col("len") > p["count"]) & (pl.col("ordered_at") < p["window_at"])).select(pl.len())


@eager("Q8", "last rows of sorted keys")
def q8_ends(f: Frames, p: dict):
    ends = ends_of_customers(f.orders)
    totals = f.orders["total"]
    sums = sums_of(totals, ends)
    return ((sums > p["sum"] * 100) & (sums > sizes_of(ends) * 4000) & (totals.gather(ends) > 3000)).sum()


def q8_condition(p: dict) -> pl.Expr:
    return (
        (pl.col("sum") > p["sum"] * 100)
        & (pl.col("sum") > 4000 * pl.col("len").cast(pl.Int64))
        & (pl.col("last") > 3000)
    )


@lazy("Q8", "group")
def q8_group(f: Frames, p: dict):
    total = pl.col("total")
    figures = [pl.len(), total.sum().alias("sum"), total.last().alias("last")]
    return f.orders.lazy().group_by("customer_id").agg(figures).select(q8_condition(p).sum())


@lazy("Q8", "group, mean")
def q8_mean(f: Frames, p: dict):
    total = pl.col("total")
    grouped = (
        f.orders.lazy()
        .group_by("customer_id")
        .agg(total.sum().alias("sum"), total.mean().alias("mean"), total.last().alias("last"))
    )
    return grouped.filter((pl.col("sum") > p["sum"] * 100) & (pl.col("mean") > 4000) & (pl.col("last") > 3000)).select(
        pl.len()
    )


# Q9: scores by rank cuts; a value scores one more for each fifth of customers that is strictly worse


def cuts(values: pl.Series) -> list[int]:
    return values.sort().gather(positions([0.2, 0.4, 0.6, 0.8], len(values))).to_list()


def cuts_of_few(values: pl.Series) -> list[int]:
    """The same where there are few distinct values: counting them is cheaper than sorting."""
    counted = values.alias("v").to_frame().group_by("v").len().sort("v")
    wanted = pl.Series([k + 1 for k in positions([0.2, 0.4, 0.6, 0.8], len(values))], dtype=pl.UInt32)
    return counted["v"].gather(counted["len"].cum_sum().search_sorted(wanted, "left")).to_list()


def score(name: str, limits: list[int]) -> pl.Expr:
    return (1 + sum((pl.col(name) > limit).cast(pl.UInt8) for limit in limits)).cast(pl.UInt8)


def cells(buyers: pl.DataFrame, r: list[int], f: list[int], m: list[int]) -> pl.DataFrame:
    code = (score("r", r) * 36 + score("f", f) * 6 + score("m", m)).alias("code")
    counted = buyers.select(code).group_by("code").len()
    c = pl.col("code")
    return counted.select((c // 36).alias("r"), (c // 6 % 6).alias("f"), (c % 6).alias("m"), "len")


@eager("Q9", "last rows of sorted keys, cuts")
def q9_ends(f: Frames, p: dict):
    ends = ends_of_customers(f.orders)
    day = f.orders["ordered_at"].gather(ends).dt.date().cast(pl.Int32).cast(pl.UInt16)
    buyers = pl.DataFrame({"r": day, "f": sizes_of(ends).cast(pl.UInt16), "m": sums_of(f.orders["total"], ends)})
    return cells(buyers, cuts_of_few(buyers["r"]), cuts_of_few(buyers["f"]), cuts(buyers["m"]))


def grouped_buyers(f: Frames) -> pl.LazyFrame:
    day = pl.col("ordered_at").max().dt.date().cast(pl.Int32)
    figures = [
        day.cast(pl.UInt16).alias("r"),
        pl.len().cast(pl.UInt16).alias("f"),
        pl.col("total").cast(pl.Int64).sum().alias("m"),
    ]
    return f.orders.lazy().group_by("customer_id").agg(figures)


@eager("Q9", "group, cuts")
def q9_group(f: Frames, p: dict):
    buyers = grouped_buyers(f).collect()
    return cells(buyers, cuts_of_few(buyers["r"]), cuts_of_few(buyers["f"]), cuts(buyers["m"]))


@eager("Q9", "streamed group, cuts")
def q9_streamed(f: Frames, p: dict):
    buyers = grouped_buyers(f).collect(engine="streaming")
    return cells(buyers, cuts(buyers["r"]), cuts(buyers["f"]), cuts(buyers["m"]))


@lazy("Q9", "ranks")
def q9_ranks(f: Frames, p: dict):
    worse = {name: pl.col(name).rank("min").cast(pl.Int64) - 1 for name in ["r", "f", "m"]}
    scores = [(1 + 5 * w // pl.len().cast(pl.Int64)).alias(name) for name, w in worse.items()]
    return grouped_buyers(f).select(scores).group_by("r", "f", "m").len()


# Q10: months by cohort

MONTH_OF_DAY = pl.Series(
    [
        12 * (day.year - FIRST_DAY.year) + day.month - FIRST_DAY.month
        for day in (FIRST_DAY + timedelta(days=n) for n in range(DAYS))
    ],
    dtype=pl.UInt8,
)  # fmt: skip
COHORTS = [f"{2024 + (m + 11) // 12}-{(m + 11) % 12 + 1:02}" for m in range(MONTHS)]


def months_of(orders: pl.DataFrame) -> pl.Series:
    first = (FIRST_DAY - date(1970, 1, 1)).days
    return MONTH_OF_DAY.gather(orders["ordered_at"].dt.date().cast(pl.Int32) - first)


def triangle(counted: pl.DataFrame) -> list[list]:
    """Rows of cohort, offset and customers from months counted by the mask of months in which a customer ordered."""
    found: dict[tuple[int, int], int] = {}
    for months, n in counted.iter_rows():
        start = (months & -months).bit_length() - 1
        for month in range(start, MONTHS):
            if months >> month & 1:
                found[start, month - start] = found.get((start, month - start), 0) + n
    return [[COHORTS[start], offset, n] for (start, offset), n in found.items()]


@eager("Q10", "months of sorted keys")
def q10_sorted(f: Frames, p: dict):
    keys, months, n = f.orders["customer_id"], months_of(f.orders), f.orders.height
    new_customer = pl.Series([True]).append(keys.slice(1) != keys.slice(0, n - 1))
    new_month = pl.Series([True]).append(months.slice(1) != months.slice(0, n - 1))
    rows = (new_customer | new_month).arg_true()
    starts = new_customer.gather(rows)
    month = months.gather(rows)
    cohort = month.filter(starts).gather(starts.cast(pl.UInt32).cum_sum() - 1)
    code = cohort.cast(pl.UInt16) * MONTHS + (month - cohort)
    counted = code.alias("code").to_frame().group_by("code").len()
    return [[COHORTS[c // MONTHS], c % MONTHS, n] for c, n in counted.iter_rows()]


@eager("Q10", "month bits by table")
def q10_bits(f: Frames, p: dict):
    bit = pl.Series([1 << m for m in MONTH_OF_DAY], dtype=pl.Int32).gather(
        f.orders["ordered_at"].dt.date().cast(pl.Int32) - (FIRST_DAY - date(1970, 1, 1)).days
    )
    frame = pl.DataFrame({"customer_id": f.orders["customer_id"], "bit": bit})
    masks = frame.lazy().group_by("customer_id").agg(pl.col("bit").bitwise_or())
    return triangle(masks.group_by("bit").len().collect())


@lazy("Q10", "distinct months")
def q10_distinct(f: Frames, p: dict):
    at = pl.col("ordered_at").dt
    month = (12 * (at.year() - 2024) + at.month() - 12).cast(pl.UInt8).alias("month")
    pairs = f.orders.lazy().select("customer_id", month).unique()
    grouped = pairs.group_by("customer_id").agg(pl.col("month").min().alias("start"), pl.col("month")).explode("month")
    start = pl.col("start")
    counted = grouped.group_by("start", (pl.col("month") - start).alias("offset")).len()
    return counted.select(start.replace_strict(dict(enumerate(COHORTS)), return_dtype=pl.String), "offset", "len")
