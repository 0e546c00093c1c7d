import ReachColumns
import ReachDiagnostics

/// What `send` refuses, alphabetically.
extension Diagnostic {
    package static func channelTwice(_ name: String) -> Diagnostic {
        Diagnostic("channel-twice", "channel `\(name)` is named twice: a cascade tries each once")
    }

    package static func consentIsNotYesOrNo(_ column: ColumnSchema, channel: String) -> Diagnostic {
        Diagnostic(
            "consent-not-boolean",
            "consent is yes or no, but `\(column.name)` is \(column.type.name)",
            help: ["channel \(Channel.spelled(channel)) consent none"])
    }

    package static let emptyAudience = Diagnostic(
        "empty-audience", "the audience is empty, there is nobody to send to", help: ["segment all", "count all"])

    package static func impossibleBudget(_ limit: Money) -> Diagnostic {
        Diagnostic("impossible-budget", "a budget of \(limit) sends nothing", help: ["budget 5000"])
    }

    package static func impossibleHoldout(_ share: Share) -> Diagnostic {
        let message =
            share.isWhole
            ? "`holdout 100%` leaves nobody to write to" : "a holdout lies between 0% and 100%, \(share.text) does not"
        return Diagnostic("impossible-holdout", message, help: ["holdout 10%"])
    }

    package static func impossibleShare(_ clause: String, _ share: Share) -> Diagnostic {
        Diagnostic(
            "impossible-share", "`\(clause) \(share.text)` does not lie between 0% and 100%", help: ["\(clause) 10%"])
    }

    package static func negativeAmount(_ clause: String, _ amount: Money) -> Diagnostic {
        Diagnostic("negative-amount", "`\(clause) \(amount)` is below 0", help: ["\(clause) 500"])
    }

    package static func noAddressColumn(channel: String, in customers: TableSchema) -> Diagnostic {
        Diagnostic(
            "no-address-column", "no column of `customers` holds an address for `\(channel)`",
            help: examples(in: customers).map {
                "channel \(Channel.spelled(channel)) address \(Channel.spelled($0.name))"
            })
    }

    package static let noChannels = Diagnostic(
        "no-channels", "a campaign needs at least one channel", help: ["send reactivation via email"])

    package static func tooManyChannels(_ count: Int, _ largest: Int) -> Diagnostic {
        Diagnostic("too-many-channels", "a cascade has at most \(largest) channels, not \(count)")
    }

    package static func tooManyPrices(_ questions: Int) -> Diagnostic {
        Diagnostic(
            "too-many-prices",
            "the channels have too many prices by prefix to be planned together: \(questions) questions")
    }

    package static func unknownChannel(_ name: String, candidates: [String]) -> Diagnostic {
        let nearest = DidYouMean.closest(to: name, among: candidates)
        let known = candidates.map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            "unknown-channel", "there is no channel `\(name)`; known are \(known)",
            help: nearest.isEmpty
                ? ["channel \(Channel.spelled(name)) price 1 address COLUMN"]
                : nearest.map { "a similar channel exists: `\($0)`" })
    }

    package static func unknownChannelColumn(
        _ name: String, channel: String, clause: String, in customers: TableSchema
    ) -> Diagnostic {
        let nearest = DidYouMean.closest(to: name, among: customers.columns.map(\.name))
        let suggestions = nearest.isEmpty ? examples(in: customers).map(\.name) : nearest
        return Diagnostic(
            "unknown-column", "column `\(name)` not found in `customers`",
            help: suggestions.map { "channel \(Channel.spelled(channel)) \(clause) \(Channel.spelled($0))" })
    }

    /// Columns worth naming where an address is wanted: those that serve another channel, else the first text.
    private static func examples(in customers: TableSchema) -> ArraySlice<ColumnSchema> {
        let addresses = customers.columns.filter { column in
            guard case .address = column.role else { return false }
            return true
        }
        return addresses.isEmpty ? customers.columns.filter { $0.type == .text }.prefix(1) : addresses.prefix(3)
    }
}
