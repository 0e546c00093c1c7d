import CZstd

// Bytes compressed where that pays: 0 as they are, 1 by zstd; then how many follow, 4 bytes, little-endian; then these.

/// Appends `bytes` to `body`, compressed where that makes them an eighth shorter.
package func appendCompressed(_ bytes: [UInt8], to body: inout [UInt8]) {
    // SAFETY: the bytes outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe compress($0, to: &body) }
}

/// The same of words of eight bytes.
package func appendCompressed(_ words: [UInt64], to body: inout [UInt8]) {
    #if _endian(little)
        let ordered = words
    #else
        let ordered = words.map { $0.littleEndian }
    #endif
    // SAFETY: the words outlive the closure; their bytes are read as such.
    unsafe ordered.withUnsafeBytes { unsafe compress($0, to: &body) }
}

private func compress(_ bytes: UnsafeRawBufferPointer, to body: inout [UInt8]) {
    precondition(bytes.count <= Int(UInt32.max), "a text of a chunk has at most 4 GiB")
    let packed = unsafe bytes.count >= smallestWorthCompressing ? compressed(bytes) : nil
    body.append(packed == nil ? 0 : 1)
    let stored = packed?.count ?? bytes.count
    for byte in 0..<4 { body.append(UInt8(truncatingIfNeeded: stored >> (8 * byte))) }
    if let packed { body.append(contentsOf: packed) } else { unsafe body.append(contentsOf: bytes) }
}

/// Nil where that does not make the bytes an eighth shorter.
private func compressed(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    let limit = bytes.count - bytes.count / 8
    // SAFETY: zstd writes at most `limit` bytes, for which there is room, and says how many it wrote.
    let packed = unsafe [UInt8](unsafeUninitializedCapacity: limit) { out, filled in
        let written = unsafe ZSTD_compress(out.baseAddress, limit, bytes.baseAddress, bytes.count, level)
        filled = ZSTD_isError(written) == 0 ? written : 0
    }
    return packed.isEmpty ? nil : packed
}

/// The `count` bytes that `appendCompressed` wrote at `at`, which moves behind them. Nil where the bytes end too early, or are others.
package func uncompressed(_ packed: RawSpan, at: inout Int, count: Int) -> [UInt8]? {
    guard let (form, stored) = storedRange(packed, at: &at), holds(count, packed, form, stored) else { return nil }
    var isWhole = false
    // SAFETY: `uncompress` fills all of the buffer's `count` bytes or says that it did not; then none counts as initialised.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        let out = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
        isWhole = unsafe uncompress(packed, form, stored, into: out)
        initialized = isWhole ? count : 0
    }
    return isWhole ? bytes : nil
}

/// The same of words of eight bytes.
package func uncompressedWords(_ packed: RawSpan, at: inout Int, count: Int) -> [UInt64]? {
    guard let (form, stored) = storedRange(packed, at: &at), holds(count * 8, packed, form, stored) else { return nil }
    var isWhole = false
    // SAFETY: as in `uncompressed`; any eight bytes are a word.
    let words = unsafe [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
        let out = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count * 8)
        isWhole = unsafe uncompress(packed, form, stored, into: out)
        initialized = isWhole ? count : 0
    }
    #if _endian(little)
        return isWhole ? words : nil
    #else
        return isWhole ? words.map { UInt64(littleEndian: $0) } : nil
    #endif
}

/// Below this, what zstd saves is less than a page of the file.
private let smallestWorthCompressing = 256
/// Addresses take 6 % more room than at level 3 and a fifth less time; the way back takes the same from all.
private let level: Int32 = 1

private func storedRange(_ packed: RawSpan, at: inout Int) -> (form: UInt8, stored: Range<Int>)? {
    guard at >= 0, packed.byteCount - at >= 5 else { return nil }
    // SAFETY: five bytes were just found to be there.
    let form = unsafe packed.unsafeLoad(fromByteOffset: at, as: UInt8.self)
    let stored = unsafe Int(UInt32(littleEndian: packed.unsafeLoadUnaligned(fromByteOffset: at + 1, as: UInt32.self)))
    at += 5
    guard form <= 1, packed.byteCount - at >= stored else { return nil }
    defer { at += stored }
    return (form, at..<at + stored)
}

/// Whether the stored bytes say of themselves that they are `count`: nothing is allocated for what is not there.
private func holds(_ count: Int, _ packed: RawSpan, _ form: UInt8, _ stored: Range<Int>) -> Bool {
    if form == 0 { return count == stored.count }
    // SAFETY: `stored` lies in `packed`, as its caller found.
    return unsafe packed.withUnsafeBytes { packed in
        unsafe ZSTD_getFrameContentSize(packed.baseAddress.map { unsafe $0 + stored.lowerBound }, stored.count)
            == UInt64(count)
    }
}

/// Whether `out` was filled exactly.
private func uncompress(
    _ packed: RawSpan, _ form: UInt8, _ stored: Range<Int>, into out: UnsafeMutableRawBufferPointer
) -> Bool {
    // SAFETY: `stored` lies in `packed`, as its caller found; both calls write no more than `out.count` bytes.
    unsafe packed.withUnsafeBytes { packed in
        let source = unsafe UnsafeRawBufferPointer(rebasing: packed[stored])
        if form == 0 {
            unsafe out.copyMemory(from: source)
            return true
        }
        return unsafe ZSTD_decompress(out.baseAddress, out.count, source.baseAddress, source.count) == out.count
    }
}
