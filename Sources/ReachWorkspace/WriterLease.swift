import Foundation
import GRDB
import ReachDiagnostics
import Synchronization

/// Who is changing a workspace's data. Shown to whoever has to wait.
package struct WriteHolder: Hashable, Sendable {
    package let pid: Int32
    /// When that process began, so that a later process with its number is not taken for it.
    package let started: String
    package let host: String
    package let statement: String
    /// Microseconds since 1970.
    package let since: Int64
    /// When it last wrote.
    package let beat: Int64
    let token: String

    init(_ row: Row) {
        token = row["token"]
        pid = row["pid"]
        started = row["started"]
        host = row["host"]
        statement = row["statement"]
        since = row["since"]
        beat = row["beat"]
    }

    /// Whether the process still runs. One on another machine counts as running until it was silent for ten minutes.
    func isRunning(now: Int64) -> Bool {
        if host != Self.thisHost { return now - beat < 600_000_000 }
        guard let current = Self.startTime(of: pid), current == started else { return false }
        // A lease of this process that could not be given back, the disk being full, is nobody's.
        return pid != ProcessInfo.processInfo.processIdentifier || WriterLease.isHeldHere(token)
    }

    /// The machine's own name for itself. Foundation's asks the network.
    static let thisHost: String = {
        let name = try? String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
        return name?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "localhost"
    }()

    /// The boot and the tick at which a process began, from `/proc`; nil where it does not run.
    static func startTime(of pid: Int32) -> String? {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let name = stat.lastIndex(of: ")")
        else { return nil }
        // Field 22; the name before it may hold blanks and brackets.
        let fields = stat[name...].split(separator: " ")
        guard fields.count > 20 else { return nil }
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        return "\(fields[20])-\(boot.prefix(36))"
    }
}

/// The right to change the data, held by one import at a time over its many transactions. It is a row of the file, not a lock: readers
/// and short writes go on beside it, and the lease of a process that died is taken over.
struct WriterLease: Sendable {
    let token: String
    /// Leases that imports of this process hold.
    private static let heldHere = Mutex<Set<String>>([])

    static func isHeldHere(_ token: String) -> Bool { heldHere.withLock { $0.contains(token) } }

    /// From here on the lease counts as given back, whether or not the file says so yet.
    func end() { _ = Self.heldHere.withLock { $0.remove(token) } }

    /// Takes the lease, waiting for another holder up to `timeoutSeconds`.
    static func take(
        _ database: any DatabaseWriter, statement: String, options: WorkspaceOptions, path: String,
        cancellation: Cancellation
    ) throws -> WriterLease {
        let token = UUID().uuidString
        _ = heldHere.withLock { $0.insert(token) }
        var isTaken = false
        defer { if !isTaken { _ = heldHere.withLock { $0.remove(token) } } }
        let deadline = ContinuousClock.now + .seconds(options.busyTimeoutSeconds)
        while true {
            try cancellation.check()
            let holder = try Diagnostic.mapping(path: path, holder: nil) {
                try database.write { db -> WriteHolder? in
                    let now = options.clock()
                    if let holder = try current(db), options.isRunning(holder, now) { return holder }
                    try db.execute(
                        sql: "INSERT OR REPLACE INTO writer VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
                        arguments: [
                            token, ProcessInfo.processInfo.processIdentifier,
                            WriteHolder.startTime(of: ProcessInfo.processInfo.processIdentifier) ?? "",
                            WriteHolder.thisHost, statement, now, now,
                        ])
                    return nil
                }
            }
            guard let holder else {
                isTaken = true
                return WriterLease(token: token)
            }
            if ContinuousClock.now >= deadline { throw Diagnostic.workspaceBusy(path, holder: holder) }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    static func current(_ db: Database) throws -> WriteHolder? {
        try Row.fetchOne(db, sql: "SELECT * FROM writer").map { WriteHolder($0) }
    }

    /// Called first in every transaction of an import: throws where the lease was lost, else says that the holder is alive.
    func renew(_ db: Database, now: Int64, path: String) throws {
        try db.execute(sql: "UPDATE writer SET beat = ? WHERE token = ?", arguments: [now, token])
        if db.changesCount == 0 { throw Diagnostic.leaseLost(path) }
    }

    func release(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM writer WHERE token = ?", arguments: [token])
    }
}
