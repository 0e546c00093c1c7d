import Foundation
import ReachDiagnostics

/// What a campaign says on one channel, as `template` defines it: mustache over columns and computed attributes.
package struct MessageTemplate: Hashable, Sendable, Codable {
    /// That of the campaigns it belongs to.
    package let name: String
    package let channel: String
    package let subject: String?
    package let body: String

    package init(_ name: String, channel: String, subject: String? = nil, body: String) {
        self.name = name
        self.channel = channel
        self.subject = subject
        self.body = body
    }

    /// Under which the workspace keeps it. The separator stands in no name that can be typed.
    package var key: String { name + "\u{1F}" + channel }

    /// As the workspace keeps it.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// - Throws: a `DecodingError` where the text is no stored template.
    package init(json: String) throws {
        self = try JSONDecoder().decode(MessageTemplate.self, from: Data(json.utf8))
    }

    /// An e-mail whose body has a tag is HTML: values are escaped in it. Everything else is sent as it stands.
    package var isHTML: Bool {
        guard Name.same(channel, "email") else { return false }
        return body.range(of: "<[A-Za-z!/][^<>]*>", options: .regularExpression) != nil
    }
}
