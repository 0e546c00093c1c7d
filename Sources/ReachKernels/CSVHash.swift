/// A running 64-bit fingerprint of a file's bytes, fed in pieces: equal bytes in equal pieces give equal fingerprints.
///
/// Each piece is hashed by XXH64, seeded with the hash of what came before. It tells whether a file is the one imported last
/// time; it withstands accidents, not attacks.
package struct FileFingerprint: Hashable, Sendable {
    package private(set) var value: UInt64 = 0

    package init() {}

    package mutating func add(_ piece: Span<UInt8>) {
        value = xxHash64(piece, from: 0, to: piece.count, seed: value)
    }
}

/// A 64-bit hash of each cell of a column.
package func hashCells(_ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int) -> [UInt64] {
    precondition(column < index.width, "the index holds the column")
    var hashes = Array(repeating: UInt64(0), count: index.rowCount)
    for row in 0..<index.rowCount {
        let cell = index.cell(row: row, column: column)
        hashes[row] = xxHash64(bytes, from: cell.lowerBound, to: cell.upperBound, seed: 0)
    }
    return hashes
}
