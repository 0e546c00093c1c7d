import CKernels

/// Asks for large pages for what the heap has grown by; to be called now and then while much is loaded. Columns are read from end to end: on small
/// pages looking up where each of them is takes longer than reading it, on virtual machines above all. Does nothing where the system or another
/// allocator has no such heap.
package func useLargePages() { reach_use_large_pages() }

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
