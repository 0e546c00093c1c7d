import ReachColumns
import ReachDiagnostics
import ReachInsight

/// A channel as one plan uses it: columns found, prices and rates settled, nothing left to look up.
package struct PlannedChannel: Hashable, Sendable, Codable {
    package let name: String
    /// The definition, for drift checks and for printing what to type.
    package let definition: Channel
    /// Nil where nothing says what a message costs.
    package let prices: PriceList?
    /// The prices are Reach's own guess.
    package let pricesAreDefault: Bool
    /// Column of `customers`.
    package let address: String
    /// Nil counts everybody as having agreed.
    package let consent: String?
    /// `consent none` was typed, so that nobody need have agreed.
    package let consentNotNeeded: Bool
    package let rates: [CampaignEvent: Rate]
    /// Rates of a message that follows on silence, where they were learned apart: `rates` are those of a first message then.
    package let laterRates: [CampaignEvent: Rate]?

    package init(
        definition: Channel, prices: PriceList?, address: String, consent: String?, rates: [CampaignEvent: Rate],
        laterRates: [CampaignEvent: Rate]? = nil
    ) {
        name = definition.name
        self.definition = definition
        self.prices = prices
        pricesAreDefault = definition.prices == nil && prices != nil
        self.address = address
        self.consent = consent
        consentNotNeeded = definition.consent == .notNeeded
        self.rates = rates
        self.laterRates = laterRates
    }

    /// Finds the channel's columns: the ones named, else those that play its part in `customers`.
    ///
    /// `learned` are rates estimated from earlier campaigns; a configured rate stands before them.
    package init(
        resolving channel: Channel, in customers: TableSchema, learned: LearnedRates.OfChannel = .init()
    ) throws {
        try channel.validate()
        let address = try Self.addressColumn(of: channel, in: customers)
        let configured = channel.rates.mapValues { Rate($0) }
        let later = learned.later.filter { configured[$0.key] == nil }
        self.init(
            definition: channel, prices: channel.effectivePrices, address: address.name,
            consent: try Self.consentColumn(of: channel, in: customers)?.name,
            rates: learned.first.merging(configured) { _, configured in configured },
            laterRates: later.isEmpty ? nil : later)
    }

    private static func addressColumn(of channel: Channel, in customers: TableSchema) throws -> ColumnSchema {
        if let named = channel.address {
            guard let index = customers.index(of: named) else {
                throw Diagnostic.unknownChannelColumn(named, channel: channel.name, clause: "address", in: customers)
            }
            return customers.columns[index]
        }
        for name in [channel.name] + channel.defaults.addressLike {
            let folded = Name.fold(name)
            for column in customers.columns {
                if case .address(let owner) = column.role, Name.fold(owner) == folded { return column }
            }
        }
        throw Diagnostic.noAddressColumn(channel: channel.name, in: customers)
    }

    private static func consentColumn(of channel: Channel, in customers: TableSchema) throws -> ColumnSchema? {
        switch channel.consent {
        case .notNeeded: return nil
        case .column(let named):
            guard let index = customers.index(of: named) else {
                throw Diagnostic.unknownChannelColumn(named, channel: channel.name, clause: "consent", in: customers)
            }
            let column = customers.columns[index]
            guard column.type == .boolean || column.type == .integer else {
                throw Diagnostic.consentIsNotYesOrNo(column, channel: channel.name)
            }
            return column
        case nil:
            let folded = Name.fold(channel.name)
            return customers.columns.first { column in
                guard case .consent(let owner) = column.role else { return false }
                return Name.fold(owner) == folded && (column.type == .boolean || column.type == .integer)
            }
        }
    }

    /// Whether the dry run counts everybody although nobody was asked.
    package var consentIsUnknown: Bool { consent == nil && !consentNotNeeded }

    /// See `Channel.observedEvent(for:)`; learned rates count as observed too.
    package func observedEvent(for event: CampaignEvent) -> CampaignEvent? {
        event.orStronger.first { definition.defaults.observes.contains($0) || rates[$0] != nil }
    }

    /// What the plan's id is made from: the definition with the prices, columns and rates that are in force.
    var canonicalText: String {
        var channel = definition
        channel.prices = prices
        channel.address = address
        if let consent { channel.consent = .column(consent) }
        channel.rates = rates.mapValues(\.share)
        let learned = CampaignEvent.allCases.compactMap { event in
            (laterRates?[event]).map { "later \(event.rawValue) \($0.share.text)" }
        }
        let weights = CampaignEvent.allCases.compactMap { rates[$0]?.weight.map { "weight \($0)" } }
        return ([channel.canonicalText] + learned + weights).joined(separator: " ")
    }

    /// What is known of a rate; nil is nothing.
    func posterior(_ event: CampaignEvent, isLater: Bool = false) -> RatePosterior? {
        guard let first = rates[event] else { return nil }
        let rate = isLater ? laterRates?[event] ?? first : first
        return RatePosterior(
            mean: rate.double, weight: rate.weight ?? Double(definition.configuredRateWeight))
    }
}
