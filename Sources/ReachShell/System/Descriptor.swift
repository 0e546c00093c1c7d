import Glibc
import ReachDiagnostics

/// Plain system calls on descriptors, retried where a signal broke them off.
enum Descriptor {
    /// Opens the null device where standard input, output or error came closed, so that no file that is opened later takes its number
    /// and with it what is printed.
    static func occupyStandardOnes() {
        while true {
            // SAFETY: the path is read during the call only.
            let descriptor = unsafe open("/dev/null", O_RDWR)
            if descriptor > STDERR_FILENO { _ = Glibc.close(descriptor) }
            if descriptor < 0 || descriptor > STDERR_FILENO { return }
        }
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var done = 0
        while done < bytes.count {
            // SAFETY: the pointer is used inside the closure only and `count - done` bytes follow it.
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
            if written >= 0 {
                done += written
                continue
            }
            let code = errno
            switch code {
            case EINTR: continue
            case EAGAIN:
                waitUntilWritable(descriptor)
            case EPIPE, EBADF, EIO: throw OutputClosed()
            default: throw Diagnostic.cannotWriteOutput(reason: systemMessage(code))
            }
        }
    }

    /// One write that may come to nothing.
    static func writeOnce(_ byte: UInt8, to descriptor: Int32) {
        var byte = byte
        // SAFETY: one live byte, passed as one.
        _ = unsafe Glibc.write(descriptor, &byte, 1)
    }

    /// The next bytes, at most `limit`; empty at the end of the input or where it cannot be read.
    static func read(_ descriptor: Int32, limit: Int = 65_536) -> [UInt8] {
        while true {
            var failure: Int32 = 0
            // SAFETY: `buffer` has room for `limit` bytes; `count` says how many of them were filled.
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                let got = unsafe Glibc.read(descriptor, buffer.baseAddress, limit)
                failure = got < 0 ? errno : 0
                count = max(0, got)
            }
            if failure == EINTR { continue }
            return bytes
        }
    }

    /// Waits until one of the descriptors can be read, at most `milliseconds` (−1: for ever). Which ones can be.
    static func waitReadable(_ descriptors: [Int32], milliseconds: Int32) -> [Bool] {
        var requests = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // SAFETY: `requests` is a live array of exactly the count passed.
        let ready = unsafe requests.withUnsafeMutableBufferPointer { buffer in
            unsafe poll(buffer.baseAddress, nfds_t(buffer.count), milliseconds)
        }
        guard ready > 0 else { return descriptors.map { _ in false } }
        return requests.map { $0.revents != 0 }
    }

    private static func waitUntilWritable(_ descriptor: Int32) {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // SAFETY: one request, passed as one.
        _ = unsafe poll(&request, 1, 1000)
    }

    /// `No such file or directory`
    static func systemMessage(_ code: Int32) -> String {
        // SAFETY: strerror returns a live NUL-terminated text; it is copied before anything else is called.
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
