-- DuckDB's formulations. `{...}` is filled in per round, the same for all engines. Activity is stored by customer.

-- Q1 where
select count(*) from customers where orders > {orders} and last_seen < date '{cut}';

-- Q1 sum of conditions
select sum((orders > {orders} and last_seen < date '{cut}')::integer) from customers;

-- Q1 filter
select count(*) filter (where orders > {orders} and last_seen < date '{cut}') from customers;

-- Q2 where
select count(*) from customers where orders > {orders} and last_seen < date '{cut}' and city = '{city}' and email_ok;

-- Q2 city first
select count(*) from (select * from customers where city = '{city}') where email_ok and orders > {orders}
    and last_seen < date '{cut}';

-- Q2 sum of conditions
select sum((city = '{city}' and email_ok and orders > {orders} and last_seen < date '{cut}')::integer) from customers;

-- Q3 where
select city, count(*), avg(revenue) from customers where orders > {orders} and last_seen < date '{cut}' group by city;

-- Q3 sum by count
select city, n, s::double / n
from (select city, count(*) as n, sum(revenue) as s from customers where orders > {orders} and last_seen < date '{cut}'
    group by city);

-- Q3 filter
select city, count(*) filter (where orders > {orders} and last_seen < date '{cut}') as n,
       avg(revenue) filter (where orders > {orders} and last_seen < date '{cut}')
from customers group by city having n > 0;

-- Q4 list of quantiles
select unnest(q) from (select quantile_disc(revenue, [{p1}, {p2}, 0.5, {p4}, {p5}]) as q from customers);

-- Q4 one by one
select unnest([quantile_disc(revenue, {p1}), quantile_disc(revenue, {p2}), quantile_disc(revenue, 0.5),
    quantile_disc(revenue, {p4}),
               quantile_disc(revenue, {p5})]) from customers;

-- Q4 counted values
with counted as (select revenue, count(*) as n from customers group by revenue),
     running as (select revenue, sum(n) over (order by revenue) as upto, sum(n) over () as total from counted)
select min(revenue) filter (where upto >= total * p)
from running, unnest([{p1}, {p2}, 0.5, {p4}, {p5}]) as cut(p) group by p order by p;

-- Q5 cells
select email_ok, push_ok, sms_ok, count(*) from customers where orders > {orders} and last_seen < date '{cut}'
    group by all;

-- Q5 six filters
select count(*) filter (where email_ok), count(*) filter (where push_ok), count(*) filter (where sms_ok),
    count(*) filter (where email_ok),
       count(*) filter (where push_ok and not email_ok), count(*) filter (where sms_ok and not email_ok and not push_ok)
from customers where orders > {orders} and last_seen < date '{cut}';

-- Q5 five sums
select e, p, s, e, p1, s1 from (
    select sum(email_ok::integer) as e, sum(push_ok::integer) as p, sum(sms_ok::integer) as s,
        sum((push_ok > email_ok)::integer) as p1,
           sum((sms_ok > (email_ok or push_ok))::integer) as s1
    from customers where orders > {orders} and last_seen < date '{cut}');

-- Q6 group
select count(*) from (
    select customer_id from orders where category = 'ski' and ordered_at >= timestamp '{window}' group by customer_id
        having count(*) >= 2);

-- Q6 rows less customers
select count(*) filter (where n > 1) from (
    select count(*)::utinyint as n from orders where category = 'ski' and ordered_at >= timestamp '{window}'
        group by customer_id);

-- Q6 bounds
select count(*) from (
    select customer_id, min(ordered_at) as a, max(ordered_at) as b from orders
    where category = 'ski' and ordered_at >= timestamp '{window}' group by customer_id) where a < b;

-- Q7 group
select count(*) from (
    select customer_id from orders group by customer_id having count(*) > {count}
        and max(ordered_at) < timestamp '{window}');

-- Q7 filtered count
select count(*) from (
    select customer_id from orders group by customer_id
    having count(*) > {count} and count(*) filter (where ordered_at >= timestamp '{window}') = 0);

-- Q7 older rows less recent customers
select count(*) from (
    select customer_id from orders where ordered_at < timestamp '{window}' group by customer_id
        having count(*) > {count}) as a
anti join (select customer_id from orders where ordered_at >= timestamp '{window}') as b using (customer_id);

-- Q8 group
select count(*) from (
    select customer_id from orders group by customer_id
    having sum(total) > {sum} and avg(total) > 40 and arg_max(total, ordered_at) > 30);

-- Q8 sum by count
select count(*) from (
    select customer_id from orders group by customer_id
    having sum(total) > {sum} and sum(total) > 40 * count(*) and arg_max(total, ordered_at) > 30);

-- Q8 last among the big
select count(*) from (
    select customer_id, max(ordered_at) as ordered_at from orders group by customer_id
    having sum(total) > {sum} and sum(total) > 40 * count(*)) as big
join (select * from orders where total > 30) as o using (customer_id, ordered_at);

-- Q9 quantile cuts
with buyers as materialized (
         select date_diff('day', date '2024-12-01', max(ordered_at)::date)::smallint as r, count(*)::smallint as f,
             sum(total)::decimal(18,2) as m
         from orders group by customer_id),
     cuts as (select quantile_disc(r, [0.2, 0.4, 0.6, 0.8]) as r, quantile_disc(f, [0.2, 0.4, 0.6, 0.8]) as f,
                     quantile_disc(m, [0.2, 0.4, 0.6, 0.8]) as m from buyers)
select 1 + (b.r > c.r[1])::tinyint + (b.r > c.r[2])::tinyint + (b.r > c.r[3])::tinyint + (b.r > c.r[4])::tinyint as rs,
       1 + (b.f > c.f[1])::tinyint + (b.f > c.f[2])::tinyint + (b.f > c.f[3])::tinyint + (b.f > c.f[4])::tinyint as fs,
       1 + (b.m > c.m[1])::tinyint + (b.m > c.m[2])::tinyint + (b.m > c.m[3])::tinyint + (b.m > c.m[4])::tinyint as ms,
       count(*)
from buyers as b, cuts as c group by all;

-- Q9 ranks
with buyers as (
         select date_diff('day', date '2024-12-01', max(ordered_at)::date) as r, count(*) as f, sum(total) as m
         from orders group by customer_id),
     ranked as (
         select rank() over (order by r) - 1 as r, rank() over (order by f) - 1 as f,
             rank() over (order by m) - 1 as m, count(*) over () as n
         from buyers)
select 1 + 5 * r // n, 1 + 5 * f // n, 1 + 5 * m // n, count(*) from ranked group by all;

-- Q9 cuts of integers
with buyers as materialized (
         select max(ordered_at) as last, count(*)::integer as f, sum((total * 100)::integer)::bigint as m from orders
             group by customer_id),
     days as materialized (select (epoch(last)::bigint // 86400)::integer as r, f, m from buyers),
     cr as (select quantile_disc(r, [0.2, 0.4, 0.6, 0.8]) as q from days),
     cf as (select quantile_disc(f, [0.2, 0.4, 0.6, 0.8]) as q from days),
     cm as (select quantile_disc(m, [0.2, 0.4, 0.6, 0.8]) as q from days)
select case when r <= cr.q[1] then 1 when r <= cr.q[2] then 2 when r <= cr.q[3] then 3 when r <= cr.q[4] then 4
    else 5 end as rs,
       case when f <= cf.q[1] then 1 when f <= cf.q[2] then 2 when f <= cf.q[3] then 3 when f <= cf.q[4] then 4
           else 5 end as fs,
       case when m <= cm.q[1] then 1 when m <= cm.q[2] then 2 when m <= cm.q[3] then 3 when m <= cm.q[4] then 4
           else 5 end as ms,
       count(*)
from days, cr, cf, cm group by all;

-- Q10 month bits
with masks as (
         select bit_or((1 << (12 * (year(ordered_at) - 2024) + month(ordered_at) - 12)::integer)::integer) as mask
             from orders group by customer_id),
     counted as (select mask, count(*) as n from masks group by mask),
     first as (select mask, n, bit_count((mask & -mask) - 1)::integer as start from counted)
select strftime(date '2024-12-01' + to_months(start), '%Y-%m'), offset_, sum(n)
from first, range(24) as t(offset_) where (mask >> (start + offset_)) & 1 = 1 group by all;

-- Q10 month bits by dates
with masks as (
         select bit_or((1 << date_diff('month', timestamp '2024-12-01', ordered_at)::integer)::integer) as mask
             from orders group by customer_id),
     counted as (select mask, count(*) as n from masks group by mask),
     first as (select mask, n, bit_count((mask & -mask) - 1)::integer as start from counted)
select strftime(date '2024-12-01' + to_months(start), '%Y-%m'), offset_, sum(n)
from first, range(24) as t(offset_) where (mask >> (start + offset_)) & 1 = 1 group by all;

-- Q10 distinct months
with months as (select distinct customer_id, date_diff('month', date '2024-12-01', ordered_at::date)::tinyint as month
    from orders),
     firsts as (select customer_id, min(month) as start from months group by customer_id)
select strftime(date '2024-12-01' + to_months(start::integer), '%Y-%m'), (month - start)::integer, count(*)
from months join firsts using (customer_id) group by all;

-- Q11 order by
select city, revenue, last_seen from customers where orders > {orders} and last_seen < date '{cut}'
    order by revenue desc limit 20;

-- Q11 rows by number
select city, revenue, last_seen from customers where rowid in (
    select rowid from customers where orders > {orders} and last_seen < date '{cut}' order by revenue desc limit 20)
order by revenue desc;

-- Q12a ilike
select count(*) from customers where email ilike '%{needle}%';

-- Q12a lower
select count(*) from customers where contains(lower(email), '{needle}');

-- Q12a regular expression
select count(*) from customers where regexp_matches(email, '{needle}', 'i');

-- Q12b ilike
select count(*) from customers where email ilike '%{ending}';

-- Q12b lower end
select count(*) from customers where lower(right(email, {ending_length})) = '{ending}';

-- Q12b ends with
select count(*) from customers where ends_with(lower(email), '{ending}');

-- Q12b spelled ends
select count(*) from customers where suffix(email, '{ending}') or suffix(email, upper('{ending}'));

-- Q13 where
select count(*) from masks where {algebra};

-- Q13 sum
select sum(({algebra})::integer) from masks;

-- Q13 cold
select count(*) from (select orders > 2 as a, last_seen < date '2026-09-23' as b, email_ok as c from customers)
    where {algebra};
