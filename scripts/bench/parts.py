"""What is measured besides the queries: cold starts, memory, files, scaling, analytics, sends, a daily file, an upsert."""

import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engines.clients import Reach, reach_command
from engines.sql_texts import filled, formulations
from processes import Failed, Ran, interleaved, must_run, read_through, run
from queries import QUERIES, Query
from rounds import TRIALS, Comparison
from sizes import SEED, SIZES, TODAY, Dataset, activity_size
from workspaces import build_cli, build_reach, cli_command, import_customers, import_orders, remove

Row = list[object]


@dataclass
class Table:
    """One table of the report."""

    title: str
    columns: list[str]
    rows: list[Row] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Setting:
    cache: Path
    binary: Path
    cli: Path
    size_name: str
    threads: int
    rounds: int
    queries: list[Query]
    keep_workspace: bool
    comparison: Comparison
    # Of imports and exports.
    files: list[str]

    def dataset(self, name: str) -> Dataset:
        """A data set with all its files, made where they are missing."""
        dataset = Dataset.at(self.cache, SIZES[name])
        make(dataset)
        return dataset

    def loaded(self, name: str) -> Dataset:
        dataset = self.dataset(name)
        build_reach(self.binary, dataset, self.keep_workspace)
        return dataset

    @property
    def customers(self) -> Dataset:
        return self.loaded(self.size_name)

    @property
    def activity(self) -> Dataset:
        return self.loaded(activity_size(SIZES[self.size_name]).name)

    def of(self, query: Query) -> Dataset:
        return self.activity if query.activity else self.customers


def make(dataset: Dataset) -> None:
    """In a process of its own, so that this one stays small and holds no threads while others are timed."""
    script = Path(__file__).resolve().parent / "data.py"
    files = [dataset.customers_parquet, dataset.orders_parquet, dataset.customers_csv, dataset.orders_csv]
    if not all(file.exists() for file in files):
        print(f"generating {dataset.folder.name}", flush=True)
        must_run([sys.executable, "-B", str(script), str(dataset.folder), dataset.size.name])


def ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}×" if theirs else "–"


def one_statement(setting: Setting, workspace: Path, text: str) -> list[str]:
    return reach_command(setting.binary, workspace) + ["--format", "json", "-c", text]


# Cold starts


def cold(setting: Setting) -> list[Table]:
    query = next(query for query in QUERIES if query.id == "Q1")
    dataset, params = setting.customers, query.params(0)
    build_cli(setting.cli, dataset)
    for file in [dataset.reach, dataset.duckdb_cli, setting.binary, setting.cli]:
        read_through(file)
    small = setting.loaded("S")
    commands = {
        "Reach, Q1": one_statement(setting, dataset.reach, query.text(params)),
        "DuckDB, Q1": cli_command(
            setting.cli, dataset.duckdb_cli, filled(formulations("duckdb")["Q1"]["where"], params)
        ),
        f"Reach, opening {setting.size_name}": one_statement(setting, dataset.reach, 'echo "hi"'),
        "Reach, opening S": one_statement(setting, small.reach, 'echo "hi"'),
    }
    medians = interleaved(commands, max(setting.rounds, 10))
    table = Table("Cold: a whole process, files in the page cache", ["process", "median ms", "peak MB"])
    table.rows = [[name, ran.ms, ran.peak_mb] for name, ran in medians.items()]
    ours, theirs = medians["Reach, Q1"].ms, medians["DuckDB, Q1"].ms
    table.note = (
        f"Reach takes {ratio(ours, theirs)} DuckDB's time on Q1 (at most 0.33×); opening has to stay under 15 ms."
    )
    return [table]


# Memory of cold processes


def memory(setting: Setting) -> list[Table]:
    table = Table(
        "Peak memory of a cold process per query", ["query", "Reach MB", "DuckDB MB", "Reach : DuckDB", "at most"],
        note="DuckDB: its command line on its own file, the formulation with the lowest peak.",
    )  # fmt: skip
    for query in setting.queries:
        dataset = setting.of(query)
        build_cli(setting.cli, dataset)
        limit = "1.00×" if query.id.startswith("Q12") else "0.50×"
        ours, theirs = reach_peak(setting, dataset, query), duckdb_peak(setting, dataset, query)
        table.rows.append([query.id, ours or "not available", theirs, ratio(ours, theirs) if ours else "–", limit])
    return [table]


def reach_peak(setting: Setting, dataset: Dataset, query: Query) -> float | None:
    for statement in query.setup:
        run(one_statement(setting, dataset.reach, statement))
    ran = run(one_statement(setting, dataset.reach, query.text(query.params(0))))
    return ran.peak_mb if ran.code == 0 else None


def duckdb_peak(setting: Setting, dataset: Dataset, query: Query) -> float:
    texts = formulations("duckdb")[query.peer_key]
    # Masks exist in memory only; a cold process has to make them.
    names = ["cold"] if "cold" in texts else list(texts)
    commands = [cli_command(setting.cli, dataset.duckdb_cli, filled(texts[name], query.params(0))) for name in names]
    return min(must_run(command).peak_mb for command in commands)


# Files


def file(setting: Setting) -> list[Table]:
    dataset = setting.customers
    build_cli(setting.cli, dataset)
    files = {"Reach": dataset.reach, "DuckDB, command line": dataset.duckdb_cli, "DuckDB, library": dataset.duckdb}
    sizes = {name: path.stat().st_size for name, path in files.items() if path.exists()}
    smallest = min(size for name, size in sizes.items() if name != "Reach")
    table = Table("Files: the same tables and columns, checkpointed", ["file", "MB", "bytes"])
    table.rows = [[name, size / 1e6, size] for name, size in sizes.items()]
    table.note = f"Reach takes {ratio(sizes['Reach'], smallest)} DuckDB's smaller file (at most 1.20×)."
    return [table]


# Scaling

SMALLER = {"L": "M", "M": "S"}


def scaling(setting: Setting) -> list[Table]:
    return [by_threads(setting)] + ([by_rows(setting)] if setting.size_name in SMALLER else [])


def by_threads(setting: Setting) -> Table:
    table = Table("Scaling: Reach with one thread and with two", ["query", "one thread ms", "two threads ms", "gain"])
    for query in setting.queries:
        dataset = setting.of(query)
        shells = [Reach(setting.binary, dataset.reach, threads) for threads in (1, 2)]
        one, two = medians(query, shells, setting)
        table.rows.append([query.id, one, two, ratio(one, two)] if one and two else [query.id, "not available", "", ""])
    return table


def by_rows(setting: Setting) -> Table:
    small, large = setting.loaded(SMALLER[setting.size_name]), setting.customers
    columns = ["query", f"{small.size.name}: ns per row", f"{large.size.name}: ns per row", "growth"]
    table = Table("Scaling: Reach's time per row (customers, or orders where they are asked)", columns)
    for query in setting.queries:
        times = medians(
            query, [Reach(setting.binary, dataset.reach, setting.threads) for dataset in (small, large)], setting
        )
        if any(time is None for time in times):
            table.rows.append([query.id, "not available", "", ""])
            continue
        per_row = [
            time * 1e6 / (d.size.orders if query.activity else d.size.customers)
            for time, d in zip(times, (small, large))
        ]
        table.rows.append([query.id, *per_row, ratio(per_row[1], per_row[0])])
    return table


def medians(query: Query, shells: list[Reach], setting: Setting) -> list[float | None]:
    """Median times of several shells, asked in turn after rounds to warm up; none where the query is not available."""
    times: list[list[float]] = [[] for _ in shells]
    for shell in shells:
        shell.setup(query)
    for number in range(TRIALS + setting.rounds):
        for index in rotated(len(shells), number):
            reply = shells[index].ask(query, "", query.params(number))
            if not reply.error and number >= TRIALS:
                times[index].append(reply.ms)
    for shell in shells:
        shell.stop()
    return [statistics.median(list_) if list_ else None for list_ in times]


def rotated(n: int, by: int) -> list[int]:
    return [(index + by) % n for index in range(n)]


# A daily file


def daily(setting: Setting) -> list[Table]:
    """The newest hundredth of the orders comes in a file of its own.

    The rows are those of the workspace that got all at once, so the answers have to be the same.
    """
    dataset = setting.customers
    base, newest = split_by_time(dataset)
    workspace = dataset.path("daily.db")
    remove(workspace)
    import_customers(setting.binary, workspace, dataset.customers_csv)
    read_through(base)
    full = import_orders(setting.binary, workspace, base)
    added = import_orders(setting.binary, workspace, newest)
    share = added.wall_s / full.wall_s
    table = Table("A daily file: 1 % more orders", ["what", "time", "of the full import", "at most"])
    table.rows = [["full import, s", full.wall_s, "", ""], ["daily file, s", added.wall_s, f"{share:.1%}", "5 %"]]
    queries = after_daily(setting, dataset, workspace)
    for path in [base, newest]:
        path.unlink()
    remove(workspace)
    return [table, queries]


def split_by_time(dataset: Dataset) -> tuple[Path, Path]:
    """Rows are in the order of time, so that the newest are the file's end."""
    base, newest = dataset.path("orders_base.csv"), dataset.path("orders_newest.csv")
    rows = dataset.size.orders - dataset.size.orders // 100
    with open(dataset.orders_csv, "rb") as source, open(base, "wb") as first, open(newest, "wb") as last:
        header = source.readline()
        first.write(header)
        last.write(header)
        for number, line in enumerate(source):
            (first if number < rows else last).write(line)
    return base, newest


def after_daily(setting: Setting, dataset: Dataset, workspace: Path) -> Table:
    columns = ["query", "all at once ms", "after the daily file ms", "ratio", "at most"]
    table = Table("Queries right after a daily file", columns)
    for query in QUERIES:
        if query.id not in ("Q6", "Q7", "Q8"):
            continue
        shells = [Reach(setting.binary, path, setting.threads) for path in (dataset.reach, workspace)]
        compare_shells(setting, query, shells)
        once, after = medians(query, shells, setting)
        table.rows.append([query.id, once, after, ratio(after or 0, once or 0), "1.30×"])
    return table


def compare_shells(setting: Setting, query: Query, shells: list[Reach]) -> None:
    params = query.params(0)
    whole, grown = (shell.ask(query, "", params) for shell in shells)
    setting.comparison.expect(
        f"{query.id} after a daily file",
        "the grown workspace",
        grown.error or grown.rows,
        "the whole one",
        whole.error or whole.rows,
    )


# An upsert


def upsert(setting: Setting) -> list[Table]:
    dataset = setting.dataset(setting.size_name)
    changed = changed_customers(setting, dataset)
    workspace = dataset.path("upsert.db")
    remove(workspace)
    read_through(dataset.customers_csv)
    full = import_customers(setting.binary, workspace, dataset.customers_csv)
    update = import_customers(setting.binary, workspace, changed)
    check_upsert(setting, dataset, workspace, changed)
    changed.unlink()
    remove(workspace)
    table = Table(
        "An upsert: revenue and last_seen of a random 1 % of customers",
        ["what", "time", "of the full import", "at most"],
    )
    table.rows = [
        ["full import, s", full.wall_s, "", ""],
        ["upsert, s", update.wall_s, f"{update.wall_s / full.wall_s:.1%}", "8 %"],
    ]
    return [table]


def changed_customers(setting: Setting, dataset: Dataset) -> Path:
    target = dataset.path("customers_changed.csv")
    text = f"""copy (
        select customer_id, (revenue + 1.23)::decimal(9,2) as revenue,
               date '{TODAY}' - (hash(customer_id) % 700)::integer as last_seen
        from read_csv('{dataset.customers_csv}') where hash(customer_id, {SEED}) % 100 = 0 order by hash(customer_id)
    ) to '{target}' (header)"""
    must_run(cli_command(setting.cli, Path(":memory:"), text, readonly=False))
    return target


def check_upsert(setting: Setting, dataset: Dataset, workspace: Path, changed: Path) -> None:
    text = f"""select count(*), sum(coalesce(n.revenue, o.revenue)::decimal(9,2)), sum(orders)
        from read_csv('{dataset.customers_csv}') as o left join read_csv('{changed}') as n using (customer_id)
        where coalesce(n.last_seen, o.last_seen) < date '2026-09-23'"""
    expected = must_run(cli_command(setting.cli, Path(":memory:"), text, readonly=False)).output.strip().split(",")
    shell = Reach(setting.binary, workspace, setting.threads)
    reply = shell.statement("summarize count, sum(revenue), sum(orders) of where last_seen > 60d")
    shell.stop()
    answer = [str(value) for row in reply.rows for value in row] or [reply.error]
    setting.comparison.expect("figures after the upsert", "reach", answer, "duckdb", expected)


# Analytics that peers have no formulation of

ANALYTICS = [
    "rfm bins 4",
    "cohorts by month measure revenue",
    "cohorts by month measure orders",
    "cohorts by month measure repeat",
    "frequency",
    "frequency by category",
    "metrics",
    "metrics by month",
    "metrics before 90d after 90d",
    "funnel orders then orders within 30d",
    "funnel orders then orders then orders within 90d",
    "basket",
]

# Of buyers who come and leave as the models say, addresses that some share and visits from somewhere: the sample shop's.
SHOP_ANALYTICS = [
    "predict orders next 90d model bg",
    "predict orders next 90d model mbg",
    "predict value next 90d",
    "duplicates",
    "attribute orders to visits by source model all window 30d",
]


def analytics(setting: Setting) -> list[Table]:
    dataset = setting.activity
    table = Table(
        "Analytics: Reach alone",
        ["statement", "median ms"],
        note=f"{dataset.size.customers:,} customers with {dataset.size.orders:,} orders, in a running shell.",
    )
    timed(setting, dataset.reach, ANALYTICS, setting.rounds, table)
    shop = dataset.path("shop.reach.db")
    if not shop.exists():
        made = dataset.path("shop.unfinished.db")
        remove(made)
        demo = f"demo {dataset.size.customers} customers"
        must_run(reach_command(setting.binary, made) + ["--today", TODAY, "-c", demo])
        made.rename(shop)
    shop_table = Table(
        "Analytics of the sample shop: Reach alone",
        ["statement", "median ms"],
        note=f"`demo {dataset.size.customers} customers`, in a running shell; `predict` fits two models.",
    )
    written = f'recommend of all to "{dataset.path("next.csv")}"'
    timed(setting, shop, SHOP_ANALYTICS + [written], min(setting.rounds, 3), shop_table)
    return [table, shop_table]


def timed(setting: Setting, workspace: Path, statements: list[str], rounds: int, table: Table) -> None:
    shell = Reach(setting.binary, workspace, setting.threads)
    for statement in statements:
        replies = [shell.statement(statement) for _ in range(rounds + 1)]
        failed = next((reply.error for reply in replies if reply.error), None)
        # The first reads what the others find in memory.
        times = [reply.ms for reply in replies[1:]]
        table.rows.append([statement, f"not available ({failed[:80]})" if failed else statistics.median(times)])
    shell.stop()


# Dry runs of a campaign

SEND_CHANNELS = [
    "channel push price 0 address customer_id consent push_ok clicked 5% ordered 1%",
    "channel email price 0.05 address email consent email_ok clicked 10% ordered 2%",
    "channel bot price 3.25 address email consent sms_ok clicked 8% ordered 3%",
]
SENDS = [
    ("three channels", lambda number: "send winter to all via push,email,bot", "25 ms"),
    ("with a holdout", lambda number: "send winter to all via push,email,bot holdout 10%", "60 ms"),
    ("with a holdout drawn anew", lambda number: f"send winter{number} to all via push,email,bot holdout 10%", "60 ms"),
]


def sends(setting: Setting) -> list[Table]:
    """Customers alone, so that nothing but the cascade is measured; plans are kept, so the file is one of its own."""
    dataset = setting.dataset(setting.size_name)
    workspace = dataset.path("sends.reach.db")
    remove(workspace)
    import_customers(setting.binary, workspace, dataset.customers_csv)
    table = Table(
        "Dry runs of a cascade: Reach alone",
        ["dry run", "median ms", "bar"],
        note=f"{dataset.size.customers:,} customers, in a running shell, nothing given again from memory.",
    )
    shell = Reach(setting.binary, workspace, setting.threads)
    for statement in SEND_CHANNELS:
        reply = shell.statement(statement)
        if reply.error:
            raise Failed(reply.error)
    for name, statement, bar in SENDS:
        replies = [shell.statement(statement(number)) for number in range(setting.rounds + 1)]
        failed = next((reply.error for reply in replies if reply.error), None)
        times = [reply.ms for reply in replies[1:]]
        table.rows.append([name, f"not available ({failed[:80]})" if failed else statistics.median(times), bar])
    shell.stop()
    remove(workspace)
    return [table]


PARTS = {
    "cold": cold,
    "memory": memory,
    "file": file,
    "scaling": scaling,
    "analytics": analytics,
    "sends": sends,
    "daily": daily,
    "upsert": upsert,
}


def run_part(name: str, part: Callable[[Setting], list[Table]], setting: Setting) -> list[Table]:
    try:
        return part(setting)
    except Failed as failure:
        return [Table(f"{name}: failed", ["why"], [[str(failure)]])]
