import Foundation
import GRDBSQLite
import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// SQLite files whose pages lead back to one another: what comes again is refused, and nothing is read without end.
struct DamagedDatabaseTests {
    private static let pageBytes = 512

    /// A table of some hundred pages below one root.
    private static func database(_ extra: String = "") throws -> (bytes: [UInt8], root: Int) {
        let folder = ScratchFolder()
        let path = folder.path + "/base.db"
        Fixture.database(
            """
            pragma page_size=512; create table t (id integer primary key, n text\(extra == "without" ? ") without rowid" : ")");
            with recursive c(x) as (select 1 union all select x + 1 from c where x < 600)
            insert into t select x, printf('customer number %05d', x) from c; \(extra == "view" ? "create view v as select n from t;" : "")
            """, at: path)
        let bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        let database = try SQLiteFile(path: path)
        let root = try #require(
            Int(try database.texts("select rootpage from sqlite_schema where name = 't'").first ?? ""))
        return (bytes, root)
    }

    /// Has all cells of the root, and the pointer behind them, lead to one page.
    private static func leadAll(_ bytes: inout [UInt8], root: Int, to child: UInt32?) throws {
        let page = (root - 1) * pageBytes
        // An interior page of a table (5) or of an index (2).
        try #require(bytes[page] == 5 || bytes[page] == 2)
        let count = Int(bytes[page + 3]) << 8 | Int(bytes[page + 4])
        let places =
            (0..<count).map { page + (Int(bytes[page + 12 + 2 * $0]) << 8 | Int(bytes[page + 13 + 2 * $0])) } + [
                page + 8
            ]
        let first = places[0]
        let target = child ?? bytes[first..<first + 4].reduce(0) { $0 << 8 | UInt32($1) }
        for place in places {
            for shift in 0..<4 { bytes[place + shift] = UInt8(truncatingIfNeeded: target >> UInt32(24 - 8 * shift)) }
        }
    }

    @Test(arguments: ["", "without", "view"], [true, false])
    func rowsThatComeAgainAreRefused(_ kind: String, _ isItself: Bool) throws {
        var (bytes, root) = try Self.database(kind)
        try Self.leadAll(&bytes, root: root, to: isItself ? UInt32(root) : nil)
        let folder = ScratchFolder()
        let path = try folder.write(bytes, as: "data.db")
        let options = ImportOptions.customers { $0.part = kind == "view" ? "v" : "t" }
        var count = 0
        do {
            count = try importFile(path, options).rows.count
            // Without row numbers a page that is read several times can only be told from a table of that size by the size.
            #expect(kind == "without" && count <= bytes.count / 6)
        } catch let failure as Diagnostic {
            #expect(
                failure.code == "file-not-readable" && failure.help.first?.hasPrefix("sqlite3 ") == true, "\(failure)")
        }
    }

    @Test func rowNumbersUnderOtherNamesAreFound() throws {
        let folder = ScratchFolder()
        let path = folder.path + "/data.db"
        Fixture.database(
            "create table t (rowid text, b integer); insert into t values ('z', 1), ('a', 2), ('m', 3);", at: path)
        let imported = try importFile(path)
        #expect(imported.rows == [[.text("z"), .integer(1)], [.text("a"), .integer(2)], [.text("m"), .integer(3)]])
    }
}
