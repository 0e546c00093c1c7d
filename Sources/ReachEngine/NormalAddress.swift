import ReachKernels

/// Single addresses in the form that the functions `address`, `phone` and `lower` give a column.
extension Engine {
    /// Nil where the text is no e-mail address.
    package func normalEmail(_ text: String) -> String? { applied(.address, to: text) }

    /// Nil where the text is no telephone number.
    package func normalPhone(_ text: String) -> String? { applied(.phone(country), to: text) }

    package func lower(_ text: String) -> String { applied(.lower, to: text) ?? text }

    private func applied(_ function: TextFunction, to text: String) -> String? {
        let bytes = Array(text.utf8)
        let (result, missing) = function.apply(TextColumn(offsets: [0, UInt32(bytes.count)], bytes: bytes))
        return missing?.contains(1) == true ? nil : result.string(at: 0)
    }
}
