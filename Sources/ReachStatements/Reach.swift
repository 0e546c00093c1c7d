import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan
import ReachWorkspace

/// Which channel is open to how many of an audience.
struct Reach {
    let channels: [String]
    let figures: Reachability

    /// Nil where `customers` has an address for no channel.
    init?(_ condition: Condition, _ pinned: Session.Pinned, _ session: Session) throws {
        try self.init(condition, over: try session.reachableChannels(pinned), pinned, session)
    }

    /// Nil where there are no channels to ask about.
    init?(
        _ condition: Condition, over planned: [PlannedChannel], _ pinned: Session.Pinned, _ session: Session
    ) throws {
        guard !planned.isEmpty else { return nil }
        // Each channel by itself: that a cap lets only the first through depends on the cascade.
        let context = pinned.context
        let questions = try CascadeQuestions(
            channels: planned, campaign: nil, schema: context.schema, moment: context.moment,
            suppressions: try session.suppressionList())
        let patterns = try pinned.engine.patterns(audience: condition, conditions: questions.conditions)
        channels = planned.map(\.name)
        figures = Reachability(OpenPatterns(counts: patterns), layout: questions.layout)
    }

    /// `email 9,001 · push 3,210 · sms 11,876 · by none 214`
    var text: String {
        (zip(channels, figures.open).map { "\($0) \(Figure.count($1))" } + ["by none \(Figure.count(figures.none))"])
            .joined(separator: " · ")
    }

    var facts: [Fact] {
        zip(channels, figures.open).map { Fact("reachable_\($0)", $1) } + [Fact("reachable_none", figures.none)]
    }
}

extension Session {
    /// Every channel: the built-in ones, with what was set, then those of other names.
    func channels() throws -> [Channel] {
        let defined = try workspace.definitions().filter { $0.kind == .channel }.map { try channel(parsing: $0.text) }
        let builtIn = ChannelDefaults.builtIn.map { name in
            defined.first { $0.name == name } ?? Channel(name)
        }
        return builtIn + defined.filter { !ChannelDefaults.builtIn.contains($0.name) }
    }

    /// The channels that were defined, or have an address column of their own, as far as `customers` has their columns.
    func reachableChannels(_ pinned: Pinned) throws -> [PlannedChannel] {
        let customers = pinned.snapshot.schema.customers
        let defined = Set(try workspace.definitions(.channel).map { Name.fold($0.name) })
        return try channels().compactMap { channel in
            let name = Name.fold(channel.name)
            let hasOwnColumn = customers.columns.contains { column in
                if case .address(let owner) = column.role { return Name.fold(owner) == name }
                return false
            }
            guard hasOwnColumn || defined.contains(name) else { return nil }
            return try? PlannedChannel(resolving: channel, in: customers)
        }
    }
}
