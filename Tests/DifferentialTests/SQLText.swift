import Foundation

enum SQLText {
    /// A literal of the text in its composed form.
    static func quoted(_ text: String) -> String {
        "'" + text.precomposedStringWithCanonicalMapping.replacingOccurrences(of: "'", with: "''") + "'"
    }
}
