import CMalloc

/// What the C library does with memory that was given back.
enum FreedMemory {
    /// Lets blocks of the size of a chunk be used again instead of going back to the system, which clears every page that it gives out
    /// anew: that would cost more than decoding the chunk. To be called before other threads start.
    static func keepForReuse() { reach_keep_freed_memory(4 << 20, 16 << 20) }
}
