import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// From the captures of `channel NAME …` to a channel.
extension Channel {
    init(_ statement: Statement) throws {
        guard let name = statement.name("name") else { preconditionFailure("the form of `channel` has a name") }
        self.init(name.text)
        prices = try PriceList(statement, channel: name.text)
        address = statement.name("address")?.text
        if let column = statement.name("consent") {
            consent = !column.quoted && Name.same(column.text, "none") ? .notNeeded : .column(column.text)
        }
        for event in CampaignEvent.allCases {
            if let number = statement.number(event.rawValue) { rates[event] = try number.share(of: event.rawValue) }
        }
        sure = statement.integer("sure").map { Int(clamping: $0.value) }
        if let count = statement.integer("cap"), case .duration(.duration(let period, _), _)? = statement["capPer"] {
            cap = FrequencyCap(Int(clamping: count.value), per: CampaignDuration(period))
        }
        if case .timeRange(let from, let until, _)? = statement["quiet"] {
            quiet = QuietHours(fromMinute: from, untilMinute: until)
        }
        if case .rate(let rate, let span)? = statement["rate"] {
            guard rate.per == .second else { throw Diagnostic.rateNotPerSecond(at: span) }
            messagesPerSecond = Int(clamping: rate.count)
        }
    }
}

extension PriceList {
    /// Nil where the statement says nothing of prices.
    fileprivate init?(_ statement: Statement, channel: String) throws {
        var base: Money?
        var prefixes: [PrefixPrice] = []
        for group in statement.groups("prices") {
            guard let number = NumberCapture(group["price"]) else { continue }
            let price = try number.money()
            if case .text(let prefix, _)? = group["prefix"] {
                prefixes.append(PrefixPrice(prefix, price))
            } else if base == nil {
                base = price
            } else {
                throw Diagnostic.secondBasePrice(at: number.span)
            }
        }
        guard let base else {
            if let first = statement.groups("prices").first, let number = NumberCapture(first["price"]) {
                throw Diagnostic.noBasePrice(channel: channel, at: number.span)
            }
            let tier = statement.groups("tiers").first.flatMap { NumberCapture($0["price"]) }
            if let number = tier ?? statement.number("minimum") {
                throw Diagnostic.noBasePrice(channel: channel, at: number.span)
            }
            if let free = statement.integer("free") { throw Diagnostic.noBasePrice(channel: channel, at: free.span) }
            return nil
        }
        self.init(base: base, prefixes: prefixes, perPart: statement.has("per part"))
        if statement.word("charged") == "delivered" { billing = .delivered }
        tiers = try statement.groups("tiers").compactMap { group in
            guard case .integer(let threshold, _)? = group["threshold"], let price = NumberCapture(group["price"])
            else {
                return nil
            }
            return Tier(from: Int(clamping: threshold), try price.money(), repricesAll: statement.has("all"))
        }
        freeQuota = statement.integer("free").map { Int(clamping: $0.value) } ?? 0
        minimum = try statement.number("minimum")?.money()
    }
}

/// A number as written, with its place.
struct NumberCapture {
    let units: Int64
    let scale: Int
    let isPercent: Bool
    let span: SourceSpan

    init?(_ capture: Capture?) {
        guard case .number(let literal, let isPercent, let span)? = capture else { return nil }
        self.isPercent = isPercent
        self.span = span
        switch literal {
        case .integer(let value): (units, scale) = (value, 0)
        case .decimal(let units, let scale): (self.units, self.scale) = (units, scale)
        default: return nil
        }
    }

    /// `of` is the clause where it is no price.
    func money(of clause: String? = nil) throws -> Money {
        if isPercent {
            throw clause.map { Diagnostic.amountInPercent($0, at: span) } ?? Diagnostic.priceInPercent(at: span)
        }
        return Money(units: Int128(units), scale: scale)
    }

    /// `4%`; a bare number of more than 1 is most likely a forgotten sign.
    func share(of what: String) throws -> Share {
        if !isPercent, scale == 0, units > 1 { throw Diagnostic.percentForgotten(what, units, at: span) }
        return Share(units: units, scale: scale)
    }
}

extension Statement {
    func number(_ slot: String) -> NumberCapture? { NumberCapture(self[slot]) }
}

extension Session {
    /// A channel out of its stored text.
    func channel(parsing text: String) throws -> Channel {
        guard let statement = try grammar.parseScript(SourceText(text)).first else {
            throw Diagnostic.storedChannelUnreadable(text)
        }
        return try Channel(statement)
    }
}
