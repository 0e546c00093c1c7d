/// What a plan knows of one channel's messages, counted over the customers to be contacted to whom the channel is open.
package struct MessageText: Hashable, Sendable, Codable {
    package struct PartCount: Hashable, Sendable, Codable {
        package let parts: Int
        package let customers: Int
    }

    /// A character that SMS can only carry two bytes at a time, which makes the whole message as costly.
    package struct ForcingCharacter: Hashable, Sendable, Codable {
        package let character: String
        package let customers: Int
        /// What says the same in the GSM alphabet; nil where nothing does.
        package let spelling: String?
    }

    /// What writing messages with the GSM spellings alone would save.
    package struct Saving: Hashable, Sendable, Codable {
        package let customers: Int
        package let parts: Int
        /// At the ceiling: nobody stops. Nil without a price.
        package let money: Money?
    }

    /// A variable without a value, with no default to take its place.
    package struct Hole: Hashable, Sendable, Codable {
        package let variable: String
        package let customers: Int
    }

    package let channel: String
    package let template: String
    /// Ascending; empty where the channel is not priced per part.
    package let parts: [PartCount]
    /// Customers whose message needs UCS-2.
    package let unicodeCustomers: Int
    /// The most frequent first, at most `MessageText.mostCharacters`.
    package let characters: [ForcingCharacter]
    package let saving: Saving?
    /// In the order of the template. Those customers are not written to by this channel.
    package let holes: [Hole]

    package static let mostCharacters = 24

    package var partTotal: Int { parts.reduce(0) { $0 + $1.parts * $1.customers } }
}
