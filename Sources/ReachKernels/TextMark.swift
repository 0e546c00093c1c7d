/// What a file says of the cells of a column beside what they hold.
package enum TextMark: UInt8, Comparable, Sendable {
    /// Nothing: what the cells hold tells what they are.
    case none
    /// That they are text, which may be dates where the format has no other way to write these.
    case text
    /// That they are text and nothing else, whatever they look like.
    case textOnly

    package static func < (one: TextMark, other: TextMark) -> Bool { one.rawValue < other.rawValue }
}
