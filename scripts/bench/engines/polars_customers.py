"""Polars' formulations of questions of customers."""

import polars as pl

from engines.polars_forms import Frames, eager, lazy, positions


def audience(p: dict) -> pl.Expr:
    return (pl.col("orders") > p["orders"]) & (pl.col("last_seen") < p["cut_date"])


def mask(f: Frames, p: dict) -> pl.Series:
    return (f.customers["orders"] > p["orders"]) & (f.customers["last_seen"] < p["cut_date"])


# Q1, Q2: counts of customers


@eager("Q1", "masks")
def q1_masks(f: Frames, p: dict):
    return mask(f, p).sum()


@eager("Q1", "select")
def q1_select(f: Frames, p: dict):
    return f.customers.select(audience(p).sum())


@lazy("Q1", "filter")
def q1_filter(f: Frames, p: dict):
    return f.customers.lazy().filter(audience(p)).select(pl.len())


@lazy("Q1", "sum")
def q1_sum(f: Frames, p: dict):
    return f.customers.lazy().select(audience(p).sum())


@eager("Q2", "masks")
def q2_masks(f: Frames, p: dict):
    return (mask(f, p) & (f.customers["city"] == p["city"]) & f.customers["email_ok"]).sum()


@eager("Q2", "select")
def q2_select(f: Frames, p: dict):
    return f.customers.select((audience(p) & (pl.col("city") == p["city"]) & pl.col("email_ok")).sum())


@lazy("Q2", "filter")
def q2_filter(f: Frames, p: dict):
    return (
        f.customers.lazy()
        .filter(audience(p) & (pl.col("city") == p["city"]) & pl.col("email_ok"))
        .select(pl.len())
    )


# Q3, Q4, Q11: aggregates and ranks of customers

CITY_FIGURES = [pl.len(), pl.col("revenue").mean() / 100]


@lazy("Q3", "filter, group")
def q3_group(f: Frames, p: dict):
    return f.customers.lazy().filter(audience(p)).group_by("city").agg(CITY_FIGURES)


@eager("Q3", "filter two columns, group")
def q3_select(f: Frames, p: dict):
    return f.customers.select("city", "revenue").filter(mask(f, p)).group_by("city").agg(CITY_FIGURES)


@lazy("Q3", "filtered aggregates")
def q3_aggregates(f: Frames, p: dict):
    chosen = audience(p)
    figures = [chosen.sum().alias("n"), pl.col("revenue").filter(chosen).mean() / 100]
    return f.customers.lazy().group_by("city").agg(figures).filter(pl.col("n") > 0)


@eager("Q4", "sort")
def q4_sort(f: Frames, p: dict):
    return f.customers["revenue"].sort().gather(positions(p["shares"], f.customers.height))


@eager("Q4", "quantiles")
def q4_quantiles(f: Frames, p: dict):
    n = f.customers.height
    revenue = f.customers["revenue"]
    return pl.Series([int(revenue.quantile(k / (n - 1), "nearest")) for k in positions(p["shares"], n)])


@lazy("Q4", "quantiles together")
def q4_together(f: Frames, p: dict):
    n = f.customers.height
    cuts = [pl.col("revenue").quantile(k / (n - 1), "nearest").cast(pl.Int32) for k in positions(p["shares"], n)]
    return f.customers.lazy().select(pl.concat_list(cuts).explode())


@eager("Q4", "counted values")
def q4_counted(f: Frames, p: dict):
    counted = f.customers.select("revenue").group_by("revenue").len().sort("revenue")
    wanted = pl.Series([k + 1 for k in positions(p["shares"], f.customers.height)], dtype=pl.UInt32)
    return counted["revenue"].gather(counted["len"].cum_sum().search_sorted(wanted, "left"))


@lazy("Q11", "top k")
def q11_top(f: Frames, p: dict):
    return (
        f.customers.lazy()
        .filter(audience(p))
        .select("city", "revenue", "last_seen")
        .top_k(20, by="revenue")
        .sort("revenue", descending=True)
    )


@eager("Q11", "filter three columns, top k")
def q11_select(f: Frames, p: dict):
    return (
        f.customers.select("city", "revenue", "last_seen")
        .filter(mask(f, p))
        .top_k(20, by="revenue")
        .sort("revenue", descending=True)
    )


@eager("Q11", "threshold of top k")
def q11_threshold(f: Frames, p: dict):
    chosen = mask(f, p)
    least = f.customers["revenue"].filter(chosen).top_k(20).min()
    return (
        f.customers.select("city", "revenue", "last_seen")
        .filter(chosen & (f.customers["revenue"] >= least))
        .top_k(20, by="revenue")
        .sort("revenue", descending=True)
    )


# Q5: a cascade


@eager("Q5", "masks")
def q5_masks(f: Frames, p: dict):
    chosen = mask(f, p)
    email, push, sms = (f.customers[name] & chosen for name in ["email_ok", "push_ok", "sms_ok"])
    no_email = ~f.customers["email_ok"]
    open_email = email.sum()
    return pl.DataFrame(
        [
            [
                open_email,
                push.sum(),
                sms.sum(),
                open_email,
                (push & no_email).sum(),
                (sms & no_email & ~f.customers["push_ok"]).sum(),
            ]
        ],
        orient="row",
    )


@lazy("Q5", "cells")
def q5_cells(f: Frames, p: dict):
    return f.customers.lazy().filter(audience(p)).group_by("email_ok", "push_ok", "sms_ok").len()


@lazy("Q5", "sums")
def q5_sums(f: Frames, p: dict):
    email, push, sms = pl.col("email_ok"), pl.col("push_ok"), pl.col("sms_ok")
    sums = [email, push, sms, email, push & ~email, sms & ~email & ~push]
    return f.customers.lazy().filter(audience(p)).select(s.sum().alias(str(i)) for i, s in enumerate(sums))


# Q12: text


@eager("Q12a", "pattern")
def q12a_pattern(f: Frames, p: dict):
    return f.customers["email"].str.contains(f"(?i){p['needle']}").sum()


@lazy("Q12a", "pattern")
def q12a_lazy_pattern(f: Frames, p: dict):
    return f.customers.lazy().select(pl.col("email").str.contains(f"(?i-u){p['needle']}").sum())


@lazy("Q12a", "any of")
def q12a_any(f: Frames, p: dict):
    return f.customers.lazy().select(pl.col("email").str.contains_any([p["needle"]], ascii_case_insensitive=True).sum())


@lazy("Q12a", "lower")
def q12a_lower(f: Frames, p: dict):
    return f.customers.lazy().select(pl.col("email").str.to_lowercase().str.contains(p["needle"], literal=True).sum())


@lazy("Q12b", "pattern")
def q12b_pattern(f: Frames, p: dict):
    return f.customers.lazy().select(
        pl.col("email").str.contains(f"(?i){p['ending'].replace('.', chr(92) + '.')}$").sum()
    )


@lazy("Q12b", "lower end")
def q12b_tail(f: Frames, p: dict):
    return f.customers.lazy().select(
        (pl.col("email").str.tail(p["ending_length"]).str.to_lowercase() == p["ending"]).sum()
    )


@lazy("Q12b", "lower")
def q12b_lower(f: Frames, p: dict):
    return f.customers.lazy().select(pl.col("email").str.to_lowercase().str.ends_with(p["ending"]).sum())


@lazy("Q12b", "spelled ends")
def q12b_spelled(f: Frames, p: dict):
    email, ending = pl.col("email").str, p["ending"]
    return f.customers.lazy().select((email.ends_with(ending) | email.ends_with(ending.upper())).sum())


# Q13: algebra over three masks


@eager("Q13", "masks")
def q13_masks(f: Frames, p: dict):
    return p["evaluate"](f.masks["a"], f.masks["b"], f.masks["c"]).sum()


@lazy("Q13", "select")
def q13_select(f: Frames, p: dict):
    return f.masks.lazy().select(p["evaluate"](pl.col("a"), pl.col("b"), pl.col("c")).sum())


@lazy("Q13", "filter")
def q13_filter(f: Frames, p: dict):
    return f.masks.lazy().filter(p["evaluate"](pl.col("a"), pl.col("b"), pl.col("c"))).select(pl.len())
