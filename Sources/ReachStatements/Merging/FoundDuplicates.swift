import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachPlan
import ReachWorkspace

/// Clusters of duplicates with what is known of their members, and what merging would make of them.
struct FoundDuplicates {
    struct Member {
        let customer: Int
        /// By column of `customers`.
        let values: [Value]
        /// By criterion.
        let compared: [Value]
        let activityRows: Int
        let matched: [String]
    }

    struct Cluster {
        /// By row.
        let members: [Member]
        /// Position of who stays.
        let keeper: Int
        /// By column of `customers`.
        let merged: [Value]
        /// Columns of which members have different known values.
        let conflicts: [Int]
    }

    let clusters: [Cluster]
    let columns: [ColumnSchema]
    private let sharedWidely: Int

    init(
        _ search: DuplicateSearch, _ found: DuplicateClusters, matched: [Int: Set<String>], _ pinned: Session.Pinned,
        _ session: Session
    ) throws {
        let customers = pinned.context.schema.customers
        let columns = customers.columns
        self.columns = columns
        sharedWidely = found.sharedWidely
        var members: [Int: Member] = [:]
        let wanted = Set(found.clusters.joined())
        if !wanted.isEmpty {
            let width = columns.count
            let activities = Binder.seenTables(pinned.context.schema).map(\.table)
            let own = columns.indices.map { Scalar.column($0, columns[$0].type) }
            let counts = activities.map {
                Scalar.aggregate(Aggregate(.count, table: $0, value: nil, filter: nil, type: .integer))
            }
            try pinned.engine.select(
                .customers(search.audience.condition), columns: own + search.criteria.map(\.scalar) + counts
            ) { block in
                try session.cancellation.check()
                for row in 0..<block.rowCount where wanted.contains(block.customer(row: row)) {
                    let values = block.values(row: row)
                    let customer = block.customer(row: row)
                    let rows = values[(width + search.criteria.count)...].reduce(0) { $0 + Int($1.lane ?? 0) }
                    members[customer] = Member(
                        customer: customer, values: Array(values[..<width]),
                        compared: Array(values[width..<width + search.criteria.count]), activityRows: rows,
                        matched: (matched[customer] ?? []).sorted())
                }
            }
        }
        clusters = found.clusters.map { cluster in
            Cluster(cluster.compactMap { members[$0] }, columns, search.criteria)
        }
    }

    /// For the workspace.
    var merges: [CustomerMerge] {
        clusters.map { cluster in
            CustomerMerge(
                keeps: cluster.members[cluster.keeper].customer,
                leaves: cluster.members.indices.filter { $0 != cluster.keeper }.map { cluster.members[$0].customer },
                values: cluster.merged)
        }
    }

    var warnings: [String] {
        sharedWidely == 0
            ? []
            : [
                "\(Figure.count(sharedWidely, "value")) that more than \(DuplicateSearch.mostSharing) customers share joined nobody"
            ]
    }
}

extension FoundDuplicates.Cluster {
    fileprivate init(
        _ members: [FoundDuplicates.Member], _ columns: [ColumnSchema], _ criteria: [DuplicateSearch.Criterion]
    ) {
        self.members = members
        func known(_ member: Int) -> Int { members[member].values.reduce(0) { $0 + ($1 == .missing ? 0 : 1) } }
        let keeper =
            members.indices.max { one, other in
                let (first, second) = (members[one], members[other])
                return (first.activityRows, known(one), -one) < (second.activityRows, known(other), -other)
            } ?? 0
        let order = [keeper] + members.indices.filter { $0 != keeper }
        self.keeper = keeper
        merged = columns.indices.map { column in
            if case .consent = columns[column].role, members.contains(where: { $0.values[column] == .boolean(false) }) {
                return .boolean(false)
            }
            return order.lazy.map { members[$0].values[column] }.first { $0 != .missing } ?? .missing
        }
        // Addresses differ where they still do once normalised.
        let compared = Dictionary(
            criteria.enumerated().compactMap { index, criterion in criterion.column.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        conflicts = columns.indices.filter { column in
            if columns[column].role == .key || columns[column].role.isScore { return false }
            let values = members.map { member in
                compared[column].map { member.compared[$0] } ?? member.values[column]
            }
            return Set(values.filter { $0 != .missing }).count > 1
        }
    }
}

/// What `duplicates` answers.
struct DuplicatesView {
    private let search: DuplicateSearch
    private let found: FoundDuplicates
    private let customers: Int

    /// Clusters that fit a screen.
    private static let shown = 10

    init(_ search: DuplicateSearch, _ found: FoundDuplicates, customers: Int) {
        self.search = search
        self.found = found
        self.customers = customers
    }

    func answer(_ statement: String) -> Answer {
        let members = found.clusters.reduce(0) { $0 + $1.members.count }
        let whose = search.audience.isEverybody ? "" : " \(Speaking.who(search.audience))"
        let by = search.criteria.map(\.name).joined(separator: ", ")
        var answer = Answer(
            statement,
            headline:
                "\(Figure.count(members)) of \(Figure.count(customers, "customer"))\(whose) in \(Figure.count(found.clusters.count, "cluster")) by \(by)"
        )
        answer.facts = [
            Fact("clusters", found.clusters.count), Fact("customers", members),
            Fact("removable", members - found.clusters.count), Fact("of", customers),
        ]
        answer.table = table
        answer.warnings = found.warnings
        answer.isHeadlineEnough = found.clusters.isEmpty
        if !found.clusters.isEmpty { answer.view = view }
        return answer
    }

    /// Position of the customers' key; nil where they are numbered.
    private var key: Int? { found.columns.firstIndex { $0.role == .key } }

    private func key(_ member: FoundDuplicates.Member) -> Value {
        key.map { member.values[$0] } ?? .integer(Int64(member.customer) + 1)
    }

    private var table: ResultTable {
        let conflicts = { (cluster: FoundDuplicates.Cluster) -> String in
            cluster.conflicts.map { found.columns[$0].name }.joined(separator: ", ")
        }
        let keyType = key.map { found.columns[$0].type } ?? .integer
        let rows = found.clusters.enumerated().flatMap { number, cluster in
            cluster.members.enumerated().map { place, member -> [Value] in
                [
                    .integer(Int64(number) + 1), key(member), .boolean(place == cluster.keeper),
                    .integer(Int64(member.activityRows)), .text(member.matched.joined(separator: ", ")),
                    cluster.conflicts.isEmpty ? .missing : .text(conflicts(cluster)),
                ]
            }
        }
        return ResultTable(
            columns: [
                .init("cluster", .integer), .init("customer", keyType, isIdentifier: true), .init("stays", .boolean),
                .init("activity_rows", .integer), .init("shares", .text), .init("conflicts", .text),
            ], rows: rows)
    }

    private var view: [ViewBlock] {
        var blocks: [ViewBlock] = []
        for cluster in found.clusters.prefix(Self.shown) {
            let keeper = key(cluster.members[cluster.keeper]).plain
            blocks.append(.heading("\(cluster.members.count) customers, \(keeper) stays"))
            blocks.append(
                .grid(
                    cluster.members.map { member in
                        [
                            ViewCell(key(member).plain), ViewCell(Figure.count(member.activityRows, "row"), .right),
                            ViewCell("same " + member.matched.joined(separator: ", "), isFaint: true),
                        ]
                    }))
            blocks += cluster.conflicts.map { .line("  " + conflict(cluster, $0)) }
        }
        if found.clusters.count > Self.shown {
            blocks.append(.line("the first \(Self.shown) clusters; `--format csv` has all"))
        }
        return blocks
    }

    /// `city: Paris, London → Paris`; of what is personal only that it differs.
    private func conflict(_ cluster: FoundDuplicates.Cluster, _ column: Int) -> String {
        let schema = found.columns[column]
        if schema.role.isPersonal { return "\(schema.name) differs" }
        var seen: [String] = []
        for member in cluster.members where member.values[column] != .missing {
            let text = member.values[column].plain
            if !seen.contains(text) { seen.append(text) }
        }
        return "\(schema.name): \(seen.joined(separator: ", ")) → \(cluster.merged[column].plain)"
    }
}

extension ColumnSchema.Role {
    /// Worked out, not a value of the customer's own.
    fileprivate var isScore: Bool { if case .score = self { true } else { false } }
}
