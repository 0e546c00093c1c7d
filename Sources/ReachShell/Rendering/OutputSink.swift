/// Thrown by `OutputSink` once nobody reads standard output any more: a pipe into `head`. The shell then ends quietly.
package struct OutputClosed: Error {
    package init() {}
}

/// Where results go. Buffered, so that a row costs no system call; whoever prints an answer flushes at its end.
package final class OutputSink {
    private var buffer: [UInt8] = []
    private let emit: ([UInt8]) throws -> Void

    /// A sink that hands over what has gathered: a test's memory.
    package init(_ emit: @escaping ([UInt8]) throws -> Void) {
        self.emit = emit
    }

    /// A sink over an open file descriptor, which stays open.
    package convenience init(descriptor: Int32) {
        self.init { bytes in try Descriptor.write(bytes, to: descriptor) }
    }

    /// Throws `OutputClosed`, or a `Diagnostic` where the device is full.
    package func write(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.blockByteCount { try flush() }
    }

    /// Lets an encoder write its bytes straight into the buffer.
    func write(_ body: (inout [UInt8]) -> Void) throws {
        body(&buffer)
        if buffer.count >= Self.blockByteCount { try flush() }
    }

    package func writeLine(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        buffer.append(0x0A)
        if buffer.count >= Self.blockByteCount { try flush() }
    }

    package func flush() throws {
        guard !buffer.isEmpty else { return }
        let pending = buffer
        buffer.removeAll(keepingCapacity: true)
        try emit(pending)
    }

    private static let blockByteCount = 65_536
}
