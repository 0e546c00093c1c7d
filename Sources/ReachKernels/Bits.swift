import CKernels

/// The mask as bits, least significant first; bits past the last row are 0.
package func packBits(_ mask: [UInt8]) -> [UInt64] {
    let wordCount = (mask.count + 63) / 64
    // SAFETY: the kernel reads `mask.count` bytes and writes every one of the words that they take.
    return unsafe [UInt64](unsafeUninitializedCapacity: wordCount) { out, initialized in
        if let words = out.baseAddress {
            unsafe mask.withUnsafeBufferPointer { unsafe reach_pack_plane(words, $0.baseAddress, $0.count, 0) }
        }
        initialized = wordCount
    }
}

/// The first `count` bits as a mask.
package func unpackBits(_ words: [UInt64], count: Int) -> [UInt8] {
    precondition(words.count * 64 >= count, "a bit per row")
    // SAFETY: the kernel reads the words that `count` bits take and writes `count` bytes.
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
        if let mask = out.baseAddress {
            unsafe words.withUnsafeBufferPointer { unsafe reach_unpack_bits(mask, $0.baseAddress, count) }
        }
        initialized = count
    }
}

/// The positions of the set bits, ascending.
package func selectedRows(bits words: [UInt64]) -> [UInt32] {
    let count = countBits(words)
    // SAFETY: the kernel reads the words and writes a position for each set bit.
    return unsafe [UInt32](unsafeUninitializedCapacity: count) { out, initialized in
        if let rows = out.baseAddress { unsafe reach_selected_rows(rows, words, words.count) }
        initialized = count
    }
}
