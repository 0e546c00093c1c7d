-- chDB's formulations. `{...}` is filled in per round, the same for all engines. Activity is stored by customer.
-- Shares are a billionth lower: chDB multiplies them as floats, and takes a row too many where the product is whole.

-- Q1 where
select count() from customers where orders > {orders} and last_seen < '{cut}';

-- Q1 sum of conditions
select sum(orders > {orders} and last_seen < '{cut}') from customers;

-- Q1 countIf
select countIf(bitAnd(orders > {orders}, last_seen < '{cut}')) from customers;

-- Q2 where
select count() from customers where orders > {orders} and last_seen < '{cut}' and city = '{city}' and email_ok;

-- Q2 prewhere city
select count() from customers where city = '{city}' and email_ok and orders > {orders} and last_seen < '{cut}';

-- Q2 countIf
select countIf(bitAnd(bitAnd(city = '{city}', toUInt8(email_ok)), bitAnd(orders > {orders}, last_seen < '{cut}')))
    from customers;

-- Q3 where
select city, count(), toFloat64(sum(revenue)) / count() from customers where orders > {orders} and last_seen < '{cut}'
    group by city;

-- Q3 average
select city, count(), sum(toInt64(reinterpretAsInt32(revenue))) / count() / 100
from customers where orders > {orders} and last_seen < '{cut}' group by city;

-- Q3 countIf
select city, countIf(orders > {orders} and last_seen < '{cut}') as n, toFloat64(sumIf(revenue, orders > {orders}
    and last_seen < '{cut}')) / n
from customers group by city having n > 0;

-- Q4 exact quantiles
select arrayJoin(quantilesExact({p1} - 1e-9, {p2} - 1e-9, 0.5 - 1e-9, {p4} - 1e-9, {p5} - 1e-9)(revenue))
    from customers;

-- Q4 weighted quantiles
select arrayJoin(quantilesExactWeighted({p1} - 1e-9, {p2} - 1e-9, 0.5 - 1e-9, {p4} - 1e-9, {p5} - 1e-9)(revenue, 1))
    from customers;

-- Q4 counted values
select arrayJoin(quantilesExactWeighted({p1} - 1e-9, {p2} - 1e-9, 0.5 - 1e-9, {p4} - 1e-9, {p5} - 1e-9)(revenue, n))
from (select revenue, count() as n from customers group by revenue);

-- Q5 cells
select email_ok, push_ok, sms_ok, count() from customers where orders > {orders} and last_seen < '{cut}'
    group by email_ok, push_ok, sms_ok;

-- Q5 six filters
select countIf(email_ok), countIf(push_ok), countIf(sms_ok), countIf(email_ok), countIf(push_ok and not email_ok),
       countIf(sms_ok and not email_ok and not push_ok)
from customers where orders > {orders} and last_seen < '{cut}';

-- Q5 five sums
select sum(email_ok) as e, sum(push_ok), sum(sms_ok), e, sum(push_ok > email_ok), sum(sms_ok > (email_ok or push_ok))
from customers where orders > {orders} and last_seen < '{cut}';

-- Q6 group
select count() from (
    select customer_id from orders where category = 'ski' and ordered_at >= '{window}' group by customer_id
        having count() >= 2);

-- Q6 count of counts
select countIf(n > 1) from (select count() as n from orders where category = 'ski' and ordered_at >= '{window}'
    group by customer_id);

-- Q6 in order
select countIf(n > 1) from (select count() as n from orders where category = 'ski' and ordered_at >= '{window}'
    group by customer_id)
settings optimize_aggregation_in_order = 1;

-- Q7 group
select count() from (select customer_id from orders group by customer_id having count() > {count}
    and max(ordered_at) < '{window}');

-- Q7 in order
select count() from (select customer_id from orders group by customer_id having count() > {count}
    and max(ordered_at) < '{window}')
settings optimize_aggregation_in_order = 1;

-- Q7 filtered count
select countIf(n > {count} and k = 0) from (select count() as n, countIf(ordered_at >= '{window}') as k from orders
    group by customer_id);

-- Q8 group
select count() from (
    select customer_id from orders group by customer_id having sum(total) > {sum} and sum(total) > 40 * count()
        and argMax(total, ordered_at) > 30);

-- Q8 in order
select count() from (
    select customer_id from orders group by customer_id having sum(total) > {sum} and sum(total) > 40 * count()
        and argMax(total, ordered_at) > 30)
settings optimize_aggregation_in_order = 1;

-- Q8 largest pair
select count() from (
    select customer_id from orders group by customer_id
    having sum(total) > {sum} and sum(total) > 40 * count() and tupleElement(max((ordered_at, total)), 2) > 30);

-- Q9 quantile cuts
with buyers as materialized (select toUInt16(toDate(max(ordered_at))) as r, toUInt32(count()) as f, sum(total) as m
    from orders group by customer_id)
select 1 + (r > cr[1]) + (r > cr[2]) + (r > cr[3]) + (r > cr[4]) as rs,
       1 + (f > cf[1]) + (f > cf[2]) + (f > cf[3]) + (f > cf[4]) as fs,
       1 + (m > cm[1]) + (m > cm[2]) + (m > cm[3]) + (m > cm[4]) as ms, count()
from buyers, (select quantilesExactWeighted(0.2 - 1e-9, 0.4 - 1e-9, 0.6 - 1e-9, 0.8 - 1e-9)(r, 1) as cr,
    quantilesExactWeighted(0.2 - 1e-9, 0.4 - 1e-9, 0.6 - 1e-9, 0.8 - 1e-9)(f, 1) as cf,
                     quantilesExact(0.2 - 1e-9, 0.4 - 1e-9, 0.6 - 1e-9, 0.8 - 1e-9)(m) as cm from buyers) as cuts
group by rs, fs, ms;

-- Q9 twice
with cuts as (
         select quantilesExactWeighted(0.2 - 1e-9, 0.4 - 1e-9, 0.6 - 1e-9, 0.8 - 1e-9)(r, 1) as cr,
             quantilesExactWeighted(0.2 - 1e-9, 0.4 - 1e-9, 0.6 - 1e-9, 0.8 - 1e-9)(f, 1) as cf,
                quantilesExact(0.2 - 1e-9, 0.4 - 1e-9, 0.6 - 1e-9, 0.8 - 1e-9)(m) as cm
         from (select toUInt16(toDate(max(ordered_at))) as r, toUInt32(count()) as f, sum(total) as m from orders
             group by customer_id) as b)
select 1 + (r > cr[1]) + (r > cr[2]) + (r > cr[3]) + (r > cr[4]) as rs,
       1 + (f > cf[1]) + (f > cf[2]) + (f > cf[3]) + (f > cf[4]) as fs,
       1 + (m > cm[1]) + (m > cm[2]) + (m > cm[3]) + (m > cm[4]) as ms, count()
from (select toUInt16(toDate(max(ordered_at))) as r, toUInt32(count()) as f, sum(total) as m from orders
    group by customer_id) as buyers, cuts
group by rs, fs, ms;

-- Q10 month bits
with masks as (
         select mask, count() as n
         from (select groupBitOr(bitShiftLeft(toUInt32(1),
             toRelativeMonthNum(ordered_at) - toRelativeMonthNum(toDate('2024-12-01')))) as mask
               from orders group by customer_id)
         group by mask),
     firsts as (select mask, n, bitCount(bitAnd(mask, toUInt32(-toInt64(mask))) - 1) as start from masks)
select formatDateTime(addMonths(toDate('2024-12-01'), start), '%Y-%m') as cohort,
    toUInt8(arrayJoin(bitPositionsToArray(mask)) - start) as offset_, sum(n)
from firsts group by cohort, offset_;

-- Q10 month bits in order
with masks as (
         select mask, count() as n
         from (select groupBitOr(bitShiftLeft(toUInt32(1),
             toRelativeMonthNum(ordered_at) - toRelativeMonthNum(toDate('2024-12-01')))) as mask
               from orders group by customer_id settings optimize_aggregation_in_order = 1)
         group by mask),
     firsts as (select mask, n, bitCount(bitAnd(mask, toUInt32(-toInt64(mask))) - 1) as start from masks)
select formatDateTime(addMonths(toDate('2024-12-01'), start), '%Y-%m') as cohort,
    toUInt8(arrayJoin(bitPositionsToArray(mask)) - start) as offset_, sum(n)
from firsts group by cohort, offset_;

-- Q10 distinct months
select formatDateTime(addMonths(toDate('2024-12-01'), months[1]), '%Y-%m') as cohort,
    arrayJoin(months) - months[1] as offset_, count()
from (select arraySort(groupUniqArray(toUInt8(toRelativeMonthNum(ordered_at) - toRelativeMonthNum(toDate('2024-12-01'))))) as months
      from orders group by customer_id)
group by cohort, offset_;

-- Q11 order by
select city, revenue, last_seen from customers where orders > {orders} and last_seen < '{cut}'
    order by revenue desc limit 20;

-- Q11 threshold
select city, revenue, last_seen from customers
where orders > {orders} and last_seen < '{cut}' and revenue >= (
    select min(revenue) from (select revenue from customers where orders > {orders} and last_seen < '{cut}'
        order by revenue desc limit 20))
order by revenue desc limit 20;

-- Q12a position
select count() from customers where positionCaseInsensitive(email, '{needle}') > 0;

-- Q12a ilike
select count() from customers where email ilike '%{needle}%';

-- Q12a multi search
select count() from customers where multiSearchAnyCaseInsensitive(email, ['{needle}']);

-- Q12a lower
select count() from customers where lower(email) like '%{needle}%';

-- Q12b ilike
select count() from customers where email ilike '%{ending}';

-- Q12b lower end
select count() from customers where lower(right(email, {ending_length})) = '{ending}';

-- Q12b ends with
select count() from customers where endsWith(lower(email), '{ending}');

-- Q12b spelled ends
select count() from customers where endsWith(email, '{ending}') or endsWith(email, upper('{ending}'));

-- Q13 where
select count() from masks where {algebra};

-- Q13 countIf
select countIf({algebra}) from masks;
