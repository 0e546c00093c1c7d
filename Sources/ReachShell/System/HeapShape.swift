import CMalloc

/// What the C library does with memory.
enum HeapShape {
    /// Lets blocks of the size of a chunk be used again instead of going back to the system, which clears every page that it gives out
    /// anew: that would cost more than decoding the chunk. All come from one heap, which can have large pages throughout
    /// (`useLargePages`). To be called before other threads start.
    static func prepare() { reach_shape_heap(4 << 20, 64 << 20) }
}
