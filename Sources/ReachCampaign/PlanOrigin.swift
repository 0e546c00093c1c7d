/// What made a plan, so that it can be made again and compared.
package struct PlanOrigin: Hashable, Sendable, Codable {
    /// `send …` as canonical text, the audience spelled out where it was the current segment.
    package let statement: String
    /// Templates of the campaign at that time, as statements, by channel.
    package let templates: [String: String]
    /// The workspace's time zone.
    package let zone: String

    package init(statement: String, templates: [String: String], zone: String) {
        self.zone = zone
        self.statement = statement
        self.templates = templates
    }
}
