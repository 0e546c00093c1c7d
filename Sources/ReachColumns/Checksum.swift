import ReachKernels

/// Where a chunk belongs. Its checksum covers this too, so that a chunk read in place of another is found out.
package struct ChunkIdentity: Hashable, Sendable {
    package let table: Int64
    package let column: Int64
    /// The first row of a customers chunk, the number of a partition, the first code of a piece of a dictionary.
    package let first: Int64
    package let rowCount: Int

    package init(table: Int64, column: Int64, first: Int64, rowCount: Int) {
        self.table = table
        self.column = column
        self.first = first
        self.rowCount = rowCount
    }

    /// The XXH64 of this identity and the encoding's version: the seed of the checksum over the bytes.
    package func checksumSeed(version: UInt8) -> UInt64 {
        var bytes: [UInt8] = []
        for part in [table, column, first, Int64(rowCount), Int64(version)] { bytes.append(littleEndian: part) }
        return xxHash64(bytes)
    }
}

extension [UInt8] {
    /// Eight, four … bytes, least significant first.
    package mutating func append(littleEndian value: some FixedWidthInteger) {
        for byte in 0..<(value.bitWidth / 8) { append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
    }
}
