import Foundation

/// How plans are kept by a workspace: JSON with sorted keys, so that equal plans are equal texts.
extension CascadePlan {
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// - Throws: a `DecodingError` where the text is not a stored plan.
    package init(json: String) throws {
        self = try JSONDecoder().decode(CascadePlan.self, from: Data(json.utf8))
    }
}
