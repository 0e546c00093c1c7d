import Foundation
import Glibc
import Synchronization

/// Both ends of a terminal: the test types on one, the program reads the other.
final class PseudoTerminal: @unchecked Sendable {
    let master: Int32
    /// Path of the end that programs open.
    let path: String
    private let transcript = Mutex("")
    /// Where the next `expect` begins to look.
    private let seen = Mutex(0)

    init?(columns: UInt16 = 80, rows: UInt16 = 24) {
        // SAFETY: the path is copied into a C text that lives through the call; both requests take one 32-bit number.
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (lock, number): (Int32, Int32) = (0, 0)
        guard master >= 0, unsafe ioctl(master, Self.setLock, &lock) == 0,
            unsafe ioctl(master, Self.getNumber, &number) == 0
        else { return nil }
        path = "/dev/pts/\(number)"
        resize(columns: columns, rows: rows)
    }

    deinit { close(master) }

    /// TIOCSPTLCK and TIOCGPTN, which the C header builds with macros that Swift does not read.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    func resize(columns: UInt16, rows: UInt16 = 24) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        // SAFETY: the request reads one `winsize`.
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Types; large texts go in as fast as the other end takes them, while what it prints is read.
    func type(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            var request = pollfd(fd: master, events: Int16(POLLOUT | POLLIN), revents: 0)
            // SAFETY: one request, passed as one.
            guard unsafe poll(&request, 1, 5000) > 0 else { return }
            if request.revents & Int16(POLLIN) != 0 { _ = readSome(milliseconds: 0) }
            guard request.revents & Int16(POLLOUT) != 0 else { continue }
            let block = Array(rest.prefix(512))
            // SAFETY: the pointer is used inside the closure only.
            let count = unsafe block.withUnsafeBytes { unsafe write(master, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits until `text` is printed behind what earlier calls found; false where it is not within `seconds`.
    func expect(_ text: String, seconds: Double = 20) -> Bool {
        let deadline = Date().addingTimeInterval(seconds)
        repeat {
            let all = output
            let from = all.utf8.index(all.startIndex, offsetBy: seen.withLock { $0 })
            if let found = all[from...].range(of: text) {
                seen.withLock { $0 = all.utf8.distance(from: all.startIndex, to: found.upperBound) }
                return true
            }
        } while readSome(milliseconds: 50) && Date() < deadline
        return false
    }

    /// Everything printed so far, without the codes that move the cursor or colour.
    var output: String { Self.plain(transcript.withLock { $0 }) }
    var rawOutput: String { transcript.withLock { $0 } }

    /// Whether the terminal shows by itself what is typed, as it does where no line editor has taken it over.
    var echoes: Bool {
        var settings = termios()
        // SAFETY: `settings` is written in full on success.
        return unsafe tcgetattr(master, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// False once the other end is closed.
    private func readSome(milliseconds: Int32) -> Bool {
        var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        // SAFETY: one request, passed as one.
        guard unsafe poll(&request, 1, milliseconds) > 0 else { return true }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        // SAFETY: the buffer has the length passed.
        let count = unsafe read(master, &bytes, bytes.count)
        guard count > 0 else { return false }
        transcript.withLock { $0 += String(decoding: bytes[..<count], as: UTF8.self) }
        return true
    }

    private static func plain(_ text: String) -> String {
        let shown = text.replacing(/\u{1B}\[[0-9;?]*[A-Za-z@]/, with: "")
        return String(String.UnicodeScalarView(shown.unicodeScalars.filter { $0 != "\r" }))
    }
}
