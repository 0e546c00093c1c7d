import CDigests

/// The SHA-256 of each text, as 64 small hexadecimal digits; of an empty one nothing.
package func sha256Texts(offsets: [UInt32], bytes: [UInt8]) -> (offsets: [UInt32], bytes: [UInt8]) {
    var ends: [UInt32] = [0]
    ends.reserveCapacity(offsets.count)
    var digests: [UInt8] = []
    digests.reserveCapacity((offsets.count - 1) * 64)
    for row in 0..<offsets.count - 1 {
        let range = Int(offsets[row])..<Int(offsets[row + 1])
        if !range.isEmpty {
            for byte in sha256(bytes, range) { digests += [hexDigit(byte >> 4), hexDigit(byte & 15)] }
        }
        ends.append(UInt32(digests.count))
    }
    return (ends, digests)
}

private func sha256(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    precondition(range.upperBound <= bytes.count, "a text stands in its bytes")
    var context = SHA2_CTX()
    var digest = [UInt8](repeating: 0, count: 32)
    // SAFETY: the context is set up by the first call and outlives the others; the text's range was checked; a digest takes 32 bytes.
    unsafe bytes.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        unsafe SHA256Init(&context)
        unsafe SHA256Update(&context, base + range.lowerBound, range.count)
        unsafe SHA256Final(&digest, &context)
    }
    return digest
}
