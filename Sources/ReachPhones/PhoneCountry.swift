import CPhone

/// Where telephone numbers without a country code are from, and how a number reads from there.
///
/// Numbers are those of libphonenumber: valid ones, in E.164. Plain shapes are read by tables made from the library's own patterns (some
/// 60 ns each), e-mails and other words are told to be none (some 40 ns), everything else is read by the library (some 20 µs); both say the same. Tables are made when first asked for.
package struct PhoneCountry: Hashable, Sendable {
    /// Two letters, ISO 3166; empty for none: then only numbers with a country code are read, with `+`, `00` or nothing before it.
    package let code: String

    /// No country.
    package static let none = PhoneCountry(known: "")

    /// Nil where there is no such country.
    package init?(_ code: String) {
        self.code = code.uppercased()
        // SAFETY: the code is passed as a C string that lives for the call; what comes back is never freed.
        guard unsafe reach_phone_home_for(self.code) != nil else { return nil }
    }

    /// Of a code that was looked up before, or is empty. Reads nothing until a number is to be read.
    package init(known code: String) { self.code = code }

    /// Each number in E.164, nothing where it is no valid number: text r is `bytes[offsets[r]..<offsets[r + 1]]`, and so are the results.
    package func normalise(offsets: [UInt32], bytes: [UInt8]) -> (offsets: [UInt32], bytes: [UInt8]) {
        var ends = [UInt32](repeating: 0, count: offsets.count)
        precondition(offsets.count * Self.capacity <= Int(UInt32.max), "numbers take less than 4 GiB")
        // SAFETY: as above.
        guard let home = unsafe reach_phone_home_for(code) ?? reach_phone_home_for("") else { return (ends, []) }
        // SAFETY: the ranges are checked against the bytes; a number takes at most `capacity` bytes, which are there for each.
        let numbers = unsafe [UInt8](unsafeUninitializedCapacity: offsets.count * Self.capacity) {
            output, initialized in
            unsafe bytes.withUnsafeBufferPointer { input in
                guard let text = input.baseAddress, let out = output.baseAddress else { return }
                for row in 0..<offsets.count - 1 {
                    let (from, to) = (Int(offsets[row]), Int(offsets[row + 1]))
                    precondition(from <= to && to <= input.count, "a text stands in its bytes")
                    if from < to {
                        initialized += unsafe reach_phone_normalise(home, text + from, to - from, out + initialized)
                    }
                    ends[row + 1] = UInt32(initialized)
                }
            }
        }
        return (ends, numbers)
    }

    /// One number in E.164; nil where it is no valid number.
    package func normalise(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        let number = normalise(offsets: [0, UInt32(bytes.count)], bytes: bytes).bytes
        return number.isEmpty ? nil : String(decoding: number, as: UTF8.self)
    }

    private static let capacity = Int(reach_phone_capacity.rawValue)
}
