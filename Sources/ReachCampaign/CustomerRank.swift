import ReachColumns
import ReachEngine
import ReachPlan

/// Who comes first where a budget pays for some customers of a class only: by what an order of theirs is worth, then by a salted hash.
package struct CustomerRank: Hashable, Comparable, Sendable, Codable {
    /// Average order in hundredths, or in the smallest unit of a fixed-point figure; 0 where there is none.
    package let value: Int64
    package let hash: UInt64

    package static func < (one: CustomerRank, other: CustomerRank) -> Bool {
        one.value != other.value ? one.value > other.value : one.hash < other.hash
    }
}

extension CascadeAudience {
    /// The ranks of the customers of some classes, those to be contacted and those held out.
    ///
    /// - Parameters:
    ///   - value: what ranks customers first, where there is such a figure; fixed-point.
    ///   - group: the class of those who answer so, where their ranks are wanted.
    func ranks(
        campaign: String, value: Scalar?, engine: Engine, group: @escaping @Sendable (UInt64) -> Int?
    ) throws -> [Int: (contacted: [CustomerRank], heldOut: [CustomerRank])] {
        let salt = Holdout(campaign: campaign, share: .percent(0)).salt ^ 0x4275_6467_6574_0000
        let key = engine.source.schema.customers.index(of: ColumnSchema.Role.key).map { column in
            Scalar.column(column, engine.source.schema.customers.columns[column].type)
        }
        let columns = [key, value].compactMap(\.self)
        let parts = try engine.visit(answers.members, columns: columns) { view in
            var found: [(group: Int, isHeldOut: Bool, rank: CustomerRank)] = []
            let values = value == nil ? nil : view.columns[columns.count - 1]
            for row in 0..<view.members.count where view.members[row] {
                guard let group = group(answers.pattern(chunk: view.chunk, row: row)) else { continue }
                var hash = StableHash(salt: salt)
                switch key == nil ? Value.integer(Int64(view.firstRow + row + 1)) : view.columns[0].value(at: row) {
                case .text(let text): hash.combine(text)
                case let other: hash.combine(UInt64(bitPattern: other.lane ?? 0))
                }
                let rank = CustomerRank(value: Self.rankValue(values?.value(at: row)), hash: hash.value)
                found.append((group, heldOut?[view.chunk][row] ?? false, rank))
            }
            return found
        }
        return Self.grouped(parts)
    }

    private static func rankValue(_ value: Value?) -> Int64 {
        if case .float(let value)? = value { return Int64(exactly: (value * 100).rounded()) ?? 0 }
        return value?.lane ?? 0
    }

    private static func grouped(
        _ parts: [[(group: Int, isHeldOut: Bool, rank: CustomerRank)]]
    ) -> [Int: (contacted: [CustomerRank], heldOut: [CustomerRank])] {
        var ranks: [Int: (contacted: [CustomerRank], heldOut: [CustomerRank])] = [:]
        for one in parts.joined() {
            if one.isHeldOut {
                ranks[one.group, default: ([], [])].heldOut.append(one.rank)
            } else {
                ranks[one.group, default: ([], [])].contacted.append(one.rank)
            }
        }
        return ranks
    }
}

extension BudgetChoice {
    /// Where a budget pays for part of a class, finds whom, and who of those held out is on which side.
    package mutating func rank(
        _ people: CascadeAudience, campaign: String, layout: PatternLayout, groupOf: [UInt64: Int], value: Scalar?,
        engine: Engine
    ) throws {
        let partial = Set(ladders.filter(\.isPartial).map(\.group))
        guard !partial.isEmpty else { return }
        let ranks = try people.ranks(campaign: campaign, value: value, engine: engine) { pattern in
            groupOf[pattern].flatMap { partial.contains($0) ? $0 : nil }
        }
        for index in ladders.indices where ladders[index].isPartial {
            guard let own = ranks[ladders[index].group] else { continue }
            let contacted = own.contacted.sorted()
            ladders[index].cuts = ladders[index].reaching.map { count in
                count == 0 || count > contacted.count ? nil : contacted[count - 1]
            }
            for rung in ladders[index].reaching.indices.dropFirst() {
                let isEverybody = ladders[index].reaching[rung] == ladders[index].reaching[0]
                guard let cut = ladders[index].cuts?[rung], !isEverybody else { continue }
                ladders[index].heldOutReaching[rung] = own.heldOut.count { $0 <= cut }
            }
        }
    }
}
