import CKernels

/// The numbers and zeros behind them, `count` in all, in memory where looking up at random costs less.
package func extended(_ numbers: [UInt32], to count: Int) -> [UInt32] {
    precondition(numbers.count <= count, "numbers are extended, not cut")
    // SAFETY: there is room for `count` numbers, all of which are written here.
    return unsafe [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
        unsafe reach_prefer_large_pages(buffer.baseAddress, count * MemoryLayout<UInt32>.size)
        let rest = unsafe buffer[..<numbers.count].initialize(fromContentsOf: numbers)
        unsafe buffer[rest...].initialize(repeating: 0)
        filled = count
    }
}
