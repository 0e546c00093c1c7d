/// What made a plan, so that it can be made again and compared.
package struct PlanOrigin: Hashable, Sendable, Codable {
    /// `send …` as canonical text, the audience spelled out where it was the current segment.
    package let statement: String
    /// Templates of the campaign at that time, as statements, by channel.
    package let templates: [String: String]

    package init(statement: String, templates: [String: String]) {
        self.statement = statement
        self.templates = templates
    }
}
