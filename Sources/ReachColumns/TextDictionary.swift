/// The distinct texts of a column in order of arrival; a text keeps its code for ever, later versions only append.
package final class TextDictionary: Sendable {
    /// count + 1 entries into `bytes`.
    package let offsets: [UInt32]
    package let bytes: [UInt8]

    package var count: Int { offsets.count - 1 }

    package init(offsets: [UInt32], bytes: [UInt8]) {
        precondition(offsets.first == 0 && Int(offsets[offsets.count - 1]) == bytes.count, "offsets span the bytes")
        self.offsets = offsets
        self.bytes = bytes
    }

    package convenience init(_ words: [String]) {
        var offsets: [UInt32] = [0]
        var bytes: [UInt8] = []
        for word in words {
            bytes.append(contentsOf: word.utf8)
            offsets.append(UInt32(bytes.count))
        }
        self.init(offsets: offsets, bytes: bytes)
    }

    package func word(_ code: Int) -> String {
        String(decoding: bytes[Int(offsets[code])..<Int(offsets[code + 1])], as: UTF8.self)
    }
}
