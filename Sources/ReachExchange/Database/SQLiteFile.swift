import GRDBSQLite

/// An SQLite file of somebody else's, opened for reading alone.
@safe final class SQLiteFile {
    private let connection: OpaquePointer
    private var statement: OpaquePointer?

    /// Why a call failed, in SQLite's words.
    struct Failure: Error {
        let reason: String
    }

    enum Value {
        case missing
        case integer(Int64)
        case real(Double)
        case text([UInt8])
        case blob([UInt8])
    }

    init(path: String, flags: Int32 = SQLITE_OPEN_READONLY) throws(Failure) {
        var opened: OpaquePointer?
        // SAFETY: the path lives for the call; a connection is made even where opening fails, and closed then.
        let status = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard let connection = unsafe opened else { throw Failure(reason: "out of memory") }
        guard status == SQLITE_OK else {
            let reason = unsafe String(cString: sqlite3_errmsg(connection))
            unsafe sqlite3_close_v2(connection)
            throw Failure(reason: reason)
        }
        unsafe self.connection = unsafe connection
        unsafe sqlite3_busy_timeout(connection, 10_000)
    }

    /// A file that has no name of its own, which SQLite asks for: as a whole in memory.
    convenience init(_ bytes: [UInt8]) throws(Failure) {
        try self.init(path: ":memory:", flags: SQLITE_OPEN_READWRITE)
        let count = bytes.count
        // SAFETY: SQLite takes the memory, which its own allocator made and all of which is filled, and frees it.
        guard let memory = unsafe sqlite3_malloc64(UInt64(count)) else { throw Failure(reason: "out of memory") }
        unsafe bytes.withUnsafeBytes {
            unsafe memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: count)
        }
        let status = unsafe sqlite3_deserialize(
            connection, "main", memory.assumingMemoryBound(to: UInt8.self), Int64(count), Int64(count),
            UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY))
        guard status == SQLITE_OK else { throw failure() }
    }

    deinit {
        // SAFETY: made in `init` and `prepare`, used by this object alone.
        unsafe sqlite3_finalize(statement)
        unsafe sqlite3_close_v2(connection)
    }

    private func failure() -> Failure {
        // SAFETY: the text is copied before the next call.
        Failure(reason: unsafe String(cString: sqlite3_errmsg(connection)))
    }

    /// Starts a query; the one before ends.
    func prepare(_ sql: String) throws(Failure) {
        // SAFETY: as in `deinit`; the text lives for the call.
        unsafe sqlite3_finalize(statement)
        unsafe statement = nil
        guard unsafe sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else { throw failure() }
    }

    /// Moves to the next row; false where there is none.
    func step() throws(Failure) -> Bool {
        // SAFETY: a statement that is nil is answered by an error.
        let status = unsafe sqlite3_step(statement)
        if status == SQLITE_ROW { return true }
        guard status == SQLITE_DONE else { throw failure() }
        return false
    }

    var columnNames: [String] {
        // SAFETY: columns below the count have names, which are copied.
        unsafe (0..<sqlite3_column_count(statement)).map { column in
            unsafe sqlite3_column_name(statement, column).map { unsafe String(cString: $0) } ?? ""
        }
    }

    /// Of the row that the statement stands on.
    func value(_ column: Int) -> Value {
        let column = Int32(column)
        // SAFETY: bytes are copied before the next step, as many as SQLite says there are.
        switch unsafe sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(statement, column))
        case SQLITE_TEXT: return .text(unsafe bytes(sqlite3_column_text(statement, column), column))
        case SQLITE_BLOB: return .blob(unsafe bytes(sqlite3_column_blob(statement, column), column))
        default: return .missing
        }
    }

    private func bytes(_ start: UnsafeRawPointer?, _ column: Int32) -> [UInt8] {
        // SAFETY: as above.
        unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// The first column of all rows of a query, as text.
    func texts(_ sql: String) throws(Failure) -> [String] {
        try prepare(sql)
        var texts: [String] = []
        while try step() {
            switch value(0) {
            case .text(let bytes): texts.append(String(decoding: bytes, as: UTF8.self))
            case .integer(let number): texts.append(String(number))
            default: texts.append("")
            }
        }
        return texts
    }

    /// A name as SQL takes it.
    static func quoted(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }
}
