import Foundation
import GRDB
import ReachColumns

/// Where the bytes of chunks are read from.
enum ChunkBodies: Sendable {
    /// One connection, or a pool of them.
    case database(any DatabaseReader)
    /// Those of a snapshot.
    case pinned(PinnedConnections)

    /// The decoded chunk under `id`; nil where there is none.
    func decoded(_ id: Int64, as identity: ChunkIdentity) throws -> Chunk? {
        switch self {
        case .database(let reader): try reader.unsafeRead { try Self.decoded(id, as: identity, $0) }
        case .pinned(let connections): try connections.read { try Self.decoded(id, as: identity, $0) }
        }
    }

    private static func decoded(_ id: Int64, as identity: ChunkIdentity, _ db: Database) throws -> Chunk? {
        let statement = try db.cachedStatement(sql: "SELECT body FROM chunks WHERE id = ?")
        let rows = try Row.fetchCursor(statement, arguments: [id])
        // The row reads from the statement, which is reset when the cursor goes.
        return try withExtendedLifetime(rows) {
            try rows.next()?.withUnsafeData(atIndex: 0) { data in
                // SAFETY: the bytes are SQLite's own and stay until the statement moves on; the chunk keeps none of them.
                try unsafe (data ?? Data()).withUnsafeBytes { try unsafe ChunkCoding.decode($0.bytes, as: identity) }
            }
        }
    }
}
