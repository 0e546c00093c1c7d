import Glibc

/// Keys of a terminal, or characters of a pipe, with the events that may come between them.
final class TerminalInput {
    enum Event: Hashable {
        case scalar(Unicode.Scalar)
        /// Ctrl-C.
        case interrupted
        /// The window has another size.
        case resized
        /// The process goes on after it was suspended.
        case resumed
        /// A signal asks the process to end.
        case terminated
        /// Nothing more will come.
        case end
    }

    let descriptor: Int32
    private let signals: SignalWatch?
    private var bytes: [UInt8] = []
    private var position = 0
    private var events: [Event] = []

    init(descriptor: Int32, signals: SignalWatch? = nil) {
        self.descriptor = descriptor
        self.signals = signals
    }

    /// The next character or event, waited for at most `milliseconds` (−1: for ever); nil where none came.
    func next(milliseconds: Int32 = -1) -> Event? {
        while true {
            if let scalar = takeScalar() { return .scalar(scalar) }
            if !events.isEmpty { return events.removeFirst() }
            let watched = [descriptor] + (signals.map { [$0.wakeDescriptor] } ?? [])
            let ready = Descriptor.waitReadable(watched, milliseconds: milliseconds)
            if !ready.contains(true) {
                if milliseconds < 0 { continue }
                return nil
            }
            if ready.count > 1, ready[1] { gatherEvents() }
            if ready[0], !fill() { return .end }
        }
    }

    /// Whether a character is there, or comes within `milliseconds`: keys that follow one another that fast are pasted.
    func hasMore(within milliseconds: Int32) -> Bool {
        position < bytes.count || Descriptor.waitReadable([descriptor], milliseconds: milliseconds)[0]
    }

    /// Makes a character the next one again.
    func putBack(_ scalar: Unicode.Scalar) {
        bytes.replaceSubrange(0..<position, with: Array(String(scalar).utf8))
        position = 0
    }

    /// Forgets keys not yet taken: after Ctrl-C they belong to what was given up.
    func discardPending() {
        bytes = []
        position = 0
    }

    private func gatherEvents() {
        for event in signals?.takeEvents() ?? [] {
            switch event {
            case .interrupted:
                discardPending()
                events.append(.interrupted)
            case .resized: events.append(.resized)
            case .resumed: events.append(.resumed)
            }
        }
        if signals?.terminationCode != nil { events.append(.terminated) }
    }

    /// False at the end of the input.
    private func fill() -> Bool {
        let got = Descriptor.read(descriptor)
        if got.isEmpty { return false }
        bytes.removeFirst(position)
        position = 0
        bytes += got
        return true
    }

    /// A whole UTF-8 sequence; bytes that belong to none are skipped, as a terminal with another encoding would send them.
    private func takeScalar() -> Unicode.Scalar? {
        while position < bytes.count {
            let first = bytes[position]
            let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0
            if length == 0 {
                position += 1
                continue
            }
            if position + length > bytes.count { return nil }
            let text = String(validating: bytes[position..<position + length], as: UTF8.self)
            if let scalar = text?.unicodeScalars.first {
                position += length
                return scalar
            }
            position += 1
        }
        return nil
    }
}
