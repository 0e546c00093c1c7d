"""Expected answers of rfm, cohorts, funnel, frequency, metrics, spend, compare, basket and recommend on the sample shop.

Worked out with pandas, scipy and statsmodels from CSV files that a built `reach` exports, by the definitions that
`help STATEMENT` prints and none of Reach's code:

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install pandas scipy statsmodels
    /tmp/venv/bin/python scripts/reference/behaviour.py .build/debug/reach

writes `Tests/Reference/behaviour.json`, which the tests compare with what the statements answer.
"""

import json
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

TODAY = pd.Timestamp("2026-11-22")
CUSTOMERS = 2000
SEED = 7
TARGET = Path(__file__).parents[2] / "Tests/Reference/behaviour.json"


class Shop:
    def __init__(self, reach: str):
        with tempfile.TemporaryDirectory() as folder:
            tables = ["customers", "orders", "visits", "carts"]
            exports = [f'export {t if t != "customers" else "all"} to "{folder}/{t}.csv"' for t in tables]
            script = "; ".join([f"demo {CUSTOMERS} customers seed {SEED}", *exports])
            subprocess.run(
                [reach, ":memory:", "--today", TODAY.date().isoformat(), "-c", "set timezone = UTC", "-c", script],
                check=True, capture_output=True, env={"TZ": "UTC", "HOME": folder})
            read = {t: pd.read_csv(f"{folder}/{t}.csv", keep_default_na=False, na_values=[""], dtype=str) for t in tables}
        self.customers = read["customers"]
        self.customers["signed_up"] = pd.to_datetime(self.customers["signed_up"])
        for name in tables[1:]:
            table = read[name]
            table["at"] = pd.to_datetime(table["at"], utc=True).dt.tz_localize(None)
            table["day"] = table["at"].dt.normalize()
            setattr(self, name, table)
        self.orders["cents"] = self.orders["total"].map(cents)
        self.visits["pages"] = self.visits["pages"].astype(int)
        self.carts["cents"] = self.carts["total"].map(cents)


def cents(text: str) -> int:
    whole, point = text.split(".")
    return int(whole) * 100 + (int(point) if not whole.startswith("-") else -int(point))


def money(units) -> str:
    units = int(units)
    return f"{'-' if units < 0 else ''}{abs(units) // 100}.{abs(units) % 100:02}"


def wilson(count, of):
    low, high = proportion_confint(count, of, method="wilson")
    return [0.0 if count == 0 else float(low), 1.0 if count == of else float(high)]


def p_value(one, one_of, other, other_of):
    if min(one, one_of - one, other, other_of - other) >= 10:
        return float(proportions_ztest([one, other], [one_of, other_of])[1])
    return float(stats.fisher_exact([[one, one_of - one], [other, other_of - other]])[1])


def holm(values):
    return [float(p) for p in multipletests(values, method="holm")[1]]


# rfm


def group(r, f):
    table = {
        5: ["new", "promising", "promising", "champions", "champions"],
        4: ["promising", "promising", "promising", "loyal", "loyal"],
        3: ["about to sleep", "about to sleep", "needs attention", "loyal", "loyal"],
        2: ["hibernating", "hibernating", "at risk", "at risk", "can't lose"],
        1: ["lost", "lost", "at risk", "at risk", "can't lose"],
    }
    return table[r][f - 1]


def scores(values: pd.Series) -> pd.Series:
    """Larger is better."""
    worse = values.rank(method="min") - 1
    return (1 + (5 * worse) // len(values)).astype(int)


def scored(shop: Shop, day: pd.Timestamp) -> pd.DataFrame:
    past = shop.orders[shop.orders["day"] <= day]
    buyers = past.groupby("customer_id").agg(last=("day", "max"), f=("day", "size"), m=("cents", "sum"))
    result = pd.DataFrame({
        "r": scores(buyers["last"].map(lambda d: d.toordinal())), "f": scores(buyers["f"]), "m": scores(buyers["m"])})
    result["group"] = [group(r, f) for r, f in zip(result["r"], result["f"])]
    return result


def rfm(shop: Shop, day: pd.Timestamp):
    cells = scored(shop, day).groupby(["r", "f", "m", "group"]).size().reset_index(name="customers")
    cells = cells.sort_values(["r", "f", "m"], ascending=False)
    return [[int(c.r), int(c.f), int(c.m), int(c.customers), c.group] for c in cells.itertuples()]


# cohorts


def cohorts(shop: Shop, frequency: str, measure: str):
    orders = shop.orders[shop.orders["day"] <= TODAY].sort_values(["customer_id", "at"], kind="stable").copy()
    orders["period"] = orders["day"].dt.to_period(frequency)
    orders["first"] = orders.groupby("customer_id")["period"].transform("min")
    orders["nth"] = orders.groupby("customer_id").cumcount()
    sizes = orders.groupby("first")["customer_id"].nunique()
    last = orders["period"].max()
    rows = []
    for first in pd.period_range(sizes.index.min(), last, freq=frequency):
        own = orders[orders["first"] == first]
        for offset, period in enumerate(pd.period_range(first, last, freq=frequency)):
            cell = own[own["period"] == period]
            head = [first.start_time.date().isoformat(), offset]
            size = int(sizes.get(first, 0))
            if measure == "customers":
                rows.append([*head, int(cell["customer_id"].nunique())])
            elif measure == "revenue":
                rows.append([*head, size, money(cell["cents"].sum())])
            elif measure == "orders":
                rows.append([*head, size, len(cell)])
            else:
                rows.append([*head, size, int(((own["nth"] == 1) & (own["period"] <= period)).sum())])
    return rows


# funnel


def funnel(shop: Shop, steps, days: int):
    """Every attempt of every customer, by brute force."""
    by_customer = [dict(tuple(t.sort_values("at", kind="stable").groupby("customer_id"))) for t in steps]
    reached = [0] * len(steps)
    gaps = [[] for _ in steps[1:]]
    for customer, first in by_customer[0].items():
        best: list = []
        for index, start in zip(first.index, first["at"]):
            taken = [(0, index, start)]
            for number in range(1, len(steps)):
                rows = by_customer[number].get(customer)
                if rows is None:
                    break
                inside = rows[(rows["at"] >= taken[-1][2]) & (rows["at"] <= start + timedelta(days=days))]
                same = [i for n, i, _ in taken if steps[n].attrs["table"] == steps[number].attrs["table"]]
                inside = inside[~inside.index.isin(same)]
                if inside.empty:
                    break
                taken.append((number, inside.index[0], inside["at"].iloc[0]))
            if len(taken) > len(best):
                best = taken
        for number in range(len(best)):
            reached[number] += 1
        for number in range(1, len(best)):
            gaps[number - 1].append((best[number][2] - best[number - 1][2]).total_seconds())
    rows = []
    for number, name in enumerate(s.attrs["name"] for s in steps):
        previous = reached[max(0, number - 1)]
        median = None if number == 0 else float(np.sort(gaps[number - 1])[(len(gaps[number - 1]) - 1) // 2])
        rows.append([number + 1, name, reached[number], reached[number] / previous, reached[number] / reached[0], median])
    return rows


def named(table: pd.DataFrame, name: str, table_name: str) -> pd.DataFrame:
    copy = table.copy()
    copy.attrs = {"name": name, "table": table_name}
    return copy


# frequency


def purchase_days(table: pd.DataFrame):
    past = table[table["day"] <= TODAY]
    return past.groupby("customer_id")["day"].apply(lambda d: sorted(set(d)))


def frequency(days: pd.Series, within: int | None):
    rows = []
    for n in range(1, 10_000):
        base = again = 0
        for own in days:
            if len(own) < n:
                continue
            nth = own[n - 1]
            if within is not None and nth > TODAY - timedelta(days=within):
                continue
            base += 1
            again += len(own) > n and (within is None or own[n] <= nth + timedelta(days=within))
        if base == 0:
            return rows
        rows.append([n, base, again, again / base, *wilson(again, base)])


def frequency_by_category(shop: Shop):
    past = shop.orders[shop.orders["day"] <= TODAY].sort_values(["customer_id", "at"], kind="stable")
    first = past.groupby("customer_id").first().drop(columns="category")
    first["category"] = past.groupby("customer_id").head(1).set_index("customer_id")["category"]
    first["again"] = purchase_days(shop.orders).map(len) > 1
    known = first["category"].fillna("~missing")
    table = first.groupby(known)["again"].agg(["size", "sum"]).reset_index()
    table["missing"] = table["category"] == "~missing"
    table = table.sort_values(["missing", "size", "category"], ascending=[True, False, True])
    n, again = int(table["size"].sum()), int(table["sum"].sum())
    corrected = holm(
        [p_value(int(s), int(z), again - int(s), n - int(z)) for s, z in zip(table["sum"], table["size"])])
    rows = []
    for category, missing, size, count, p in zip(table["category"], table["missing"], table["size"], table["sum"], corrected):
        share = count / size
        verdict = "as others" if p >= 0.05 else "leads to a second" if share > again / n else "ends the story"
        rows.append([
            None if missing else category, int(size), int(count), share, *wilson(int(count), int(size)),
            share / (again / n), p, verdict])
    return rows


# metrics


def metrics(shop: Shop, frequency: str, churn: int):
    orders = shop.orders[shop.orders["day"] <= TODAY].copy()
    orders["period"] = orders["day"].dt.to_period(frequency)
    firsts = orders.groupby("customer_id")["day"].min()
    days = orders.groupby("customer_id")["day"].apply(lambda d: np.array(sorted(d)))
    rows = []
    for period in pd.period_range(orders["period"].min(), orders["period"].max(), freq=frequency):
        start, end = period.start_time, period.end_time
        own = orders[orders["period"] == period]
        active = own["customer_id"].nunique()
        buyers = int((firsts <= end).sum())
        so_far = orders[orders["day"] <= end]
        counts = so_far.groupby("customer_id").size()
        repeaters = int((counts[own["customer_id"].unique()] > 1).sum())
        revenue = int(own["cents"].sum())
        t, length = start, timedelta(days=churn)
        base = [d for d in days if ((d >= t - length) & (d < t)).any()]
        lost = sum(not ((d >= t) & (d < t + length)).any() for d in base)
        rows.append([
            start.date().isoformat(), int(active), int(((firsts >= start) & (firsts <= end)).sum()), len(own),
            money(revenue), revenue / 100 / buyers, revenue / 100 / active if active else None,
            revenue / 100 / len(own) if len(own) else None, repeaters / active if active else None,
            int(so_far["cents"].sum()) / 100 / buyers, lost / len(base) if base else None, len(base),
            bool(t + length > TODAY)])
    return rows


def before_after(shop: Shop, days: int):
    pivot = TODAY + timedelta(days=1) - timedelta(days=days)
    orders = shop.orders
    before = orders[(orders["day"] >= pivot - timedelta(days=days)) & (orders["day"] < pivot)].groupby("customer_id")
    after = orders[(orders["day"] >= pivot) & (orders["day"] <= TODAY)].groupby("customer_id")
    rows = []
    for name, one, other in [
        ("revenue", before["cents"].sum() / 100 / days, after["cents"].sum() / 100 / days),
        ("orders", before.size() / days, after.size() / days),
    ]:
        both = pd.concat([one, other], axis=1, keys=["before", "after"]).dropna()
        interval = stats.ttest_rel(both["after"], both["before"]).confidence_interval(0.95)
        rows.append([
            name, len(both), float(both["before"].mean()), float(both["after"].mean()),
            float((both["after"] - both["before"]).mean()), float(interval.low), float(interval.high)])
    return rows


# spend


def spend(shop: Shop, source: str, amount: int, first: date, last: date):
    people = shop.customers
    leads = people[(people["source"] == source) & people["signed_up"].between(pd.Timestamp(first), pd.Timestamp(last))]
    own = shop.orders[shop.orders["customer_id"].isin(leads["customer_id"]) & (shop.orders["day"] <= TODAY)]
    buyers, revenue = own["customer_id"].nunique(), int(own["cents"].sum())
    profit = revenue - amount * 100
    return [[
        source, first.isoformat(), last.isoformat(), money(amount * 100), len(leads), buyers, money(revenue),
        money(profit), amount / len(leads), amount / buyers, profit / 100 / amount]]


# compare


def compare(shop: Shop, columns):
    counts = shop.orders.groupby("customer_id").size().reindex(shop.customers["customer_id"]).fillna(0)
    chosen = (counts > 2).to_numpy()
    lines = []
    for column in columns:
        known = shop.customers[column].fillna("~missing")
        table = pd.DataFrame({"one": known[chosen].value_counts(), "other": known[~chosen].value_counts()}).fillna(0)
        table = table.astype(int).reset_index(names="value")
        table["missing"] = table["value"] == "~missing"
        table["all"] = table["one"] + table["other"]
        table["bytes"] = [v.encode() for v in table["value"]]
        table = table.sort_values(["missing", "all", "bytes"], ascending=[True, False, True])
        lines += [(column, None if m else v, int(a), int(b)) for v, m, a, b in zip(
            table["value"], table["missing"], table["one"], table["other"])]
    one_of, other_of = int(chosen.sum()), int((~chosen).sum())
    corrected = holm([p_value(a, one_of, b, other_of) for _, _, a, b in lines])
    rows = []
    for (column, value, one, other), p in zip(lines, corrected):
        low, high = confint_proportions_2indep(one, one_of, other, other_of, method="newcomb", compare="diff")
        share, second = one / one_of, other / other_of
        rows.append([
            column, value, one, other, share, second, share / second if other else None, share - second, float(low),
            float(high), p])
    return rows


# basket and recommend


def baskets(shop: Shop):
    past = shop.orders[(shop.orders["day"] <= TODAY) & shop.orders["category"].notna()]
    return past.groupby("customer_id")["category"].apply(set), past["category"].value_counts()


def rules(sets):
    n = len(sets)
    singles, pairs = {}, {}
    for own in sets:
        for item in own:
            singles[item] = singles.get(item, 0) + 1
        for one, other in combinations(sorted(own), 2):
            pairs[one, other] = pairs[other, one] = pairs.get((one, other), 0) + 1
    return n, singles, pairs


def basket(shop: Shop):
    sets, counts = baskets(shop)
    n, singles, pairs = rules(sets)
    order = {item: place for place, item in enumerate(sorted(counts.index, key=lambda i: (-counts[i], i.encode())))}
    rows = [
        [one, other, singles[one], both, both / n, both / singles[one], *wilson(both, singles[one]),
         (both / singles[one]) / (singles[other] / n)]
        for (one, other), both in pairs.items() if both >= 5]
    return sorted(rows, key=lambda r: (-r[8], -r[3], order[r[0]], order[r[1]]))


def recommend(shop: Shop):
    sets, counts = baskets(shop)
    n, singles, pairs = rules(sets)
    values = sorted(counts.index, key=lambda i: (-counts[i], i.encode()))
    popular = sorted(values, key=lambda i: (-wilson(singles[i], n)[0], values.index(i)))
    low = {pair: wilson(both, singles[pair[0]])[0] for pair, both in pairs.items()}
    rows = []
    for customer in [c for c in shop.customers["customer_id"] if c <= "C000300"]:
        own = sets.get(customer, set())
        best = (0.0, None, None)
        for item in [v for v in values if v in own]:
            others = [v for v in values if v not in own]
            for other in sorted(others, key=lambda v: (-low.get((item, v), 0), values.index(v)))[:1]:
                if low.get((item, other), 0) > best[0]:
                    best = (low[item, other], other, f"bought {item}")
        if best[1] is None:
            rest = [v for v in popular if v not in own]
            best = (wilson(singles[rest[0]], n)[0], rest[0], "most buyers have it") if rest else (None, None, "has everything")
        rows.append([customer, best[1], best[2], best[0]])
    return rows


def main() -> None:
    shop = Shop(sys.argv[1])
    visits, carts, orders = (
        named(shop.visits, "visits", "visits"), named(shop.carts, "carts", "carts"), named(shop.orders, "orders", "orders"))
    dear = named(shop.orders[shop.orders["cents"] > 200000], "orders where total > 2000", "orders")
    cases = {
        "rfm of all": rfm(shop, TODAY),
        "rfm of all as of 90d ago": rfm(shop, TODAY - timedelta(days=90)),
        "cohorts of all": cohorts(shop, "M", "customers"),
        "cohorts by quarter measure revenue of all": cohorts(shop, "Q", "revenue"),
        "cohorts by quarter measure orders of all": cohorts(shop, "Q", "orders"),
        "cohorts by month measure repeat of all": cohorts(shop, "M", "repeat"),
        "funnel visits then carts then orders within 30d of all": funnel(shop, [visits, carts, orders], 30),
        "funnel orders then orders where total > 2000 then orders within 90d of all":
            funnel(shop, [orders, dear, orders], 90),
        "frequency of all": frequency(purchase_days(shop.orders), None),
        "frequency within 180d of all": frequency(purchase_days(shop.orders), 180),
        "frequency of visits within 30d": frequency(purchase_days(shop.visits), 30),
        "frequency by category of all": frequency_by_category(shop),
        "metrics by quarter of all": metrics(shop, "Q", 60),
        "metrics by month churn 30d of all": metrics(shop, "M", 30),
        "metrics before 90d after 90d of all": before_after(shop, 90),
        "spend ads 70000 in 2026-03": spend(shop, "ads", 70000, date(2026, 3, 1), date(2026, 3, 31)),
        "compare where orders > 2 with all on gender, source, tier": compare(shop, ["gender", "source", "tier"]),
        "basket of all": basket(shop),
        'recommend where customer_id <= "C000300"': recommend(shop),
    }
    made = {
        "made_by": "scripts/reference/behaviour.py", "customers": CUSTOMERS, "seed": SEED,
        "today": TODAY.date().isoformat(), "pandas": pd.__version__,
    }
    lines = [f"{json.dumps('made')}:{json.dumps(made)}"]
    lines += [
        f"{json.dumps(statement, ensure_ascii=False)}:[\n" + ",\n".join(
            json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "\n]"
        for statement, rows in cases.items()]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    for statement, rows in cases.items():
        print(f"{len(rows):6} rows  {statement}")


if __name__ == "__main__":
    main()
