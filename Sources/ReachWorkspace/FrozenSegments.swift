import GRDB
import ReachColumns
import ReachDiagnostics

/// The members that a segment had on the day it was frozen. A customer's row is never given to another key, so rows are members by key.
package struct FrozenSegment: Hashable, Sendable {
    package let name: String
    /// What it was frozen from, as typed.
    package let text: String
    /// Microseconds since 1970.
    package let created: Int64
    package let memberCount: Int
}

extension Workspace {
    /// Keeps members under a name, in place of what had it; gives how many members that had. `chunks` has the members of each chunk
    /// of customers.
    @discardableResult
    package func freeze(_ name: String, text: String, members chunks: [Bitmap]) throws -> Int? {
        let rowCount = chunks.reduce(0) { $0 + $1.count }
        var members = Bitmap(count: rowCount)
        var first = 0
        for chunk in chunks {
            chunk.copy(0..<chunk.count, to: &members, at: first)
            first += chunk.count
        }
        let memberCount = members.setCount
        // Known, as 1, where the row is a member.
        var strangers = Bitmap(count: rowCount, repeating: true)
        for word in members.words.indices { strangers.words[word] &= ~members.words[word] }
        let stored = ChunkEncoder.encode(lanes: Array(repeating: 1, count: rowCount), missing: strangers)
        return try write { db in
            let folded = Name.fold(name)
            let previous = try Int.fetchOne(
                db, sql: "SELECT members FROM frozen WHERE folded = ?", arguments: [folded])
            try db.execute(sql: "DELETE FROM frozen WHERE folded = ?", arguments: [folded])
            try db.execute(
                sql: """
                    INSERT INTO frozen (folded, name, text, created, members, row_count, body)
                    VALUES (?, ?, ?, ?, ?, ?, x'')
                    """,
                arguments: [folded, name, text, options.clock(), memberCount, rowCount])
            let id = db.lastInsertedRowID
            try db.execute(
                sql: "UPDATE frozen SET body = ? WHERE id = ?",
                arguments: [ChunkCoding.encode(stored, as: Self.identity(id, rowCount)).data, id])
            return previous
        }
    }

    /// The members of a frozen segment by chunk of customers as `snapshot` has them: customers who came later are none. Nil where there
    /// is no such segment.
    package func frozenMembers(_ name: String, in snapshot: Snapshot) throws -> [Bitmap]? {
        let stored = try read { db in
            try Row.fetchOne(
                db, sql: "SELECT id, row_count, body FROM frozen WHERE folded = ?", arguments: [Name.fold(name)]
            ).map { (id: $0[0] as Int64, count: $0[1] as Int, body: try $0.bytes("body")) }
        }
        guard let stored else { return nil }
        guard let chunk = try? ChunkCoding.decode(stored.body, as: Self.identity(stored.id, stored.count)) else {
            throw Diagnostic.damagedFrozenSegment(name, path: path)
        }
        var members = Bitmap(count: stored.count, repeating: true)
        if let strangers = chunk.missing {
            for word in members.words.indices { members.words[word] &= ~strangers.words[word] }
        }
        return (0..<snapshot.customerChunkCount).map { index in
            let first = index * geometry.chunkRows
            var own = Bitmap(count: snapshot.rows(inChunk: index))
            members.copy(min(first, stored.count)..<min(first + own.count, stored.count), to: &own, at: 0)
            return own
        }
    }

    package func frozenSegments() throws -> [FrozenSegment] {
        try read {
            try Row.fetchAll(
                $0.cachedStatement(sql: "SELECT name, text, created, members FROM frozen ORDER BY folded"))
        }.map {
            FrozenSegment(name: $0[0], text: $0[1], created: $0[2], memberCount: $0[3])
        }
    }

    /// What a frozen segment is kept under: another once it was frozen anew. Nil where there is none of this name.
    package func frozenSegmentID(_ name: String) throws -> Int64? {
        try read {
            try Int64.fetchOne(
                $0.cachedStatement(sql: "SELECT id FROM frozen WHERE folded = ?"), arguments: [Name.fold(name)])
        }
    }

    /// Whether there was one to drop.
    package func dropFrozenSegment(_ name: String) throws -> Bool {
        try write { db in
            try db.execute(sql: "DELETE FROM frozen WHERE folded = ?", arguments: [Name.fold(name)])
            return db.changesCount > 0
        }
    }

    /// Frozen segments belong to no table.
    private static func identity(_ id: Int64, _ rowCount: Int) -> ChunkIdentity {
        ChunkIdentity(table: 0, column: id, first: 0, rowCount: rowCount)
    }
}

extension Bitmap {
    /// Copies bits; whole words where both sides begin at one.
    fileprivate func copy(_ rows: Range<Int>, to other: inout Bitmap, at place: Int) {
        guard rows.lowerBound % 64 == 0, place % 64 == 0 else {
            for (offset, row) in rows.enumerated() where self[row] { other[place + offset] = true }
            return
        }
        let whole = rows.count / 64
        for word in 0..<whole { other.words[place / 64 + word] = words[rows.lowerBound / 64 + word] }
        for row in (rows.lowerBound + whole * 64)..<rows.upperBound where self[row] {
            other[place + row - rows.lowerBound] = true
        }
    }
}
