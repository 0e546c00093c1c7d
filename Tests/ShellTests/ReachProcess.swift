import Foundation
import Glibc
import Testing

/// The built `reach`, run as users run it.
struct ReachProcess {
    /// Next to the test bundle; nil where it was not built.
    static let path: String? = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundlePath
        let folder = bundle.map { ($0 as NSString).deletingLastPathComponent }
        let beside = [folder, (CommandLine.arguments[0] as NSString).deletingLastPathComponent]
        return beside.compactMap { $0.map { $0 + "/reach" } }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }()

    struct Result {
        let code: Int32
        let output: String
        let errors: String
    }

    /// A home of its own for each test: history, init file and default workspace are found through it.
    let home: URL

    init() throws {
        home = FileManager.default.temporaryDirectory.appendingPathComponent("reach-home-\(UUID())")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: home) }

    func write(_ name: String, _ text: String) throws { try write(name, bytes: Array(text.utf8)) }

    func write(_ name: String, bytes: [UInt8]) throws {
        try Data(bytes).write(to: home.appendingPathComponent(name))
    }

    func read(_ name: String) throws -> Data { try Data(contentsOf: home.appendingPathComponent(name)) }

    /// Names of the files in the home, sorted; what a test run left of its own is left out.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: home.path).filter { !$0.hasPrefix("stderr-") }.sorted()
    }

    private var environment: [String: String] {
        ["HOME": home.path, "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "LC_ALL": "C"]
    }

    /// Runs to the end, with `input` as a pipe.
    func run(_ arguments: [String], input: String = "", extra: [String: String] = [:]) throws -> Result {
        let process = try makeProcess(arguments, extra)
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        let errors = home.appendingPathComponent("stderr-\(UUID())")
        try Data().write(to: errors)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        Thread.detachNewThread {
            try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try? stdin.fileHandleForWriting.close()
        }
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Result(
            code: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }

    func makeProcess(_ arguments: [String], _ extra: [String: String] = [:]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.path))
        process.arguments = arguments
        process.currentDirectoryURL = home
        process.environment = environment.merging(extra) { $1 }
        return process
    }

    /// Starts a session whose terminal is `terminal`; the process id.
    func spawn(_ arguments: [String], on terminal: PseudoTerminal, extra: [String: String] = [:]) throws -> pid_t {
        let path = try #require(Self.path)
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        // SAFETY: both are initialised before use and destroyed after; the C texts live until the process is started.
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            _ = unsafe posix_spawn_file_actions_destroy(&actions)
            _ = unsafe posix_spawnattr_destroy(&attributes)
        }
        // A session of its own that opens the terminal gets it as its controlling one, which Ctrl-C needs.
        unsafe posix_spawnattr_setflags(&attributes, Int16(Self.newSession | POSIX_SPAWN_SETSIGMASK))
        unsafe posix_spawn_file_actions_addopen(&actions, 0, terminal.path, O_RDWR, 0)
        for descriptor in [Int32(1), 2] { unsafe posix_spawn_file_actions_adddup2(&actions, 0, descriptor) }
        let settings = environment.merging(extra) { $1 }.map { "\($0.key)=\($0.value)" }
        let words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        let variables = unsafe settings.map { unsafe strdup($0) } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let failure = unsafe posix_spawn(&pid, path, &actions, &attributes, words, variables)
        try #require(failure == 0)
        return pid
    }

    /// POSIX_SPAWN_SETSID, which the C header hides from Swift.
    private static let newSession: Int32 = 0x80

    /// The exit code, or 128 + the signal; nil where the process still runs after `seconds`, and is then ended.
    static func wait(_ pid: pid_t, reading terminal: PseudoTerminal, seconds: Double = 20) -> Int32? {
        let deadline = Date().addingTimeInterval(seconds)
        var status: Int32 = 0
        while Date() < deadline {
            _ = terminal.expect("\u{0}", seconds: 0.02)
            // SAFETY: writes one number.
            if unsafe waitpid(pid, &status, WNOHANG) == pid {
                return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
            }
        }
        kill(pid, SIGKILL)
        return nil
    }
}
