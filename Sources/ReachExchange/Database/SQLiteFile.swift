import GRDBSQLite
import Glibc
import ReachDiagnostics

/// An SQLite file of somebody else's, opened for reading alone.
@safe final class SQLiteFile {
    private let connection: OpaquePointer
    private var statement: OpaquePointer?
    private var cancellation: Cancellation?
    private var mapping = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

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

    /// A file that has no name of its own, which SQLite asks for: its pages are mapped, and memory holds those that are being read.
    convenience init(_ spool: Spool) throws(Failure) {
        try self.init(path: ":memory:", flags: SQLITE_OPEN_READWRITE)
        let size = lseek(spool.file.descriptor, 0, SEEK_END)
        // SAFETY: the mapping is this object's alone and outlives the connection; writes to it stay in memory.
        let mapped = unsafe mmap(nil, Int(size), PROT_READ | PROT_WRITE, MAP_PRIVATE, spool.file.descriptor, 0)
        guard size > Self.headerBytes, let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            throw Failure(reason: "file is not a database")
        }
        unsafe mapping = unsafe UnsafeMutableRawBufferPointer(start: mapped, count: Int(size))
        // A database that keeps a log beside it says so here, and is refused from memory; what stands in the file is whole without it.
        for place in 18...19 where unsafe mapping[place] == 2 { unsafe mapping[place] = 1 }
        let status = unsafe sqlite3_deserialize(
            connection, "main", mapped.assumingMemoryBound(to: UInt8.self), Int64(size), Int64(size),
            UInt32(SQLITE_DESERIALIZE_READONLY))
        guard status == SQLITE_OK else { throw failure() }
    }

    private static let headerBytes = 100

    deinit {
        // SAFETY: made in `init` and `prepare`, used by this object alone.
        unsafe sqlite3_finalize(statement)
        unsafe sqlite3_close_v2(connection)
        if let start = unsafe mapping.baseAddress { unsafe munmap(start, mapping.count) }
    }

    /// Has calls fail soon after `cancellation` is requested, however long they would take.
    func heed(_ cancellation: Cancellation) {
        self.cancellation = cancellation
        // SAFETY: the object that the pointer is to lives as long as this one, and so longer than the connection.
        unsafe sqlite3_progress_handler(
            connection, 50_000,
            { context in
                guard let context = unsafe context else { return 0 }
                return unsafe Unmanaged<Cancellation>.fromOpaque(context).takeUnretainedValue().isRequested ? 1 : 0
            }, Unmanaged.passUnretained(cancellation).toOpaque())
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
