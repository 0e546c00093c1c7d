import ReachColumns
import ReachDiagnostics
import ReachPlan

/// What a cascade says and where it is read: all that makes one customer's message cost more, or leave later, than another's.
package struct CampaignContent: Sendable {
    package struct ChannelText: Sendable {
        /// Position in the cascade.
        package let channel: Int
        package let name: String
        package let body: BoundText
        package let subject: BoundText?
        /// Nil where the message is charged whole.
        package let partPrices: PriceList?
        package let template: String

        package init(
            channel: Int, name: String, body: BoundText, subject: BoundText?, partPrices: PriceList?, template: String
        ) {
            self.channel = channel
            self.name = name
            self.body = body
            self.subject = subject
            self.partPrices = partPrices
            self.template = template
        }

        /// Each variable that can leave a hole, in body or subject.
        var holes: [(variable: String, condition: Condition)] {
            var holes = body.holes
            for hole in subject?.holes ?? [] {
                if let known = holes.firstIndex(where: { Name.same($0.variable, hole.variable) }) {
                    holes[known].condition = .any([holes[known].condition, hole.condition])
                } else {
                    holes.append(hole)
                }
            }
            return holes
        }
    }

    package var texts: [ChannelText]
    /// Nil where nothing depends on a customer's time of day.
    package var zones: ZoneFinder?
    /// Of datetimes in texts, and of customers whose own is not known.
    package let zone: Zone

    package init(texts: [ChannelText], zones: ZoneFinder?, zone: Zone) {
        self.texts = texts
        self.zones = zones
        self.zone = zone
    }

    package var isEmpty: Bool { texts.isEmpty && zones == nil }

    /// By channel of the cascade, true where its message has no hole; absent where it never has one.
    package var complete: [Int: Condition] {
        var complete: [Int: Condition] = [:]
        for text in texts {
            let parts = [text.body.isComplete, text.subject?.isComplete].compactMap(\.self)
            if !parts.isEmpty { complete[text.channel] = parts.count == 1 ? parts[0] : .all(parts) }
        }
        return complete
    }
}

/// What the customers of an audience get and when they may be written to.
package struct ContentFindings: Sendable {
    /// As `OpenPatterns.kinds`; empty where no message is charged by its parts.
    package var kinds: [CustomerKind: OpenPatterns.Arms] = [:]
    package var texts: [MessageText] = []
    /// Customers to be contacted by kind and time zone; empty where zones do not matter.
    package var zones: [ZonedKind: Int] = [:]

    package struct ZonedKind: Hashable, Sendable {
        package let kind: CustomerKind
        /// IANA name, or `GMT+03:00`.
        package let zone: String

        package init(kind: CustomerKind, zone: String) {
            self.kind = kind
            self.zone = zone
        }
    }
}
