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
    var at = from
    var hash: UInt64
    if to - from >= 32 {
        var one = seed &+ prime1 &+ prime2
        var two = seed &+ prime2
        var three = seed
        var four = seed &- prime1
        while to - at >= 32 {
            one = accumulate(one, load64(bytes, at))
            two = accumulate(two, load64(bytes, at + 8))
            three = accumulate(three, load64(bytes, at + 16))
            four = accumulate(four, load64(bytes, at + 24))
            at += 32
        }
        hash = rotate(one, 1) &+ rotate(two, 7) &+ rotate(three, 12) &+ rotate(four, 18)
        hash = merge(merge(merge(merge(hash, one), two), three), four)
    } else {
        hash = seed &+ prime5
    }
    hash = hash &+ UInt64(to - from)
    while to - at >= 8 {
        hash = rotate(hash ^ accumulate(0, load64(bytes, at)), 27) &* prime1 &+ prime4
        at += 8
    }
    if to - at >= 4 {
        hash = rotate(hash ^ (UInt64(load32(bytes, at)) &* prime1), 23) &* prime2 &+ prime3
        at += 4
    }
    while at < to {
        hash = rotate(hash ^ (UInt64(load8(bytes, at)) &* prime5), 11) &* prime1
        at += 1
    }
    hash = (hash ^ (hash >> 33)) &* prime2
    hash = (hash ^ (hash >> 29)) &* prime3
    return hash ^ (hash >> 32)
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
private func load64(_ bytes: Span<UInt8>, _ at: Int) -> UInt64 {
    // SAFETY: any eight bytes are a UInt64; the span checks that they lie inside it.
    unsafe UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
}

@inline(__always)
private func load32(_ bytes: Span<UInt8>, _ at: Int) -> UInt32 {
    // SAFETY: any four bytes are a UInt32; the span checks that they lie inside it.
    unsafe UInt32(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt32.self))
}

@inline(__always)
private func load8(_ bytes: Span<UInt8>, _ at: Int) -> UInt8 { bytes[at] }
