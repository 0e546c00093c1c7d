import CZlib

/// A piece of a raw deflate stream; pieces can be made on any thread and stand one behind another. Nil where zlib has no memory.
package func deflated(_ bytes: [UInt8], isLast: Bool) -> [UInt8]? {
    precondition(bytes.count <= 1 << 30, "a piece has at most 1 GiB")
    let capacity = reach_deflate_bound(bytes.count)
    // SAFETY: zlib reads `count` bytes and writes at most `capacity`, and says how many.
    let result = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, initialized in
        initialized = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe reach_deflate(input.baseAddress, input.count, isLast ? 1 : 0, level, output.baseAddress, capacity)
        }
    }
    return result.isEmpty ? nil : result
}

/// The CRC-32 of bytes.
package func crc32(_ bytes: [UInt8]) -> UInt32 {
    // SAFETY: only the array's bytes are read.
    unsafe bytes.withUnsafeBufferPointer { unsafe reach_crc32($0.baseAddress, $0.count) }
}

/// The CRC-32 of two runs of bytes, one behind the other, from those of each.
package func crc32(_ first: UInt32, followedBy second: UInt32, count: Int) -> UInt32 {
    reach_crc32_joined(first, second, count)
}

/// Two thirds as small as the best, four times as fast.
private let level: Int32 = 3
