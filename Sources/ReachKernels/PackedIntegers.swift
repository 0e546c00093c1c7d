// Runs of integers, block by block, each block as narrowly as it allows:
//
//     width in bits, + 128 where differences are packed   1 byte
//     low: what was taken off each value or difference    a word
//     first value, less `low`, of differences             a word
//     the values: of a whole block as `packBlock` lays them, of a shorter last one in (width + 7) / 8 bytes each
//
// A word has the bytes of the integers' type; all is little-endian.

/// Appends `codes` to `body`, packed.
package func appendPacked(_ codes: [UInt8], to body: inout [UInt8]) {
    unsafe codes.withUnsafeBufferPointer { unsafe pack($0, flip: 0, to: &body) }
}

package func appendPacked(_ codes: [UInt16], to body: inout [UInt8]) {
    unsafe codes.withUnsafeBufferPointer { unsafe pack($0, flip: 0, to: &body) }
}

package func appendPacked(_ codes: [UInt32], to body: inout [UInt8]) {
    unsafe codes.withUnsafeBufferPointer { unsafe pack($0, flip: 0, to: &body) }
}

package func appendPacked(_ lanes: [Int64], to body: inout [UInt8]) {
    // SAFETY: both are trivial types of one size and alignment.
    unsafe lanes.withUnsafeBufferPointer { lanes in
        unsafe lanes.withMemoryRebound(to: UInt64.self) { unsafe pack($0, flip: 1 << 63, to: &body) }
    }
}

/// `flip` has the sign bit where values are compared as signed.
@inline(__always)
private func pack<Word: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafeBufferPointer<Word>, flip: Word, to body: inout [UInt8]
) {
    var differences = [Word](repeating: 0, count: min(packedBlockRows, values.count))
    var start = 0
    while start < values.count {
        let count = min(packedBlockRows, values.count - start)
        // SAFETY: the slice holds `count` values, and `differences` as many; neither outlives its closure.
        let block = unsafe UnsafeBufferPointer(rebasing: values[start..<start + count])
        let plain = unsafe bounds(block, flip: flip)
        unsafe differences.withUnsafeMutableBufferPointer { out in
            unsafe out[0] = 0
            for row in 1..<max(1, count) { unsafe out[row] = block[row] &- block[row - 1] }
            let sign = Word(1) &<< Word(Word.bitWidth - 1)
            // The first difference is none: it is stored as the lowest, whatever that is.
            let rest = unsafe UnsafeBufferPointer(rebasing: out[min(1, count)..<count])
            let steps = unsafe rest.isEmpty ? (low: 0, width: 0) : bounds(rest, flip: sign)
            // Differences have to be summed up again, which must pay.
            if steps.width + 1 < plain.width {
                unsafe out[0] = steps.low
                body.append(UInt8(steps.width) | 128)
                append(steps.low, to: &body)
                unsafe append(block[0] &- steps.low, to: &body)
                unsafe appendBlock(UnsafeBufferPointer(rebasing: out[0..<count]), steps.low, steps.width, to: &body)
            } else {
                body.append(UInt8(plain.width))
                append(plain.low, to: &body)
                unsafe appendBlock(block, plain.low, plain.width, to: &body)
            }
        }
        start += count
    }
}

/// The lowest value and the bits that the distance to the highest takes.
@inline(__always)
private func bounds<Word: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafeBufferPointer<Word>, flip: Word
) -> (low: Word, width: Int) {
    var low = Word.max
    var high = Word.min
    for index in 0..<values.count {
        let value = unsafe values[index] ^ flip
        low = min(low, value)
        high = max(high, value)
    }
    return (low ^ flip, Word.bitWidth - (high &- low).leadingZeroBitCount)
}

@inline(__always)
private func append<Word: FixedWidthInteger>(_ word: Word, to body: inout [UInt8]) {
    for byte in 0..<MemoryLayout<Word>.size { body.append(UInt8(truncatingIfNeeded: word >> (8 * byte))) }
}

@inline(__always)
private func appendBlock<Word: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafeBufferPointer<Word>, _ low: Word, _ width: Int, to body: inout [UInt8]
) {
    guard values.count == packedBlockRows, let base = values.baseAddress else {
        for index in 0..<values.count {
            let value = unsafe values[index] &- low
            for byte in 0..<(width + 7) / 8 { body.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
        }
        return
    }
    let start = body.count
    body.append(contentsOf: repeatElement(0, count: packedBlockBytes(width: width)))
    // SAFETY: the block's zeroed bytes were just appended at `start`; 1,024 values stand at `base`.
    unsafe body.withUnsafeMutableBytes { bytes in
        guard width > 0, let out = bytes.baseAddress else { return }
        unsafe packBlock(base, low: low, width: width, into: out + start)
    }
}

/// How far each offset lies from the one before it: an entry less than there are offsets.
package func differences(_ offsets: [UInt32]) -> [UInt32] {
    (1..<max(1, offsets.count)).map { offsets[$0] &- offsets[$0 - 1] }
}
