"""The statements that load a data set into DuckDB, for its library and for its command line alike."""

from sizes import Dataset


def tables(dataset: Dataset) -> list[str]:
    customers, orders = dataset.customers_parquet, dataset.orders_parquet
    return [
        f"create type city as enum (select distinct city::varchar as name from '{customers}' order by name)",
        f"create type category as enum (select distinct category::varchar as name from '{orders}' order by name)",
        f"""create table customers as
            select customer_id, city::city as city, orders::utinyint as orders, last_seen,
                   (revenue_cents / 100)::decimal(9,2) as revenue, email_ok, push_ok, sms_ok, email
            from '{customers}'""",
        f"""create table orders as
            select customer_id, make_timestamp(second * 1000000::bigint) as ordered_at, category::category as category,
                   (total_cents / 100)::decimal(5,2) as total
            from '{orders}'""",
        "checkpoint",
    ]
