import ReachKernels

/// A dictionary that still grows: codes are given by order of arrival and never change.
package struct TextDictionaryBuilder: Sendable {
    private var table: WordTable

    package var count: Int { table.count }

    /// Starts from the words of an existing dictionary, which keep their codes.
    package init(_ dictionary: TextDictionary? = nil) {
        // Seeded per process, so that no file can be written whose words all fall on one slot.
        table = WordTable(
            offsets: dictionary?.offsets ?? [0], bytes: dictionary?.bytes ?? [], seed: Self.seed)
    }

    /// The code of a text, a new one where it was not met before; nil where the dictionary holds 4 GiB.
    package mutating func code(of bytes: [UInt8]) -> UInt32? {
        let code = table.intern(bytes, from: 0, to: bytes.count)
        return code == WordTable.full ? nil : code
    }

    /// The code of a text, or nil where it was never met.
    package func find(_ bytes: [UInt8]) -> UInt32? { table.find(bytes, from: 0, to: bytes.count) }

    /// The codes of all rows, 0 where the row's bit is set in `missing` (which has no words where none is). Nil where the
    /// dictionary became full.
    package mutating func intern(rows offsets: [UInt32], bytes: [UInt8], missing: [UInt64]) -> [UInt32]? {
        table.intern(rows: offsets, bytes: bytes, missing: missing)
    }

    /// The same where no word is new, the dictionary is small, and at most half of the known rows differ; else nil.
    package mutating func knownCodes(rows offsets: [UInt32], bytes: [UInt8], missing: [UInt64]) -> [UInt32]? {
        table.knownCodes(rows: offsets, bytes: bytes, missing: missing)
    }

    package func dictionary() -> TextDictionary { TextDictionary(offsets: table.offsets, bytes: table.bytes) }

    /// The words from code `first` on, at most `limit` of them, as offsets from their own start.
    package func words(from first: Int, limit: Int = .max) -> (offsets: [UInt32], bytes: [UInt8]) {
        let end = first + min(limit, count - first)
        let start = table.offsets[first]
        let bytes = table.bytes[Int(start)..<Int(table.offsets[end])]
        return (table.offsets[first...end].map { $0 - start }, Array(bytes))
    }

    /// Appends the bytes of a word.
    package func append(word code: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: table.bytes[Int(table.offsets[code])..<Int(table.offsets[code + 1])])
    }

    private static let seed = UInt64.random(in: .min ... .max)
}
