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
    /// A customer to be contacted.
    struct Ranked: Comparable {
        let rank: CustomerRank
        /// Empty where time zones do not matter.
        let zone: String

        static func < (one: Ranked, other: Ranked) -> Bool { one.rank < other.rank }
    }

    /// The customers of one class.
    typealias Ranks = (contacted: [Ranked], heldOut: [CustomerRank])

    /// The ranks of the customers of some classes, those to be contacted and those held out.
    ///
    /// - Parameters:
    ///   - value: what ranks customers first, where there is such a figure; fixed-point.
    ///   - group: the class of customers of that kind, where their ranks are wanted.
    func ranks(
        campaign: String, value: Scalar?, engine: Engine, group: @escaping @Sendable (CustomerKind) -> Int?
    ) throws -> [Int: Ranks] {
        let salt = Holdout(campaign: campaign, share: .percent(0)).salt ^ 0x4275_6467_6574_0000
        let key = engine.source.schema.customers.index(of: ColumnSchema.Role.key).map { column in
            Scalar.column(column, engine.source.schema.customers.columns[column].type)
        }
        // Where messages differ in length, or time zones matter, they have to be looked at again.
        let pass = contentPass.flatMap { $0.countsParts || $0.findsZones ? $0 : nil }
        let content = pass?.columns ?? []
        let parts = try engine.visit(
            answers.members, columns: content + [key, value].compactMap(\.self), conditions: pass?.conditions ?? []
        ) { view in
            let groups = try groups(of: view, pass, group)
            let keys = key == nil ? nil : view.columns[content.count]
            let values = value == nil ? nil : view.columns.last
            let zones = pass?.zones(of: view)
            var found: [(group: Int, isHeldOut: Bool, customer: Ranked)] = []
            for row in 0..<view.members.count where view.members[row] {
                guard let group = groups(row) else { continue }
                var hash = StableHash(salt: salt)
                switch keys?.value(at: row) ?? .integer(Int64(view.firstRow + row + 1)) {
                case .text(let text): hash.combine(text)
                case let other: hash.combine(UInt64(bitPattern: other.lane ?? 0))
                }
                let rank = CustomerRank(value: Self.rankValue(values?.value(at: row)), hash: hash.value)
                let zone = zones.map { $0.names[Int($0.ids[row])] } ?? ""
                found.append((group, heldOut?[view.chunk][row] ?? false, Ranked(rank: rank, zone: zone)))
            }
            return found
        }
        return Self.grouped(parts)
    }

    /// The class of each row of a chunk.
    private func groups(
        of view: ChunkView, _ pass: ContentPass?, _ group: (CustomerKind) -> Int?
    ) throws -> (Int) -> Int? {
        if let pass {
            let messages = try pass.messages(view, answers, heldOut: nil)
            let groups = messages.kinds.indices.map { $0 == 0 ? nil : group(messages.customers($0).kind) }
            return { groups[Int(messages.rows[$0])] }
        }
        var known: [UInt64: Int?] = [:]
        let patterns = answers.patterns(chunk: view.chunk)
        for pattern in patterns where known[pattern] == nil {
            known[pattern] = .some(group(CustomerKind(pattern: pattern, parts: .one)))
        }
        return { [known] in known[patterns[$0]] ?? nil }
    }

    private static func rankValue(_ value: Value?) -> Int64 {
        if case .float(let value)? = value { return Int64(exactly: (value * 100).rounded()) ?? 0 }
        return value?.lane ?? 0
    }

    private static func grouped(
        _ parts: [[(group: Int, isHeldOut: Bool, customer: Ranked)]]
    ) -> [Int: Ranks] {
        var ranks: [Int: Ranks] = [:]
        for one in parts.joined() {
            if one.isHeldOut {
                ranks[one.group, default: ([], [])].heldOut.append(one.customer.rank)
            } else {
                ranks[one.group, default: ([], [])].contacted.append(one.customer)
            }
        }
        return ranks
    }
}

extension BudgetChoice {
    /// Customers to be contacted by class and by the rung they end on, by time zone.
    typealias RungZones = [Int: [[String: Int]]]

    /// Where a budget pays for part of a class, finds whom, and who of those held out is on which side. Gives where those live who are to
    /// be contacted.
    mutating func rank(
        _ people: CascadeAudience, campaign: String, groupOf: [CustomerKind: Int], value: Scalar?, engine: Engine
    ) throws -> RungZones {
        let partial = Set(ladders.filter(\.isPartial).map(\.group))
        guard !partial.isEmpty else { return [:] }
        var rungZones: RungZones = [:]
        let ranks = try people.ranks(campaign: campaign, value: value, engine: engine) { kind in
            groupOf[kind].flatMap { partial.contains($0) ? $0 : nil }
        }
        for index in ladders.indices where ladders[index].isPartial {
            guard let own = ranks[ladders[index].group] else { continue }
            let contacted = own.contacted.sorted()
            ladders[index].cuts = ladders[index].reaching.map { count in
                count == 0 || count > contacted.count ? nil : contacted[count - 1].rank
            }
            var zones = [[String: Int]](repeating: [:], count: ladders[index].reaching.count)
            for (place, customer) in contacted.enumerated() {
                guard let rung = ladders[index].reaching.lastIndex(where: { $0 > place }) else { continue }
                zones[rung][customer.zone, default: 0] += 1
            }
            rungZones[ladders[index].group] = zones
            for rung in ladders[index].reaching.indices.dropFirst() {
                let isEverybody = ladders[index].reaching[rung] == ladders[index].reaching[0]
                guard let cut = ladders[index].cuts?[rung], !isEverybody else { continue }
                ladders[index].heldOutReaching[rung] = own.heldOut.count { $0 <= cut }
            }
        }
        return rungZones
    }
}
