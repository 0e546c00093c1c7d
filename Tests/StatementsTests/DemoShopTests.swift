import Foundation
import ReachColumns
import Testing

@testable import ReachStatements

@Suite struct DemoShopTests {
    static let today = Int32(CivilDate(year: 2026, month: 11, day: 22)?.daysSinceEpoch ?? 0)

    /// Cells as text; nil where missing.
    static func cells(_ column: BatchColumn) -> [String?] {
        switch column {
        case .lanes(let lanes, let missing):
            return lanes.indices.map { missing?[$0] == true ? nil : String(lanes[$0]) }
        case .floats(let floats, let missing):
            return floats.indices.map { missing?[$0] == true ? nil : String(floats[$0]) }
        case .text(let offsets, let bytes, let missing):
            return (0..<offsets.count - 1).map { row in
                missing?[row] == true
                    ? nil : String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self)
            }
        }
    }

    /// All cells of a shop, by table and column.
    static func content(_ shop: DemoShop) -> [[[String?]]] {
        var content = DemoShop.tables.map { $0.columns.map { _ in [String?]() } }
        for index in 0..<shop.blockCount {
            for (table, batch) in shop.block(index).enumerated() {
                for (column, cells) in batch.columns.map(cells).enumerated() { content[table][column] += cells }
            }
        }
        return content
    }

    static let shop = content(DemoShop(customers: 4_000, seed: 1, today: today))

    static func column(_ table: String, _ name: String) -> [String?] {
        guard let position = DemoShop.tables.firstIndex(where: { $0.name == table }),
            let column = DemoShop.tables[position].index(of: name)
        else { return [] }
        return shop[position][column]
    }

    @Test func sameSeedSameShop() {
        let one = Self.content(DemoShop(customers: 300, seed: 7, today: Self.today))
        #expect(Self.content(DemoShop(customers: 300, seed: 7, today: Self.today)) == one)
        #expect(Self.content(DemoShop(customers: 300, seed: 8, today: Self.today)) != one)
    }

    @Test func blocksAndSizeDoNotMatter() {
        let whole = Self.content(DemoShop(customers: 200, seed: 7, today: Self.today))
        #expect(Self.content(DemoShop(customers: 200, seed: 7, today: Self.today, blockCustomers: 7)) == whole)
        let more = DemoShop(customers: 260, seed: 7, today: Self.today, blockCustomers: 200).block(0)
        #expect(more.map { $0.columns.map(Self.cells) } == whole)
        #expect(DemoShop(customers: 0, today: Self.today).blockCount == 0)
    }

    @Test func batchesFitTheirTables() {
        let block = DemoShop(customers: 50, today: Self.today).block(0)
        #expect(block.count == DemoShop.tables.count)
        for (batch, table) in zip(block, DemoShop.tables) {
            #expect(batch.columns.count == table.columns.count, "\(table.name)")
            for (column, schema) in zip(batch.columns, table.columns) {
                switch column {
                case .lanes: #expect(schema.type.isFixedPoint, "\(table.name).\(schema.name)")
                case .floats: #expect(schema.type == .float)
                case .text: #expect(schema.type == .text, "\(table.name).\(schema.name)")
                }
            }
        }
    }

    @Test func everyRowBelongsToACustomer() {
        let keys = Self.column("customers", "customer_id").compactMap(\.self)
        #expect(keys.count == 4_000 && Set(keys).count == 4_000)
        #expect(keys[122] == "C000123")
        let known = Set(keys)
        for table in ["orders", "visits", "carts", "opens", "clicks"] {
            let owners = Self.column(table, "customer_id")
            #expect(!owners.isEmpty && owners.allSatisfy { $0.map(known.contains) == true }, "\(table)")
        }
        let orders = Self.column("orders", "order_id")
        #expect(Set(orders).count == orders.count)
    }

    @Test func nothingHappensTodayOrMuchBeforeTheFirstDay() {
        let day: Int64 = 86_400_000_000
        for table in ["orders", "visits", "carts", "opens", "clicks"] {
            for instant in Self.column(table, "at").compactMap({ $0.flatMap { Int64($0) } }) {
                #expect(instant < Int64(Self.today) * day, "\(table)")
                #expect(instant > (Int64(Self.today) - 1_098) * day, "\(table)")
            }
        }
    }

    @Test func lapsedBuyersAreSomeButNotMany() {
        var orders: [String: Int] = [:]
        for key in Self.column("orders", "customer_id").compactMap(\.self) { orders[key, default: 0] += 1 }
        var lastSeen: [String: Int64] = [:]
        for table in ["orders", "visits", "carts", "opens", "clicks"] {
            for (key, at) in zip(Self.column(table, "customer_id"), Self.column(table, "at")) {
                guard let key, let at = at.flatMap({ Int64($0) }) else { continue }
                lastSeen[key] = max(lastSeen[key] ?? .min, at)
            }
        }
        let since = (Int64(Self.today) - 60) * 86_400_000_000
        let lapsed = orders.count { $0.value > 2 && (lastSeen[$0.key] ?? 0) < since }
        #expect((320...600).contains(lapsed), "\(lapsed) of 4,000")
        #expect((2_700...3_500).contains(orders.count))
        #expect(orders.values.contains { $0 > 30 })
        #expect((12_000...16_000).contains(Self.column("orders", "at").count))
    }

    @Test func decemberIsBusierThanSummer() {
        var byMonth: [Int: Int] = [:]
        for at in Self.column("orders", "at").compactMap({ $0.flatMap { Int($0) } }) {
            let date = CivilDate(daysSinceEpoch: at / 86_400_000_000)
            if date.year == 2025 { byMonth[date.month, default: 0] += 1 }
        }
        #expect(byMonth.count == 12)
        #expect((byMonth[12] ?? 0) * 10 > (byMonth[7] ?? 0) * 13)
    }

    @Test func valuesAreMissingInPlaces() {
        let shares: [(String, String, ClosedRange<Double>)] = [
            ("customers", "email", 0.06...0.1), ("customers", "phone", 0.03...0.07),
            ("customers", "push_token", 0.6...0.75),
            ("customers", "name", 0.01...0.04), ("customers", "city", 0.02...0.045),
            ("customers", "sms_consent", 0.05...0.11),
            ("orders", "category", 0.001...0.01), ("visits", "source", 0.02...0.04), ("orders", "total", 0...0),
        ]
        for (table, column, share) in shares {
            let cells = Self.column(table, column)
            let missing = Double(cells.count { $0 == nil }) / Double(cells.count)
            #expect(share.contains(missing), "\(table).\(column) \(missing)")
        }
    }

    @Test func namesAreHostileAndNormalised() {
        let names = Self.column("customers", "name").compactMap(\.self)
        #expect(names.contains("Robert \"Bob\" O'Neil") && names.contains("Два\nстрочных имени"))
        for text in Set(names + Self.column("customers", "city").compactMap(\.self)) {
            #expect(text.precomposedStringWithCanonicalMapping.utf8.elementsEqual(text.utf8), "\(text)")
        }
        #expect(
            DemoVocabulary.hostileNames.allSatisfy {
                $0.precomposedStringWithCanonicalMapping.utf8.elementsEqual($0.utf8)
            })
    }

    @Test func addressesAreMostlyValid() {
        let phones = Self.column("customers", "phone").compactMap(\.self)
        let international = phones.count { $0.hasPrefix("+") && $0.dropFirst().allSatisfy(\.isNumber) && $0.count > 9 }
        #expect(Double(international) / Double(phones.count) > 0.9 && international < phones.count)
        let emails = Self.column("customers", "email").compactMap(\.self)
        let valid = emails.count { $0.split(separator: "@", omittingEmptySubsequences: false).count == 2 }
        #expect(Double(valid) / Double(emails.count) > 0.96 && valid < emails.count)
        #expect(Set(Self.column("customers", "city").compactMap(\.self)).count >= 55)
    }

    @Test func zonesExist() {
        for city in DemoVocabulary.cities {
            #expect(Zone(city.zone) != nil, "\(city.zone)")
        }
    }

    @Test(arguments: [1.0, 0.9, 0.5, 0.25, 0.1, 1e-3, 1e-9, 0x1p-53]) func logarithm(x: Double) {
        #expect(abs(DemoRandom.logarithm(x) - log(x)) < 1e-8)
    }
}
