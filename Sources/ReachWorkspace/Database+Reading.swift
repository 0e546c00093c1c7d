import Foundation
import GRDB

extension Row {
    /// A BLOB column as bytes, copied once.
    func bytes(_ column: String) throws -> [UInt8] { try withUnsafeData(named: column) { [UInt8]($0 ?? Data()) } }
}

extension [UInt8] {
    /// As GRDB takes a BLOB.
    var data: Data { Data(self) }
}

extension Database {
    /// Whether the file has a table now. A connection's own memory of the tables does not know what others have made since.
    func hasTable(_ name: String) throws -> Bool {
        let statement = try cachedStatement(sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?")
        return try Int.fetchOne(statement, arguments: [name]) == 1
    }
}
