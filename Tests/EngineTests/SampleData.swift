import ReachColumns
import ReachPlan
import TestSupport

/// A shop small enough for a row-by-row reference, with everything in it that has ever been trouble: missing values, deleted
/// customers, customers without activity, text beyond ASCII, equal times, extremes, a zone whose clocks change.
enum SampleData {
    static let zone = Zone("America/New_York") ?? .utc
    /// 2026-11-22, 15:30 in New York.
    static let moment = Moment(now: 1_795_379_400_000_000, zone: zone)
    static let today = moment.today

    static let schema = DataSchema(tables: [
        TableSchema(
            name: "customers", kind: .customers,
            columns: [
                ColumnSchema(name: "id", type: .integer, role: .key),
                ColumnSchema(name: "city", type: .text),
                ColumnSchema(name: "email", type: .text),
                ColumnSchema(name: "visits_made", type: .integer),
                ColumnSchema(name: "big", type: .integer),
                ColumnSchema(name: "balance", type: .decimal(scale: 2)),
                ColumnSchema(name: "score", type: .float),
                ColumnSchema(name: "vip", type: .boolean),
                ColumnSchema(name: "birthday", type: .date),
                ColumnSchema(name: "joined", type: .datetime),
            ]),
        TableSchema(
            name: "orders", kind: .activity,
            columns: [
                ColumnSchema(name: "customer", type: .integer, role: .key),
                ColumnSchema(name: "at", type: .datetime, role: .time),
                ColumnSchema(name: "total", type: .decimal(scale: 2)),
                ColumnSchema(name: "quantity", type: .integer),
                ColumnSchema(name: "category", type: .text),
                ColumnSchema(name: "rate", type: .float),
                ColumnSchema(name: "returned", type: .boolean),
                ColumnSchema(name: "shipped", type: .date),
            ]),
        TableSchema(
            name: "visits", kind: .activity,
            columns: [
                ColumnSchema(name: "at", type: .date, role: .time),
                ColumnSchema(name: "page", type: .text),
                ColumnSchema(name: "seconds", type: .integer),
            ]),
    ])

    static let cities = [
        "Paris", "paris", "São Paulo", "Москва", "МОСКВА", "Straße", "Oslo ", " ", "a%b_c", "ΣΊΣΥΦΟΣ", "new york",
    ]
    static let addresses = [
        "Ann@Example.COM", "bob@mail.ru", " kim@x.org ", "no-at-sign", "a@b@C.de", "@", "x@", "ünï@dömain.de",
        "joe@localhost",
    ]
    static let categories = ["ski", "Ski", "boots", "Ёлка", "gift card"]

    /// About `customerCount` customers; the same for the same seed.
    static func make(seed: UInt64, customerCount: Int = 40) -> PlainData {
        var random = SeededRandom(seed: seed)
        let customers = (0..<customerCount).map { customer($0, &random) }
        let deleted = Set((0..<customerCount).filter { _ in random.oneIn(8) })
        var data = PlainData(schema: schema, customers: customers, deleted: deleted)
        var orders: [(Int, [Value])] = []
        var visits: [(Int, [Value])] = []
        for customer in 0..<customerCount {
            for _ in 0..<random.pick([0, 0, 1, 2, 3, 9]) { orders.append((customer, order(&random))) }
            for _ in 0..<random.pick([0, 0, 1, 4]) { visits.append((customer, visit(&random))) }
        }
        orders.shuffle(using: &random)
        data.add(orders, to: 1)
        data.add(visits, to: 2)
        return data
    }

    private static func customer(_ number: Int, _ random: inout SeededRandom) -> [Value] {
        [
            .integer(Int64(1_000 + number)),
            random.oneIn(5) ? .missing : .text(random.pick(cities)),
            random.oneIn(5) ? .missing : .text(random.pick(addresses)),
            random.oneIn(6) ? .missing : .integer(Int64(random.pick([0, 1, 2, 3, 5, 8, 300, -2]))),
            random.oneIn(3)
                ? .missing : .integer(random.pick([.min, .max, 0, 1, -1, 1 << 40, 4_611_686_018_427_387_904])),
            random.oneIn(6) ? .missing : .decimal(units: random.pick([0, 1, -1, 150, 250, 99_999, -12_345]), scale: 2),
            random.oneIn(6) ? .missing : .float(random.pick([0, -0.0, 0.1, 0.2, 0.3, 2.5, -1.5, 1e300, 1e-300, 1e16])),
            random.oneIn(5) ? .missing : .boolean(random.oneIn(2)),
            random.oneIn(5) ? .missing : .date(date(&random)),
            random.oneIn(5) ? .missing : .datetime(datetime(&random)),
        ]
    }

    private static func order(_ random: inout SeededRandom) -> [Value] {
        [
            .missing,
            random.oneIn(30) ? .missing : .datetime(datetime(&random)),
            random.oneIn(6) ? .missing : .decimal(units: random.pick([0, 100, 1_999, 5_000, 5_000, -700]), scale: 2),
            random.oneIn(6) ? .missing : .integer(random.pick([0, 1, 1, 2, 5, .max])),
            random.oneIn(6) ? .missing : .text(random.pick(categories)),
            random.oneIn(6) ? .missing : .float(random.pick([0, 0.1, 0.7, -0.7, 1e17, 3, 1e308])),
            random.oneIn(4) ? .missing : .boolean(random.oneIn(3)),
            random.oneIn(4) ? .missing : .date(date(&random)),
        ]
    }

    private static func visit(_ random: inout SeededRandom) -> [Value] {
        [
            .date(today - Int32(random.pick([-3, 0, 0, 1, 2, 7, 30, 31, 59, 60, 61, 365]))),
            random.oneIn(6) ? .missing : .text("/" + random.pick(["", "home", "Cart", "cart", "über"])),
            random.oneIn(6) ? .missing : .integer(Int64(random.next() % 90)),
        ]
    }

    /// Near today, at the ends of months, on leap days.
    private static func date(_ random: inout SeededRandom) -> Int32 {
        let leapDay: Int32 = 19_782  // 2024-02-29
        return random.pick([
            today, today - 1, today + 1, today - 60, today - 61, today + 30, leapDay, leapDay + 1, leapDay - 1, 10_956,
            -1,
            today - 365, today - Int32(random.next() % 400),
        ])
    }

    /// Also where the clocks change: 2026-11-01 has 01:30 twice, 2026-03-08 no 02:30.
    private static func datetime(_ random: inout SeededRandom) -> Int64 {
        let hour: Int64 = 3_600_000_000
        let now = moment.now
        return random.pick([
            now, now - 1, now + hour, now - 24 * hour, now - 60 * 24 * hour, 1_793_511_000_000_000,
            1_793_514_600_000_000, 1_772_953_200_000_000, now - 31 * 24 * hour,
            now - Int64(random.next() % 400) * 24 * hour, now - Int64(random.next() % 9_000) * hour,
        ])
    }
}

extension SeededRandom {
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[Int(next() % UInt64(elements.count))] }
}
