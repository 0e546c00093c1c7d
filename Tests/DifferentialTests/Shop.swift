import ReachColumns
import ReachLanguage
import ReachPlan
import TestSupport
import Testing

/// A shop small enough for three ways to ask it, with what is ever trouble in it: missing values, customers without activity, text
/// beyond ASCII, equal times, ends of months, leap days, nights on which the clocks change.
struct Shop: Sendable {
    let seed: UInt64
    let calendar: PlainCalendar
    let moment: Moment
    let data: PlainData
    /// Activity in order of arrival, by table.
    let arrivals: [[(customer: Int, values: [Value])]]
    let definitions: [Definition]
    let frozen: Set<Int>

    static let schema = DataSchema(tables: [
        TableSchema(
            name: "customers", kind: .customers,
            columns: [
                ColumnSchema(name: "id", type: .text, role: .key),
                ColumnSchema(name: "city", type: .text),
                ColumnSchema(name: "email", type: .text, role: .address(channel: "email")),
                ColumnSchema(name: "age", type: .integer),
                ColumnSchema(name: "balance", type: .decimal(scale: 2)),
                ColumnSchema(name: "score", type: .float),
                ColumnSchema(name: "vip", type: .boolean),
                ColumnSchema(name: "birthday", type: .date),
                ColumnSchema(name: "signup", type: .datetime),
                // Called as a table is: a bare `visits` is this column.
                ColumnSchema(name: "visits", type: .integer),
            ]),
        TableSchema(
            name: "orders", kind: .activity,
            columns: [
                ColumnSchema(name: "customer", type: .text, role: .key),
                ColumnSchema(name: "placed", type: .datetime, role: .time),
                ColumnSchema(name: "total", type: .decimal(scale: 2)),
                ColumnSchema(name: "category", type: .text),
                ColumnSchema(name: "pieces", type: .integer),
                ColumnSchema(name: "returned", type: .boolean),
            ]),
        TableSchema(
            name: "visits", kind: .activity,
            columns: [
                ColumnSchema(name: "customer", type: .text, role: .key),
                ColumnSchema(name: "day", type: .date, role: .time),
            ]),
    ])

    static let cities = [
        "Paris", "paris", "São Paulo", "Москва", "МОСКВА", "Straße", "Oslo ", "a%b_c", "ΣΊΣΥΦΟΣ", "new york", "Kİev",
        "x\\y",
    ]
    static let emails = [
        "Ann@Example.COM", "bob@mail.ru", " kim@x.org ", "no-at-sign", "a@b@C.de", "x@", "ünï@dömain.de",
    ]
    static let categories = ["ski", "Ski", "boots", "Ёлка", "gift card"]

    /// Saved segments and attributes, the later ones built on the earlier.
    static let definitionTexts: [(String, Definition.Kind, String)] = [
        ("lapsed", .segment, "last_seen > 60d"),
        ("big spenders", .segment, "sum(orders.total) > 100 or vip"),
        ("loyal", .segment, "`big spenders` and not lapsed"),
        ("spent", .attribute, "sum(orders.total)"),
        ("region", .attribute, "if(city contains \"o\", \"o-land\", coalesce(lower(city), email))"),
        ("first_order", .attribute, "min(orders.placed)"),
        ("recent", .attribute, "has orders within 90d"),
    ]

    init(seed: UInt64) throws {
        self.seed = seed
        var random = SeededRandom(seed: seed &* 7_919 &+ 11)
        let clock = PlainCalendar.Clock.allCases[Int(seed % 3)]
        calendar = PlainCalendar(clock: clock)
        let zone = try #require(Zone(clock.rawValue))
        let day = [(2026, 11, 22), (2026, 3, 31), (2024, 2, 29), (2026, 4, 5), (2025, 12, 29)][Int(seed % 5)]
        let today = PlainCalendar.number(day.0, day.1, day.2)
        // The last instant of the day, or some time in it.
        let next = calendar.instant(wall: Int64(today + 1) * PlainCalendar.dayLength)
        moment = Moment(now: seed % 2 == 0 ? next - 1 : next - 9 * PlainCalendar.hour - 1_800_000_000, zone: zone)
        var maker = RowMaker(random: random, calendar: calendar, today: today, now: moment.now)
        let known = 30
        var customers = (0..<known).map { maker.customer("c\($0)") }
        // Known by their orders alone.
        customers += ["late", "Ünbekannt"].map { [.text($0)] + Array(repeating: .missing, count: 9) }
        var data = PlainData(schema: Self.schema, customers: customers)
        var arrivals: [[(customer: Int, values: [Value])]] = [[], [], []]
        for customer in customers.indices {
            let isKnown = customer < known
            for _ in 0..<(isKnown ? random.pick([0, 0, 1, 2, 3, 4, 9]) : 2) {
                arrivals[1].append((customer, maker.order(key: customers[customer][0])))
            }
            for _ in 0..<(isKnown ? random.pick([0, 0, 1, 2, 5]) : 0) {
                arrivals[2].append((customer, maker.visit(key: customers[customer][0])))
            }
        }
        arrivals[1].shuffle(using: &random)
        arrivals[2].shuffle(using: &random)
        // Those known by their orders get their rows in this order.
        let late = arrivals[1].filter { $0.customer >= known }.sorted { $0.customer < $1.customer }
        arrivals[1] = late + arrivals[1].filter { $0.customer < known }
        data.add(arrivals[1], to: 1)
        data.add(arrivals[2], to: 2)
        self.data = data
        self.arrivals = arrivals
        frozen = Set(customers.indices.filter { $0 % 3 == 1 })
        definitions =
            try Self.definitionTexts.map { name, kind, text in
                Definition(name: name, kind: kind, text: text, expression: try ExpressionParser.parse(text))
            } + [Definition(name: "keepers", kind: .frozen, text: "saved", expression: nil)]
    }

    /// Customers imported from a file of their own; those after them come with their activity.
    var importedCustomers: ArraySlice<[Value]> { data.customers.dropLast(2) }

    static let parameters: [String: Literal] = [
        "least": .integer(2), "place": .text("Paris"), "age_limit": .duration(Duration(60, .day)),
        "start": .date(20_400), "share": .decimal(units: 25, scale: 1),
    ]

    func key(_ customer: Int) -> String {
        if case .text(let key) = data.customers[customer][0] { key } else { "" }
    }
}
