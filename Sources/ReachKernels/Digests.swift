import CDigests

/// How texts become digests.
package enum DigestKind: Hashable, Sendable {
    case sha256
    case md5

    fileprivate var byteCount: Int { self == .sha256 ? 32 : 16 }
}

/// The digest of each text, as 64 or 32 small hexadecimal digits; of an empty one nothing. `skipsPlus`: a plus that a text starts with is no part
/// of it.
package func digestTexts(
    offsets: [UInt32], bytes: [UInt8], _ kind: DigestKind, skipsPlus: Bool = false
) -> (offsets: [UInt32], bytes: [UInt8]) {
    var ends: [UInt32] = [0]
    ends.reserveCapacity(offsets.count)
    var digests: [UInt8] = []
    digests.reserveCapacity((offsets.count - 1) * kind.byteCount * 2)
    for row in 0..<offsets.count - 1 {
        var start = Int(offsets[row])
        let end = Int(offsets[row + 1])
        if skipsPlus, start < end, bytes[start] == UInt8(ascii: "+") { start += 1 }
        if start < end {
            for byte in digest(bytes, start..<end, kind) { digests += [hexDigit(byte >> 4), hexDigit(byte & 15)] }
        }
        ends.append(UInt32(digests.count))
    }
    return (ends, digests)
}

private func digest(_ bytes: [UInt8], _ range: Range<Int>, _ kind: DigestKind) -> [UInt8] {
    precondition(range.upperBound <= bytes.count, "a text stands in its bytes")
    var digest = [UInt8](repeating: 0, count: kind.byteCount)
    // SAFETY: a context is set up by the first call and outlives the others; the text's range was checked; a digest takes 32 bytes, of MD5 16.
    unsafe bytes.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        switch kind {
        case .sha256:
            var context = SHA2_CTX()
            unsafe SHA256Init(&context)
            unsafe SHA256Update(&context, base + range.lowerBound, range.count)
            unsafe SHA256Final(&digest, &context)
        case .md5:
            var context = MD5_CTX()
            unsafe MD5Init(&context)
            unsafe MD5Update(&context, base + range.lowerBound, range.count)
            unsafe MD5Final(&digest, &context)
        }
    }
    return digest
}
