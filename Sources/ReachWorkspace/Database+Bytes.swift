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
