import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics

extension Diagnostic {
    static let chunkTooLarge = Diagnostic(
        "chunk-too-large", kind: .environment, "the activity of 65,536 customers outgrew one gigabyte in one column")

    static func damagedColumn(_ column: String, in table: String, path: String) -> Diagnostic {
        let place = column.isEmpty ? "the layout of `\(table)`" : "column `\(table).\(column)`"
        return Diagnostic(
            "damaged-workspace", kind: .environment, "\(place) is damaged in `\(path)`",
            help: ["restore the file from a copy, or import `\(table)` again with `replace`"])
    }

    static func damagedCatalogue(_ path: String) -> Diagnostic {
        Diagnostic(
            "damaged-workspace", kind: .environment, "the catalogue of `\(path)` is damaged",
            help: ["restore the file from a copy"])
    }

    static func damagedFrozenSegment(_ name: String, path: String) -> Diagnostic {
        Diagnostic(
            "damaged-workspace", kind: .environment, "the frozen segment `\(name)` is damaged in `\(path)`",
            help: ["restore the file from a copy, or freeze it again"])
    }

    static func dataChanged(_ statement: String) -> Diagnostic {
        Diagnostic(
            "data-changed", kind: .environment, "the data changed while `\(statement)` worked; nothing was kept",
            help: [statement])
    }

    static func databaseFailure(_ error: DatabaseError, path: String) -> Diagnostic {
        Diagnostic(
            "workspace-failure", kind: .environment,
            "`\(path)` cannot be used: \((error.message ?? "SQLite error").lowercased()) (\(error.extendedResultCode.rawValue))"
        )
    }

    static func diskFull(_ path: String) -> Diagnostic {
        Diagnostic(
            "disk-full", kind: .environment, "the disk is full; nothing in `\(path)` was changed",
            help: ["free space beside the file and run the statement again"])
    }

    static let dropOfLedger = Diagnostic(
        "reserved-table", "`sends` is the ledger of messages and stays")

    static func fileUnreachable(_ path: String, _ reason: String) -> Diagnostic {
        Diagnostic("file-unreachable", kind: .environment, "`\(path)` cannot be opened: \(reason)")
    }

    static func fixedRole(_ column: String, in table: String) -> Diagnostic {
        Diagnostic(
            "fixed-role", "the rows of `\(table)` stand by `\(column)`, which stays what it is",
            help: ["import \(table) from \"FILE\" replace"])
    }

    static func foreignLedgerColumn(_ column: String) -> Diagnostic {
        let known = TableEntry.emptySends.columns.map(\.schema.name).joined(separator: ", ")
        return Diagnostic(
            "ledger-column", "`sends` is the ledger of messages and has no column `\(column)`; it has \(known)",
            help: ["import sends from \"FILE\" rename (\(column) campaign)"])
    }

    static func missingLedgerColumn(_ column: String) -> Diagnostic {
        Diagnostic(
            "ledger-column", "`sends` is the ledger of messages, each needs a \(column)",
            help: ["import sends from \"FILE\" rename (COLUMN \(column))"])
    }

    static func importIntoLedger(_ table: String) -> Diagnostic {
        Diagnostic(
            "reserved-table", "`\(table)` is the ledger of messages and is never replaced",
            help: ["import \(table) from \"FILE\""])
    }

    static func keyConflict(_ fileKey: String, _ tableKey: String) -> Diagnostic {
        Diagnostic(
            "key-conflict", "`customers` is known by `\(tableKey)`, not by `\(fileKey)`",
            help: [
                "import customers from \"FILE\" key \(tableKey)",
                "import customers from \"FILE\" key \(fileKey) replace",
            ])
    }

    static func keyMissing(_ tableKey: String) -> Diagnostic {
        Diagnostic(
            "key-missing", "`customers` is known by `\(tableKey)`, and no column of the file is that key",
            help: ["import customers from \"FILE\" key COLUMN"])
    }

    static func kindConflict(_ table: String, isCustomers: Bool) -> Diagnostic {
        Diagnostic(
            "kind-conflict",
            isCustomers
                ? "`\(table)` holds one row per customer and takes no activity"
                : "`\(table)` holds activity; only `customers` has one row per customer")
    }

    static func leaseLost(_ path: String) -> Diagnostic {
        Diagnostic(
            "write-interrupted", kind: .environment,
            "another process took over writing to `\(path)`; nothing of this statement was kept")
    }

    static func missingFile(_ path: String) -> Diagnostic {
        Diagnostic("missing-workspace", kind: .environment, "there is no workspace `\(path)`")
    }

    static func missingFolder(of path: String) -> Diagnostic {
        let folder = (path as NSString).deletingLastPathComponent
        return Diagnostic(
            "missing-folder", kind: .environment, "`\(path)` cannot be made: there is no folder `\(folder)`",
            help: ["mkdir -p '\(folder)'"])
    }

    static func missingRole(_ role: String, in table: String, help: String) -> Diagnostic {
        Diagnostic("missing-\(role)", "activity table `\(table)` needs a \(role) column", help: [help])
    }

    static func networkFileSystem(_ path: String, kind: String) -> Diagnostic {
        Diagnostic(
            "network-file-system", kind: .environment,
            "`\(path)` is on a network file system (\(kind)), where two writers could damage it",
            help: ["move the file to a local disk"])
    }

    static func newerChunk(_ column: String, in table: String, path: String) -> Diagnostic {
        Diagnostic(
            "newer-workspace", kind: .environment,
            "column `\(table).\(column)` of `\(path)` was written by a later version of Reach")
    }

    static func newerFormat(_ path: String, format: Int32, needs: String?) -> Diagnostic {
        let needed = needs.map { "Reach \($0) or later" } ?? "a later version of Reach"
        return Diagnostic(
            "newer-workspace", kind: .environment,
            "`\(path)` has workspace format \(format) and needs \(needed); this version reads formats up to \(WorkspaceFormat.version)"
        )
    }

    static func noSuchColumn(_ column: String, in table: String) -> Diagnostic {
        Diagnostic("unknown-column", "there is no column `\(column)` in `\(table)`")
    }

    static func notAWorkspace(_ path: String) -> Diagnostic {
        Diagnostic("not-a-workspace", kind: .environment, "`\(path)` is not a Reach workspace")
    }

    static func readOnlyWorkspace(_ path: String) -> Diagnostic {
        Diagnostic("read-only-workspace", kind: .environment, "`\(path)` is open for reading only")
    }

    static let tooManyKeys = Diagnostic(
        "too-many-keys", kind: .environment, "the keys together are longer than 4 GiB")

    static func scoreNameTaken(_ column: String) -> Diagnostic {
        Diagnostic("name-taken", "`customers` has a column `\(column)` of its own")
    }

    static func tooManyRows(_ table: String) -> Diagnostic {
        Diagnostic("too-many-rows", kind: .environment, "`\(table)` would hold more than 4,294,967,294 rows")
    }

    static func unknownCustomers(_ count: Int, in table: String) -> Diagnostic {
        Diagnostic(
            "unknown-customers", kind: .guardRefused,
            "\(count) \(count == 1 ? "customer" : "customers") of `\(table)` \(count == 1 ? "is" : "are") not in `customers`; nothing was imported",
            help: ["import customers from \"FILE\"", "import \(table) from \"FILE\" without `strict`"])
    }

    static func workspaceBusy(_ path: String, holder: WriteHolder?) -> Diagnostic {
        guard let holder else {
            return Diagnostic(
                "workspace-busy", kind: .environment, "`\(path)` is being written by another process",
                help: ["try again when it is done"])
        }
        let since = Date(timeIntervalSince1970: Double(holder.since / 1_000_000)).ISO8601Format()
        return Diagnostic(
            "workspace-busy", kind: .environment,
            "`\(path)` is being written by process \(holder.pid) on \(holder.host) since \(since): \(holder.statement)",
            help: ["try again when it is done, or end process \(holder.pid)"])
    }

    /// Runs `body` and says in our words what SQLite has to complain of.
    static func mapping<Result>(path: String, holder: WriteHolder?, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_FULL: throw diskFull(path)
            case .SQLITE_BUSY, .SQLITE_LOCKED: throw workspaceBusy(path, holder: holder)
            case .SQLITE_NOTADB: throw notAWorkspace(path)
            case .SQLITE_CORRUPT: throw damagedCatalogue(path)
            case .SQLITE_READONLY: throw readOnlyWorkspace(path)
            case .SQLITE_CANTOPEN: throw fileUnreachable(path, "permission denied or folder missing")
            default: throw databaseFailure(error, path: path)
            }
        } catch is CataloguePacking.Damaged {
            throw damagedCatalogue(path)
        }
    }
}
