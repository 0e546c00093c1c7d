import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics
import ReachKernels

/// Whom a plan was for. A customer's row is never given to another key, so rows tell who came and who left since.
extension Workspace {
    /// Keeps the members of each chunk of customers; those of the same plan are kept once.
    package func savePlanMembers(id: String, _ chunks: [Bitmap]) throws {
        // The same plan has the same members.
        let isKept = try read { db in
            guard try db.hasTable("plan_members") else { return false }
            return try Row.fetchOne(db, sql: "SELECT 1 FROM plan_members WHERE plan = ?", arguments: [id]) != nil
        }
        if isKept { return }
        var body: [UInt8] = []
        appendCompressed(CustomerSet(chunks).words, to: &body)
        let rowCount = chunks.reduce(0) { $0 + $1.count }
        try write { db in
            try db.execute(sql: WorkspaceFormat.planMembers)
            try db.execute(
                sql: "INSERT OR IGNORE INTO plan_members VALUES (?, ?, ?)", arguments: [id, rowCount, Data(body)])
        }
    }

    /// The members as `snapshot` numbers customers: those who came later are none. Nil where they were not kept.
    package func planMembers(_ id: String, in snapshot: Snapshot) throws -> [Bitmap]? {
        let stored = try read { db -> (count: Int, body: [UInt8])? in
            guard try db.hasTable("plan_members") else { return nil }
            return try Row.fetchOne(
                db, sql: "SELECT row_count, body FROM plan_members WHERE plan = ?", arguments: [id]
            ).map { row in (count: row[0] as Int, body: [UInt8](row[1] as Data)) }
        }
        guard let stored else { return nil }
        let chunkRows = geometry.chunkRows
        let counts = stride(from: 0, to: stored.count, by: chunkRows).map { min(chunkRows, stored.count - $0) }
        let wordCount = CustomerSet.starts(counts)[counts.count]
        var place = 0
        // SAFETY: bytes of an array of bytes, read while the array lives.
        guard let words = unsafe uncompressedWords(stored.body.span.bytes, at: &place, count: wordCount) else {
            return nil
        }
        let members = CustomerSet(words: words, counts: counts)
        return (0..<snapshot.customerChunkCount).map { chunk in
            members.bitmap(chunk: chunk, count: snapshot.rows(inChunk: chunk))
        }
    }
}
