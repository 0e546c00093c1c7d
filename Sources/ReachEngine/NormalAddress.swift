import ReachKernels
import ReachPhones

/// Single addresses in the form that the functions `address` and `phone` give a column.
package enum NormalAddress {
    /// Nil where the text is no e-mail address.
    package static func email(_ text: String) -> String? { applied(.address, to: text) }

    /// Nil where the text is no telephone number with its country code.
    package static func phone(_ text: String) -> String? { applied(.phone(.none), to: text) }

    /// As `lower` gives it.
    package static func lower(_ text: String) -> String { applied(.lower, to: text) ?? text }

    private static func applied(_ function: TextFunction, to text: String) -> String? {
        let bytes = Array(text.utf8)
        let (result, missing) = function.apply(TextColumn(offsets: [0, UInt32(bytes.count)], bytes: bytes))
        return missing == nil ? result.string(at: 0) : nil
    }
}
