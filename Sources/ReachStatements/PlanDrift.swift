import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// What has changed since a dry run: the same statement is planned again as things are now, and the two are compared.
struct PlanDrift {
    /// One line per change; nil where the statement cannot be planned any more.
    let changes: [(what: String, then: String, now: String)]
    private let problem: String?

    init(_ plan: CascadePlan, _ session: Session) throws {
        guard let origin = plan.origin else {
            (changes, problem) = ([], "it does not say what made it")
            return
        }
        do {
            let statement = try session.grammar.parse(origin.statement)
            guard let send = try session.bind(statement) as? BoundSend else {
                (changes, problem) = ([], "it does not say what made it")
                return
            }
            let (now, members) = try send.plan(in: session)
            changes =
                try Self.moves(of: plan, to: members, session) + Self.changes(from: plan, to: now)
            problem = nil
        } catch let diagnostic as Diagnostic where diagnostic.kind == .statement {
            (changes, problem) = ([], "it cannot be planned any more: \(diagnostic.message)")
        }
    }

    var facts: [Fact] { [Fact("drifted", .boolean(problem != nil || !changes.isEmpty))] }

    var blocks: [ViewBlock] {
        if let problem { return [.heading("since then"), .line("  " + problem)] }
        if changes.isEmpty { return [.heading("since then"), .line("  nothing has changed")] }
        return [
            .heading("since then"),
            .grid(
                changes.map { [ViewCell($0.what), ViewCell($0.then, .right), ViewCell("→"), ViewCell($0.now, .right)] }),
        ]
    }

    /// Who came and who left, the first of them by key.
    private static func moves(
        of plan: CascadePlan, to members: Members, _ session: Session
    ) throws -> [(what: String, then: String, now: String)] {
        let pinned = try session.pin()
        guard let chunks = try session.workspace.planMembers(plan.id, in: pinned.snapshot) else { return [] }
        let before = Members(chunks: chunks)
        return try [("left", before.subtracting(members)), ("came", members.subtracting(before))].compactMap {
            what, people in
            if people.count == 0 { return nil }
            let count = Figure.count(people.count, "customer")
            let keys = try Self.keys(of: people, pinned)
            let text = keys.isEmpty ? count : count + ": " + keys.joined(separator: ", ")
            return (what, "", people.count > keys.count && !keys.isEmpty ? text + " …" : text)
        }
    }

    /// Of the first few.
    private static func keys(of people: Members, _ pinned: Session.Pinned) throws -> [String] {
        let snapshot = pinned.snapshot
        guard let column = snapshot.schema.customers.index(of: ColumnSchema.Role.key) else { return [] }
        var keys: [String] = []
        for (chunk, rows) in people.chunks.enumerated() where keys.count < 5 && rows.setCount > 0 {
            let values = try snapshot.customerChunk(column: column, chunk: chunk)
            let dictionary = try snapshot.dictionary(table: 0, column: column)
            let type = snapshot.schema.customers.columns[column].type
            for row in 0..<rows.count where rows[row] && keys.count < 5 {
                let value = values.value(at: row, type: type, dictionary: dictionary)
                if let key = MessageWords.text(value, zone: .utc) { keys.append(key) }
            }
        }
        return keys
    }

    private static func changes(
        from old: CascadePlan, to new: CascadePlan
    ) -> [(what: String, then: String, now: String)] {
        var changes: [(what: String, then: String, now: String)] = []
        func compare(_ what: String, _ then: String, _ now: String) {
            if then != now { changes.append((what, then, now)) }
        }
        func count(_ what: String, _ then: Int, _ now: Int) { compare(what, Figure.count(then), Figure.count(now)) }
        compare("today", CivilDate(daysSinceEpoch: Int(old.today)).iso, CivilDate(daysSinceEpoch: Int(new.today)).iso)
        count("audience", old.audience.size, new.audience.size)
        if old.audience.size == new.audience.size, old.audience.membersHash != new.audience.membersHash {
            changes.append(("who they are, or what is open to them", "", "not the same"))
        }
        count("held out", old.waterfall.heldOut, new.waterfall.heldOut)
        count("already reached", old.waterfall.alreadyReached, new.waterfall.alreadyReached)
        count("no open channel", old.waterfall.unreachableCount, new.waterfall.unreachableCount)
        for (then, now) in zip(old.channels, new.channels) {
            let name = then.name
            compare("\(name): price", price(then), price(now))
            compare("\(name): address", then.address, now.address)
            compare("\(name): consent", then.consent ?? "none", now.consent ?? "none")
            for event in CampaignEvent.allCases {
                let rates = [then, now].map { $0.rates[event]?.share.text ?? "not known" }
                compare("\(name): \(event.rawValue)", rates[0], rates[1])
            }
            let templates = [old, new].map { $0.origin?.templates[name] }
            if templates[0] != templates[1] { changes.append(("\(name): template", "", "changed")) }
        }
        for (then, now) in zip(old.rows, new.rows) {
            count("open by \(then.channel)", then.open, now.open)
            count("first by \(then.channel)", then.first, now.first)
        }
        for (what, figures) in [("floor", [old.floor, new.floor]), ("ceiling", [old.ceiling, new.ceiling])] {
            let texts = figures.map { $0?.grouped ?? "not known" }
            compare(what, texts[0], texts[1])
        }
        return changes
    }

    private static func price(_ channel: PlannedChannel) -> String {
        channel.prices.map { $0.clauses.dropFirst().joined(separator: " ") } ?? "not set"
    }
}
