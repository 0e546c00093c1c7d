import ReachColumns
import ReachDiagnostics

/// Which columns are keys, by their names alone; asked before types are known.
struct KeyGuess {
    /// The customer: the key of `customers`, the reference of an activity table. Nil where customers are numbered.
    private(set) var customer: Int?
    /// The row key that the statement names.
    private(set) var rowKey: Int?
    /// What looks like a row key, to be taken only where no two rows share it.
    private(set) var possibleRowKey: Int?
    private(set) var notes: [String] = []

    init(_ names: inout ColumnNames, _ usable: [Int], _ options: ImportOptions) throws {
        switch options.kind {
        case .customers: try guessCustomers(&names, usable, options)
        case .activity: try guessActivity(names, usable, options)
        }
    }

    /// Takes back the key of customers.
    mutating func leaveOut() {
        customer = nil
        notes = []
    }

    private mutating func guessCustomers(
        _ names: inout ColumnNames, _ usable: [Int], _ options: ImportOptions
    ) throws {
        let existing = options.existing?.columns.first { $0.role == .key }?.name ?? options.customerKey?.name
        if let key = options.key ?? options.customer {
            customer = try names.position(of: key)
        } else if let existing, let position = names.final.firstIndex(where: { Name.same($0, existing) }) {
            customer = position
        } else {
            customer = try best(names, usable, "the key", "key", options) { $0.customerKeyRank }
            if let customer { notes.append("key \(names.final[customer])") }
        }
        guard let existing else { return }
        guard let customer else {
            let columns = usable.map { names.final[$0] }
            throw Diagnostic.keyMissingInFile(existing, columns: columns, at: options.fileSpan)
        }
        if !Name.same(names.final[customer], existing), !names.rename(customer, to: existing) {
            throw Diagnostic.ambiguousRole(
                "the key", "key", [names.final[customer], existing], at: options.fileSpan)
        }
    }

    private mutating func guessActivity(_ names: ColumnNames, _ usable: [Int], _ options: ImportOptions) throws {
        let existing = options.existing?.columns.first { $0.role == .key }?.name
        if let name = options.customer {
            customer = try names.position(of: name)
        } else if let existing, let position = names.final.firstIndex(where: { Name.same($0, existing) }) {
            customer = position
        } else {
            let customersKey = options.customerKey.map { NameMeaning($0.name) }
            customer = try best(names, usable, "the customer", "customer", options) { meaning in
                // The customers' own key, unless it is a bare `id`, which here is the row's.
                guard let rank = meaning.customerReferenceRank else { return nil }
                // Where customers are known by something else, an e-mail address names none of them.
                if meaning.isEmail, let customersKey, !customersKey.isEmail { return nil }
                return meaning == customersKey ? -1 : rank
            }
            if let customer { notes.append("customer \(names.final[customer])") }
        }
        guard let customer else {
            let columns = usable.map { names.final[$0] }
            // A row of activity takes two columns; where there is one, the cells are parted by something else.
            if let column = columns.first, columns.count == 1 {
                throw Diagnostic.oneColumn(column, at: options.fileSpan)
            }
            throw Diagnostic.noCustomerColumn(columns: columns, at: options.fileSpan)
        }
        if let key = options.key {
            rowKey = try names.position(of: key)
        } else if let existing = options.existing?.columns.first(where: { $0.role == .rowKey })?.name {
            rowKey = names.final.firstIndex { Name.same($0, existing) }
        } else if options.existing == nil {
            let candidates = usable.filter {
                $0 != customer && NameMeaning(names.final[$0]).isRowKey(of: options.table)
            }
            possibleRowKey = candidates.count == 1 ? candidates.first : nil
        }
    }

    /// The one column whose name ranks best. Throws where two rank alike.
    private func best(
        _ names: ColumnNames, _ usable: [Int], _ role: String, _ clause: String, _ options: ImportOptions,
        _ rank: (NameMeaning) -> Int?
    ) throws -> Int? {
        let ranked = usable.compactMap { position in rank(NameMeaning(names.final[position])).map { ($0, position) } }
        guard let least = ranked.map(\.0).min() else { return nil }
        let best = ranked.filter { $0.0 == least }.map(\.1)
        if best.count > 1 {
            throw Diagnostic.ambiguousRole(role, clause, best.map { names.final[$0] }, at: options.fileSpan)
        }
        return best.first
    }
}

/// What all columns mean, once their types are known.
struct RoleGuess {
    private(set) var roles: [ColumnSchema.Role]
    private(set) var channels: [ImportReport.Channel] = []
    private(set) var notes: [String] = []

    struct Column {
        let name: String
        let type: DataType
        /// 0 and 1 at most.
        let isZeroOrOne: Bool
        let isUsable: Bool
    }

    private let columns: [Column]
    private let options: ImportOptions

    init(_ columns: [Column], customer: Int?, rowKey: Int?, _ options: ImportOptions) throws {
        self.columns = columns
        self.options = options
        roles = columns.map { _ in .attribute }
        takeExisting()
        if let customer { roles[customer] = .key }
        if let rowKey { roles[rowKey] = .rowKey }
        switch options.kind {
        case .customers:
            guessChannels()
            guessPersonal()
        case .activity:
            try guessTime()
            guessPersonal()
        }
    }

    private mutating func takeExisting() {
        guard let existing = options.existing else { return }
        for (position, column) in columns.enumerated() {
            if let known = existing.index(of: column.name) { roles[position] = existing.columns[known].role }
        }
    }

    private mutating func guessTime() throws {
        let span = options.time?.span ?? options.fileSpan
        if let time = options.time {
            guard let position = columns.firstIndex(where: { Name.same($0.name, time.text) }) else {
                throw Diagnostic.unknownFileColumn(time, columns: columns.map(\.name))
            }
            guard columns[position].type.isTemporal else {
                throw Diagnostic.notATime(columns[position].name, columns[position].type, at: span)
            }
            roles[position] = .time
            return
        }
        if roles.contains(.time) { return }
        let temporal = columns.indices.filter {
            columns[$0].isUsable && columns[$0].type.isTemporal && roles[$0] == .attribute
        }
        // A sole column of times serves whatever its name.
        let ranked = temporal.map { (NameMeaning(columns[$0].name).timeRank(of: options.table) ?? 4, $0) }
        guard let least = ranked.map(\.0).min() else {
            let named = columns.indices.filter { NameMeaning(columns[$0].name).timeRank(of: options.table) ?? 9 < 3 }
            if let first = named.first { throw Diagnostic.notATime(columns[first].name, columns[first].type, at: span) }
            throw Diagnostic.noTimeColumn(candidates: [], at: span)
        }
        let best = ranked.filter { $0.0 == least }.map { columns[$0.1].name }
        if best.count > 1 { throw Diagnostic.ambiguousRole("the time of a row", "at", best, at: span) }
        guard let position = ranked.first(where: { $0.0 == least })?.1 else { return }
        roles[position] = .time
        notes.append("at \(columns[position].name)")
    }

    private mutating func guessChannels() {
        var addresses: [(channel: String, column: String)] = []
        var consents: [(channel: String, column: String)] = []
        for (position, column) in columns.enumerated() where column.isUsable {
            let meaning = NameMeaning(column.name)
            if case .address(let channel) = roles[position] {
                addresses.append((channel, column.name))
            } else if case .consent(let channel) = roles[position] {
                consents.append((channel, column.name))
            } else if let channel = meaning.addressChannel, column.type == .text {
                // The key may be the address too: then the channel knows its column though the role is taken.
                let isFirst = !addresses.contains { $0.channel == channel }
                if isFirst { addresses.append((channel, column.name)) }
                if roles[position] == .attribute { roles[position] = isFirst ? .address(channel: channel) : .personal }
            } else if let channel = meaning.consentChannel, roles[position] == .attribute {
                guard column.type == .boolean || column.isZeroOrOne else {
                    notes.append("`\(column.name)` is not yes or no, so it is no consent")
                    continue
                }
                let isFirst = !consents.contains { $0.channel == channel }
                if isFirst {
                    consents.append((channel, column.name))
                    roles[position] = .consent(channel: channel)
                }
            } else if meaning.saysNo, column.type == .boolean || column.isZeroOrOne {
                notes.append("`\(column.name)` says the opposite of consent and is not used as one")
            }
        }
        for channel in Set(addresses.map(\.channel) + consents.map(\.channel)).sorted() {
            let address = addresses.first { $0.channel == channel }?.column
            let consent = consents.first { $0.channel == channel }?.column
            channels.append(ImportReport.Channel(name: channel, address: address, consent: consent))
        }
    }

    private mutating func guessPersonal() {
        for (position, column) in columns.enumerated() where roles[position] == .attribute && column.type == .text {
            let meaning = NameMeaning(column.name)
            // The name of an order's row is a product's as likely as a person's.
            let isPerson = meaning.isPersonal && (options.kind == .customers || meaning.plain != "name")
            if isPerson || meaning.addressChannel != nil { roles[position] = .personal }
        }
    }
}
