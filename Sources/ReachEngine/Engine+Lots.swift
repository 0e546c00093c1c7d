import ReachColumns
import ReachKernels
import ReachPlan

/// Whom a draw by key takes: those whose key's hash, begun with `state`, is at most `last`.
package struct Lot: Hashable, Sendable {
    package let state: UInt64
    package let last: UInt64

    package init(state: UInt64, last: UInt64) {
        self.state = state
        self.last = last
    }
}

extension Engine {
    /// The members whom a draw takes, by chunk. A lot depends on the key alone, so that of audiences of some size everybody's are drawn and
    /// kept like a segment. Customers without a key column go by their number, counted from 1.
    package func drawn(_ lot: Lot, from members: Members) throws -> [Bitmap] {
        let key = SegmentCache.Key(
            version: source.version, today: 0, zone: .utc, country: country, condition: .always(true), lot: lot)
        let known = segments.members(key)
        let isKept = members.count >= source.customerRows / 4
        let found = try mapIndices(0..<members.chunks.count) { chunk -> Bitmap in
            let own = members.chunks[chunk]
            let drawn =
                try known?[chunk]
                ?? self.drawn(
                    lot, from: isKept ? Bitmap(count: own.count, repeating: true) : own, chunk: chunk)
            if known == nil, isKept { segments.keep(drawn, for: key, chunk: chunk, of: members.chunks.count) }
            return Bitmap(count: own.count, words: zip(drawn.words, own.words).map { $0 & $1 })
        }
        return found
    }

    private func drawn(_ lot: Lot, from rows: Bitmap, chunk: Int) throws -> Bitmap {
        func bitmap(_ words: [UInt64]) -> Bitmap { Bitmap(count: rows.count, words: words) }
        guard let column = source.schema.customers.index(of: ColumnSchema.Role.key) else {
            let first = Int64(chunk) * Int64(source.geometry.chunkRows) + 1
            let numbers = (0..<Int64(rows.count)).map { first + $0 }
            return bitmap(drawnLots(of: numbers, members: rows.words, state: lot.state, last: lot.last))
        }
        let keys = try source.customerChunk(column: column, chunk: chunk)
        if let lanes = keys.decodedLanes() {
            return bitmap(drawnLots(of: lanes, members: rows.words, state: lot.state, last: lot.last))
        }
        guard let text = keys.decodedText(try source.dictionary(table: 0, column: column)) else {
            return Bitmap(count: rows.count)
        }
        return bitmap(
            drawnLots(
                offsets: text.offsets, bytes: text.bytes, members: rows.words, state: lot.state, last: lot.last))
    }
}
