#!/usr/bin/env python3
"""Figures of `predict`, `attribute` and `report experiment` on a sample shop, computed without Reach.

    python3 -m venv /tmp/reference
    /tmp/reference/bin/pip install numpy scipy pandas statsmodels
    /tmp/reference/bin/python scripts/reference/models.py .build/debug/reach > Tests/Reference/models.json

Reach only makes the shop and writes its tables to CSV files; everything else is pandas, scipy and statsmodels.
"""
import json
import math
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
from scipy import optimize, special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

SHOP, TODAY, HORIZON = "demo 2000 customers seed 7", "2026-11-22", 90


def tables(reach):
    folder = tempfile.mkdtemp()
    shop = f"{folder}/shop.db"
    statements = [SHOP] + [f'export {name} to "{folder}/{name}.csv"' for name in ("orders", "visits")]
    statements.append(f'export all to "{folder}/customers.csv"')
    command = [reach, shop, "--today", TODAY]
    for statement in statements:
        command += ["-c", statement]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return [pd.read_csv(f"{folder}/{name}.csv", dtype={"customer_id": str}) for name in ("customers", "orders", "visits")]


# --- predict ---------------------------------------------------------------------------------------------------------

def histories(orders, end):
    """x, t, T in days and the mean value of repeat purchase days; returns are no purchases."""
    kept = orders[(orders.total >= 0) & (orders.day <= end)]
    days = kept.groupby(["customer_id", "day"]).total.sum().reset_index()
    rows = days.groupby("customer_id").agg(first=("day", "min"), last=("day", "max"), count=("day", "size"), paid=("total", "sum"))
    first = days.sort_values("day").groupby("customer_id").total.first()
    x = rows["count"] - 1
    mean = (rows.paid - first) / x.where(x > 0)
    return pd.DataFrame({"x": x, "t": (rows["last"] - rows["first"]).dt.days, "T": (end - rows["first"]).dt.days, "mean": mean})


def log_likelihood(theta, h, modified):
    r, alpha, a, b = np.exp(theta)
    x, t, T = h.x.values, h.t.values / 7, h["T"].values / 7
    g = special.gammaln
    stayed = x + 1 if modified else x
    base = g(r + x) - g(r) + r * np.log(alpha) + g(a + b) + g(b + stayed) - g(b) - g(a + b + stayed)
    there = -(r + x) * np.log(alpha + T)
    before = b + x if modified else b + np.maximum(x, 1) - 1
    left = np.log(a) - np.log(before) - (r + x) * np.log(alpha + t)
    if not modified:
        left = np.where(x > 0, left, -np.inf)
    return np.sum(base + np.logaddexp(there, left))


def fit(h, modified):
    best = None
    for start in ([0.5, 10, 0.8, 2.5], [1, 20, 1, 3], [3, 30, 2, 10]):
        found = optimize.minimize(lambda v: -log_likelihood(v, h, modified) / len(h), np.log(start), method="L-BFGS-B",
                                  options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000})
        found = optimize.minimize(lambda v: -log_likelihood(v, h, modified) / len(h), found.x, method="Nelder-Mead",
                                  options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 20000, "maxfev": 20000})
        if best is None or found.fun < best.fun:
            best = found
    return np.exp(best.x), -best.fun * len(h)


def alive(p, h, modified):
    r, alpha, a, b = p
    x, t, T = h.x, h.t / 7, h["T"] / 7
    before = b + x if modified else b + np.maximum(x, 1) - 1
    odds = a / before * ((alpha + T) / (alpha + t)) ** (r + x)
    return 1 / (1 + (odds if modified else odds * (x > 0)))


def expected(p, h, days, modified):
    """The published forms, with the hypergeometric function of scipy."""
    r, alpha, a, b = p
    x, T, t = h.x, h["T"] / 7, days / 7
    c = a + b + x - (0 if modified else 1)
    second = b + x + (1 if modified else 0)
    z = t / (alpha + T + t)
    mean = c / (a - 1) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * special.hyp2f1(r + x, second, c, z))
    return mean * alive(p, h, modified)


def spend(h):
    kept = h[(h.x > 0) & (h["mean"] > 0)]
    x, z = kept.x.values, kept["mean"].values
    scale = z.mean()
    z = z / scale
    g = special.gammaln

    def value(theta):
        p, q, v = np.exp(theta)
        return -np.mean(g(p * x + q) - g(p * x) - g(q) + q * np.log(v) + (p * x - 1) * np.log(z) + p * x * np.log(x)
                        - (p * x + q) * np.log(x * z + v))

    found = optimize.minimize(value, np.log([6, 4, 0.5]), method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000})
    found = optimize.minimize(value, found.x, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-15, "maxiter": 20000, "maxfev": 20000})
    p, q, v = np.exp(found.x)
    return (p, q, v * scale), np.corrcoef(x, z)[0, 1], len(kept)


def predictions(orders):
    end = pd.Timestamp(TODAY)
    h = histories(orders, end)
    gaps = (h.t / h.x)[h.x > 0].sort_values()
    span = (end - orders[orders.day <= end].day.min()).days + 1
    foreseen = min(HORIZON, span // 2, span - math.ceil(3 * gaps.iloc[(len(gaps) + 1) // 2 - 1]))
    cut = end - pd.Timedelta(days=foreseen)
    then = histories(orders, cut)
    bought = orders[(orders.total >= 0) & (orders.day > cut) & (orders.day <= end)]
    actual = int(bought[bought.customer_id.isin(then.index)].groupby("customer_id").day.nunique().sum())
    (p, q, v), correlation, fitted = spend(h)
    mean = p * v / (q - 1)
    has = (h.x > 0) & (h["mean"] > 0)
    worth = np.where(has, p * (v + h.x * h["mean"].fillna(0)) / (p * h.x + q - 1), mean)
    out = {"spend": {"p": p, "q": q, "v": v, "mean_value": mean, "correlation": correlation, "value_fitted_to": fitted}}
    shown = list(h.sort_values(["x", "T"]).index[:: max(1, len(h) // 12)])
    for model in ("bg", "mbg"):
        modified = model == "mbg"
        params, logarithm = fit(h, modified)
        orders_ahead = expected(params, h, HORIZON, modified)
        there = alive(params, h, modified)
        old, _ = fit(then, modified)
        out[model] = {
            "r": params[0], "alpha": params[1], "a": params[2], "b": params[3], "log_likelihood": logarithm,
            "customers": len(h), "alive": there.sum(), "expected_orders": orders_ahead.sum(),
            "expected_value": (orders_ahead * worth).sum(), "calibration_days": foreseen,
            "calibration_customers": len(then), "calibration_actual": actual,
            "calibration_predicted": expected(old, then, foreseen, modified).sum(),
            "buyers": {key: [there[key], orders_ahead[key], float((orders_ahead * worth)[key])] for key in shown},
        }
    return out


# --- attribute -------------------------------------------------------------------------------------------------------

def attribution(orders, visits, window, half_life):
    touches = {key: list(zip(part["time"], part.source.fillna("missing")))
               for key, part in visits.sort_values("time", kind="stable").groupby("customer_id")}
    models = ("first", "last", "linear", "position", "decay")
    credit = {model: {} for model in models}
    past = orders[orders.day <= pd.Timestamp(TODAY)]
    by_day = past["time"].dt.normalize().eq(past["time"]).all() and ":" not in str(past["at"].iloc[0])
    for row in past.itertuples():
        found = []
        for time, source in touches.get(row.customer_id, []):
            age = (row.day - time.normalize()) if by_day else row.time - time
            if pd.Timedelta(0) <= age <= pd.Timedelta(days=window):
                found.append((age / pd.Timedelta(days=1), source))
        cents = round(row.total * 100)
        for model in models:
            n = len(found)
            if n == 0:
                shares, names = [1.0], ["unattributed"]
            else:
                names = [source for _, source in found]
                if model == "first":
                    shares = [1.0] + [0.0] * (n - 1)
                elif model == "last":
                    shares = [0.0] * (n - 1) + [1.0]
                elif model == "linear" or model == "position" and n <= 2:
                    shares = [1 / n] * n
                elif model == "position":
                    shares = [0.4] + [0.2 / (n - 2)] * (n - 2) + [0.4]
                else:
                    weights = [2 ** -(age / half_life) for age, _ in found]
                    shares = [weight / sum(weights) for weight in weights]
            exact = [share * abs(cents) for share in shares]
            parts = [math.floor(value) for value in exact]
            order = sorted(range(len(parts)), key=lambda i: (-round(exact[i] - parts[i], 9), i))
            for i in order[: abs(cents) - sum(parts)]:
                parts[i] += 1
            for name, share, part in zip(names, shares, parts):
                total = credit[model].setdefault(name, [0.0, 0])
                total[0] += share
                total[1] += part if cents >= 0 else -part
    return {model: {name: [value[0], value[1]] for name, value in sorted(found.items())} for model, found in credit.items()}


# --- report experiment -----------------------------------------------------------------------------------------------

def experiment(customers, orders):
    figures = orders.groupby("customer_id").total.agg(["size", "sum"])
    customers = customers.join(figures, on="customer_id")
    customers["many"] = customers["size"].fillna(0) > 5
    customers["paid"] = customers["sum"].fillna(0)
    assigned = customers[customers.email_consent.notna()]
    is_arm = assigned.email_consent.astype(str).str.lower() == "true"
    arm, control = assigned[is_arm], assigned[~is_arm]
    events, counts = np.array([arm.many.sum(), control.many.sum()]), np.array([len(arm), len(control)])
    z, p = proportions_ztest(events, counts)
    low, high = confint_proportions_2indep(*[int(v) for pair in zip(events, counts) for v in pair], method="wald")
    means = CompareMeans(DescrStatsW(arm.paid), DescrStatsW(control.paid))
    t, p_mean, _ = means.ttest_ind(usevar="unequal")
    mean_low, mean_high = means.tconfint_diff(usevar="unequal")
    # Spread over few: Fisher and Newcombe.
    few = customers[customers.tier == "gold"]
    few = few[few.email_consent.notna()]
    is_few = few.email_consent.astype(str).str.lower() == "true"
    events_few = [int((few["size"] > 12)[is_few].sum()), int(is_few.sum()), int((few["size"] > 12)[~is_few].sum()), int((~is_few).sum())]
    fisher = stats.fisher_exact([[events_few[0], events_few[1] - events_few[0]], [events_few[2], events_few[3] - events_few[2]]])[1]
    newcombe = confint_proportions_2indep(*events_few, method="newcomb")
    chi2, chi_p = stats.chisquare(counts)
    holm = multipletests([p, p_mean], method="holm")[1]
    return {
        "rate": {"events": [int(v) for v in events], "customers": [int(v) for v in counts], "z": z, "p": p, "low": low, "high": high, "p_holm": holm[0]},
        "mean": {"means": [arm.paid.mean(), control.paid.mean()], "t": t, "p": p_mean, "low": mean_low, "high": mean_high, "p_holm": holm[1]},
        "few": {"counts": events_few, "p": fisher, "low": newcombe[0], "high": newcombe[1]},
        "sample_ratio": {"chi2": chi2, "p": chi_p},
    }


def main():
    customers, orders, visits = tables(sys.argv[1])
    for table in (orders, visits):
        table["time"] = pd.to_datetime(table["at"], utc=True).dt.tz_localize(None)
        table["day"] = table["time"].dt.normalize()
    figures = {
        "made_by": "scripts/reference/models.py", "shop": SHOP, "today": TODAY, "horizon_days": HORIZON,
        "predict": predictions(orders), "attribute": attribution(orders, visits, 30, 7),
        "experiment": experiment(customers, orders),
    }
    json.dump(figures, sys.stdout, indent=1, default=float)
    print()


main()
