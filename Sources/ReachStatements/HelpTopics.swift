/// What `help TOPIC` prints: the language by subject rather than by statement.
package struct HelpTopic: Hashable, Sendable {
    package let name: String
    package let summary: String
    package let lines: [String]

    static let all = [conditions, time, activity, audiences, functions, missing, scripts]

    private static let conditions = HelpTopic(
        name: "conditions", summary: "what may stand after `where`",
        lines: [
            "orders > 2                           a table where a number is wanted is its count",
            "city = \"Paris\"                       text in quotes; = < in compare letter for letter",
            "city in (\"Paris\", \"Lyon\")            one of several",
            "total between 10 and 20              both ends included",
            "email contains \"example\"             also: starts with, ends with, like \"%x_\"; case ignored",
            "email_consent                        a yes/no column stands alone",
            "city is missing, city is known       ask about missing values directly",
            "not C, C and D, C or D, ( … )        not binds tighter than and, and tighter than or",
            "lapsed                               a saved segment is a yes/no column",
        ])

    private static let time = HelpTopic(
        name: "time", summary: "ages, periods and dates",
        lines: [
            "last_seen > 60d                      longer ago than 60 days",
            "last_seen within 60d                 in the last 60 days, today included",
            "signed_up in this month              also: in 2026-03, in 2026-q1, in 2026, in last 6 months,",
            "                                     in last 7 full days, in next 30 days",
            "signed_up >= 2026-01-01              dates without quotes; today, now, 60d ago",
            "anniversary(birthday) in next 7 days the day comes round, whatever the year",
            "units: s min h d w mo q y            60d, 60 days, 3 months; months go by the calendar",
            "set today = 2026-11-01               ask as of another day",
        ])

    private static let activity = HelpTopic(
        name: "activity", summary: "what customers did: has, aggregates, sequences",
        lines: [
            "has orders within 90d                at least one row in a window: within D, in PERIOD, since DATE,",
            "                                     before DATE, between DATE and DATE",
            "has 3+ orders where total > 50       also: no, at most 2, fewer than 3, exactly 1, 2 to 4",
            "has orders in 3 of last 6 months     regularly",
            "has visits then no orders within 7d  one after the other",
            "stopped orders for 90d               bought before, but not lately",
            "resumed orders after 90d             came back after a pause",
            "sum(orders.total within 1y) > 500    count sum avg min max first last distinct, with a window and where",
            "last_seen, first_seen                newest and oldest activity of all tables",
        ])

    private static let audiences = HelpTopic(
        name: "audiences", summary: "of whom a statement speaks",
        lines: [
            "all                                  every customer; customers means the same",
            "lapsed                               a saved segment",
            "current                              the current segment; so does saying nothing",
            "where C                              customers for whom C holds, of everybody",
            "lapsed where C                       both",
            "orders of lapsed within 30d where C  rows of a table, in count, show, summarize, histogram, export",
        ])

    private static let functions = HelpTopic(
        name: "functions", summary: "computing with values",
        lines: [
            "+ - * /                              exact for integers and decimals; / gives a float",
            "lower(t) upper(t) trim(t) length(t) domain(email)",
            "year(d) quarter(d) month(d) day(d) weekday(d) hour(t)    weekday 1 is Monday",
            "yearly(d) quarterly(d) monthly(d) weekly(d) daily(d)     first day of the period",
            "days_since(d) years_since(d) anniversary(d)              until today; the next time round",
            "round(x) round(x, 2) abs(x) bucket(x, 100, 500)          bucket names the interval",
            "if(C, a, b) coalesce(a, b)                               choose; the first that is known",
            "phone(c) address(c)                                      the normalised address, missing where invalid",
        ])

    private static let missing = HelpTopic(
        name: "missing", summary: "what missing values do",
        lines: [
            "A comparison with a missing value is false, and `not` is its complement: every customer is in `C` or in `not C`.",
            "city != \"Paris\"                      everybody else, those without a city too",
            "city is known and city != \"Paris\"    only those with another city",
            "Sums, averages and extremes skip missing values; arithmetic with one gives a missing value.",
            "Empty text in a file is a missing value.",
        ])

    private static let scripts = HelpTopic(
        name: "scripts", summary: "files, pipes and cron",
        lines: [
            "reach shop.db -f weekly.reach                     run a file; it is read whole before anything runs",
            "reach shop.db -c 'count all by city'              run a line",
            "echo 'count all' | reach shop.db --format json    statements from stdin, one JSON object each",
            "reach shop.db -f weekly.reach --set days=60d      $days in the file",
            "require customers > 100 else \"too few\"            stop with exit code 4",
            "exit codes: 0 fine, 1 statement, 2 usage, 3 file or database, 4 a guard refused, 70 defect, 130 interrupted",
        ])
}
