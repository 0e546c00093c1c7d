// Blocks of 1,024 values of one width, laid out for wide registers wherever they are: a block is taken as rows of as many values as
// fill 128 bytes, and bit b of all values of a row stands in one run of words. So a row is unpacked by the same two shifts of
// neighbouring words, a loop that every compiler turns into vector instructions (Afroozeh, Boncz: The FastLanes Compression Layout).

/// Values in a whole block.
package let packedBlockRows = 1_024

/// Bytes of a whole block whose values have `width` bits.
@inline(__always)
func packedBlockBytes(width: Int) -> Int { width * (packedBlockRows / 8) }

/// Packs the block at `values`, each less `low` and below 2^`width`, into `packedBlockBytes(width:)` zeroed bytes at `out`.
@inline(__always)
func packBlock<Word: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<Word>, low: Word, width: Int, into out: UnsafeMutableRawPointer
) {
    if width == 0 { return }
    let lanes = packedBlockRows / Word.bitWidth
    let stride = MemoryLayout<Word>.size
    for row in 0..<Word.bitWidth {
        let word = row * width / Word.bitWidth
        let shift = Word(truncatingIfNeeded: row * width % Word.bitWidth)
        let isSplit = Int(shift) + width > Word.bitWidth
        for lane in 0..<lanes {
            // SAFETY: `row × lanes + lane` < 1,024, and words up to `width` × lanes lie in the block's bytes.
            let value = unsafe values[row * lanes + lane] &- low
            let place = unsafe out + (word * lanes + lane) * stride
            let known = unsafe Word(littleEndian: place.loadUnaligned(as: Word.self))
            unsafe place.storeBytes(of: (known | value &<< shift).littleEndian, as: Word.self)
            if isSplit {
                let rest = value &>> (Word(truncatingIfNeeded: Word.bitWidth) &- shift)
                unsafe (place + lanes * stride).storeBytes(of: rest.littleEndian, as: Word.self)
            }
        }
    }
}

/// Unpacks the block at `packed` and adds `low` to each value.
@inline(__always)
func unpackBlock<Word: FixedWidthInteger & UnsignedInteger>(
    _ packed: UnsafeRawPointer, low: Word, width: Int, into out: UnsafeMutablePointer<Word>
) {
    let lanes = packedBlockRows / Word.bitWidth
    let stride = MemoryLayout<Word>.size
    if width == 0 {
        // SAFETY: a block has room for 1,024 values.
        unsafe out.initialize(repeating: low, count: packedBlockRows)
        return
    }
    let mask = Word.max &>> Word(truncatingIfNeeded: Word.bitWidth - width)
    for row in 0..<Word.bitWidth {
        let word = row * width / Word.bitWidth
        let shift = Word(truncatingIfNeeded: row * width % Word.bitWidth)
        // SAFETY: the row's words, and the next where its values reach into them, lie in the block's `width` × 128 bytes;
        // `row × lanes + lane` < 1,024.
        let from = unsafe packed + word * lanes * stride
        let to = unsafe out + row * lanes
        if Int(shift) + width <= Word.bitWidth {
            for lane in 0..<lanes {
                let bits = unsafe Word(littleEndian: from.loadUnaligned(fromByteOffset: lane * stride, as: Word.self))
                unsafe to[lane] = low &+ (bits &>> shift & mask)
            }
        } else {
            let rest = Word(truncatingIfNeeded: Word.bitWidth) &- shift
            let next = unsafe from + lanes * stride
            for lane in 0..<lanes {
                let bits = unsafe Word(littleEndian: from.loadUnaligned(fromByteOffset: lane * stride, as: Word.self))
                let more = unsafe Word(littleEndian: next.loadUnaligned(fromByteOffset: lane * stride, as: Word.self))
                unsafe to[lane] = low &+ ((bits &>> shift | more &<< rest) & mask)
            }
        }
    }
}
