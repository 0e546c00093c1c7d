import CWalIndex
import GRDB

// SAFETY: the index is only read, and by one statement at a time; whoever has it keeps the connection that mapped it.
/// The index of the file's log, which tells without a question to SQLite whether anybody has changed the file.
@safe struct WalIndex: @unchecked Sendable {
    /// What stands there until the next commit, of whatever process.
    struct Mark: Equatable, Sendable {
        fileprivate var words = SIMD8<UInt64>()
    }

    private let address: UnsafeRawPointer

    /// Nil where the file has no such log.
    ///
    /// - Parameter db: of a connection that is reading; the index is not to be used once it is closed.
    init?(_ db: Database) throws {
        guard let connection = unsafe db.sqliteConnection,
            try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal",
            // SAFETY: the connection is open and reads.
            let address = unsafe reach_wal_index(UnsafeMutableRawPointer(connection))
        else { return nil }
        unsafe self.address = UnsafeRawPointer(address)
    }

    /// Nil while somebody commits.
    var mark: Mark? {
        // SAFETY: the connection that mapped the index is open; as many words are written as there are in a header.
        unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Int(REACH_WAL_HEADER_WORDS)) { header in
            guard let words = header.baseAddress, unsafe reach_wal_header(address, words) else { return nil }
            var mark = Mark()
            for word in 0..<header.count { unsafe mark.words[word] = header[word] }
            return mark
        }
    }
}
