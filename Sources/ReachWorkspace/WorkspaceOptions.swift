import Foundation
import ReachColumns
import ReachKernels

/// How a workspace is opened.
package struct WorkspaceOptions: Sendable {
    /// Make the file where there is none.
    package var createIfMissing = true
    package var readOnly = false
    /// Of a new workspace; an existing one keeps its own.
    package var geometry = Geometry()
    package var encoding = EncodingPolicy.automatic
    package var busyTimeoutSeconds = 10.0
    /// Decoded chunks kept in memory.
    package var cacheBudgetBytes = Self.halfOfMemory
    /// Dictionaries, where they have a budget of their own.
    package var dictionaryBudgetBytes: Int?
    /// An import writes in transactions of at most this.
    package var transactionBytes = 16 << 20
    /// Zone of a new workspace; nil takes the system's.
    package var timezone: String?
    /// Microseconds since 1970 for the records of imports and the like; answers never depend on it.
    package var clock: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000_000) }
    /// Whether the process that holds the right to write still lives. Replaced by tests that play dead.
    var isRunning: @Sendable (WriteHolder, _ now: Int64) -> Bool = { holder, now in holder.isRunning(now: now) }
    /// Called after each transaction of an import with the number of it; a test that throws here fails the import there.
    var afterTransaction: @Sendable (Int) throws -> Void = { _ in }

    /// Whether files can be made in a folder. Replaced by tests, which the superuser's rights would defeat.
    var isFolderWritable: @Sendable (String) -> Bool = { FileManager.default.isWritableFile(atPath: $0) }

    package init() {}

    /// Chunks are dropped as soon as the threads are done with them: for one statement and the end.
    package mutating func keepNoChunks() {
        // Room for what conditions look at more than once, on every core.
        cacheBudgetBytes = coreCount << 20
        dictionaryBudgetBytes = Self.halfOfMemory
    }

    private static let halfOfMemory = Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)
}
