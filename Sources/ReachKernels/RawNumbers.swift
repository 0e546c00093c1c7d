/// The little-endian number at `at`, which lies inside `bytes`.
@inline(__always)
package func loadNumber<Number: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: RawSpan, at: Int, _ type: Number.Type
) -> Number {
    // SAFETY: the span checks that the number lies inside it; any bytes make an integer.
    unsafe Number(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at, as: Number.self))
}

/// `count` little-endian words from `at` on, which it moves behind them; nil where the bytes end too early.
package func loadWords(_ bytes: RawSpan, at: inout Int, count: Int) -> [UInt64]? {
    guard count >= 0, at >= 0, at <= bytes.byteCount, (bytes.byteCount - at) / 8 >= count else { return nil }
    let start = at
    at += 8 * count
    // SAFETY: the bytes of `count` words were just found to be there; all of them are copied.
    return unsafe [UInt64](unsafeUninitializedCapacity: count) { out, initialized in
        unsafe bytes.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(out).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: source[start..<start + 8 * count]))
        }
        for word in 0..<count { unsafe out[word] = UInt64(littleEndian: out[word]) }
        initialized = count
    }
}

/// Appends the words to `body`, little-endian.
package func appendWords(_ words: [UInt64], to body: inout [UInt8]) {
    #if _endian(little)
        let ordered = words
    #else
        let ordered = words.map(\.littleEndian)
    #endif
    // SAFETY: the words outlive the closure; their bytes are read as such.
    unsafe ordered.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
}
