// XXH64, Yann Collet's 64-bit hash (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), written from its specification.

private let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
private let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
private let prime3: UInt64 = 0x1656_67B1_9E37_79F9
private let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
private let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

/// XXH64 of all of `bytes`.
package func xxHash64(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
    xxHash64(bytes.span, from: 0, to: bytes.count, seed: seed)
}

/// XXH64 of the bytes `from..<to`, which lie inside `bytes`.
package func xxHash64(_ bytes: Span<UInt8>, from: Int, to: Int, seed: UInt64) -> UInt64 {
    precondition(from >= 0 && from <= to && to <= bytes.count, "the hashed range lies inside the bytes")
    // SAFETY: the range was just found to lie inside the bytes, which outlive the closure.
    return unsafe bytes.withUnsafeBytes { bytes in
        unsafe xxHash64(UnsafeRawBufferPointer(rebasing: bytes[from..<to]), seed: seed)
    }
}

/// The same of raw bytes.
package func xxHash64(_ bytes: RawSpan, from: Int, to: Int, seed: UInt64) -> UInt64 {
    precondition(from >= 0 && from <= to && to <= bytes.byteCount, "the hashed range lies inside the bytes")
    // SAFETY: the range was just found to lie inside the bytes, which outlive the closure.
    return unsafe bytes.withUnsafeBytes { bytes in
        unsafe xxHash64(UnsafeRawBufferPointer(rebasing: bytes[from..<to]), seed: seed)
    }
}

/// Four stripes of eight bytes run side by side, so that a multiplication waits for none of the other three.
@inline(__always)
private func xxHash64(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    let count = bytes.count
    var hash = seed &+ prime5
    // SAFETY: every load below reads bytes before `count`.
    guard var at = bytes.baseAddress, count > 0 else { return avalanche(hash) }
    let end = unsafe at + count
    if count >= 32 {
        var one = seed &+ prime1 &+ prime2
        var two = seed &+ prime2
        var three = seed
        var four = seed &- prime1
        let last = unsafe end - 32
        while unsafe at <= last {
            unsafe one = accumulate(one, load64(at))
            unsafe two = accumulate(two, load64(at + 8))
            unsafe three = accumulate(three, load64(at + 16))
            unsafe four = accumulate(four, load64(at + 24))
            unsafe at += 32
        }
        hash = rotate(one, 1) &+ rotate(two, 7) &+ rotate(three, 12) &+ rotate(four, 18)
        hash = merge(merge(merge(merge(hash, one), two), three), four)
    }
    hash = hash &+ UInt64(count)
    var rest = unsafe end - at
    while rest >= 8 {
        hash = unsafe rotate(hash ^ accumulate(0, load64(at)), 27) &* prime1 &+ prime4
        unsafe at += 8
        rest -= 8
    }
    if rest >= 4 {
        let four = unsafe UInt32(littleEndian: at.loadUnaligned(as: UInt32.self))
        hash = rotate(hash ^ (UInt64(four) &* prime1), 23) &* prime2 &+ prime3
        unsafe at += 4
        rest -= 4
    }
    while rest > 0 {
        hash = unsafe rotate(hash ^ (UInt64(at.load(as: UInt8.self)) &* prime5), 11) &* prime1
        unsafe at += 1
        rest -= 1
    }
    return avalanche(hash)
}

/// Whether two runs of `count` bytes are the same; both lie inside their spans.
@inline(__always)
package func sameBytes(_ one: Span<UInt8>, _ oneAt: Int, _ other: Span<UInt8>, _ otherAt: Int, count: Int) -> Bool {
    var index = 0
    while count - index >= 8 {
        if load64(one, oneAt + index) != load64(other, otherAt + index) { return false }
        index += 8
    }
    while index < count {
        if load8(one, oneAt + index) != load8(other, otherAt + index) { return false }
        index += 1
    }
    return true
}

@inline(__always)
private func avalanche(_ hash: UInt64) -> UInt64 {
    var hash = hash
    hash = (hash ^ (hash >> 33)) &* prime2
    hash = (hash ^ (hash >> 29)) &* prime3
    return hash ^ (hash >> 32)
}

@inline(__always)
private func load64(_ at: UnsafeRawPointer) -> UInt64 {
    // SAFETY: callers have eight bytes at `at`.
    unsafe UInt64(littleEndian: at.loadUnaligned(as: UInt64.self))
}

@inline(__always)
private func accumulate(_ accumulator: UInt64, _ input: UInt64) -> UInt64 {
    rotate(accumulator &+ input &* prime2, 31) &* prime1
}

@inline(__always)
private func merge(_ hash: UInt64, _ accumulator: UInt64) -> UInt64 {
    (hash ^ accumulate(0, accumulator)) &* prime1 &+ prime4
}

@inline(__always)
private func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { (value << bits) | (value >> (64 - bits)) }

@inline(__always)
func load64(_ bytes: Span<UInt8>, _ at: Int) -> UInt64 {
    // SAFETY: any eight bytes are a UInt64; the span checks that they lie inside it.
    unsafe UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
}

@inline(__always)
private func load8(_ bytes: Span<UInt8>, _ at: Int) -> UInt8 { bytes[at] }
