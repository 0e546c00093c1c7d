import Foundation
import Glibc
import ReachDiagnostics
import Synchronization

/// Signals, received by a thread of their own.
///
/// They are blocked everywhere and waited for, so that what they cause runs as ordinary code: no handler interrupts anything, and no system
/// call is cut short. While a prompt is read, a signal becomes an event behind `wakeDescriptor`; while a statement runs, Ctrl-C asks it to
/// stop; in between, it ends the process.
package final class SignalWatch: Sendable {
    /// What the main thread is doing.
    package enum Activity: Sendable {
        /// Reading standard input or printing: Ctrl-C ends the process.
        case idle
        /// Reading keys through a `TerminalInput`.
        case prompting
        case running(Cancellation)
    }

    enum Event: Hashable, Sendable {
        case interrupted
        case resized
        case resumed
    }

    private struct State {
        var activity = Activity.idle
        var events: [Event] = []
        /// Interrupts since the statement began.
        var interruptCount = 0
        /// The signal that asked the process to end.
        var termination: Int32?
        var savedTerminal: termios?
    }

    private let state = Mutex(State())
    /// Readable while events wait.
    let wakeDescriptor: Int32
    private let wakeWriteDescriptor: Int32

    /// Starts watching; to be called once, before other threads start, which inherit what is blocked.
    /// - Parameter isInteractive: also watches what a terminal sends: a new size, suspending.
    package init(isInteractive: Bool) {
        var ends: [Int32] = [-1, -1]
        // SAFETY: pipe fills two elements, as many as the array has; where it fails there is nothing to wait on, and nothing worse.
        _ = unsafe ends.withUnsafeMutableBufferPointer { buffer in unsafe buffer.baseAddress.map { unsafe pipe($0) } }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wakeDescriptor = ends[0]
        wakeWriteDescriptor = ends[1]
        var watched = [SIGINT, SIGTERM, SIGHUP].filter { !Self.isIgnored($0) }
        if isInteractive {
            watched += [SIGQUIT, SIGWINCH, SIGTSTP]
            let terminal = Self.terminal()
            state.withLock { $0.savedTerminal = terminal }
        }
        // Whoever writes is told by an error, not by a signal.
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
        var set = sigset_t()
        // SAFETY: `set` lives through the calls, which only read or write it.
        unsafe sigemptyset(&set)
        for number in watched { unsafe sigaddset(&set, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        let waited = set
        Thread.detachNewThread { self.wait(for: waited) }
    }

    /// Says what the main thread does from here on.
    package func enter(_ activity: Activity) {
        state.withLock {
            $0.activity = activity
            $0.interruptCount = 0
        }
    }

    /// The exit code of a signal that asked the process to end: 143, 129, 131.
    package var terminationCode: Int32? { state.withLock { state in state.termination.map { 128 + $0 } } }

    /// Takes what happened since the last call.
    func takeEvents() -> [Event] {
        _ = Descriptor.read(wakeDescriptor, limit: 64)
        return state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }

    /// Gives the terminal back as it was found.
    package func restoreTerminal() {
        guard let saved = state.withLock({ $0.savedTerminal }) else { return }
        Self.setTerminal(saved)
    }

    private func wait(for set: sigset_t) {
        var set = set
        while true {
            var number: Int32 = 0
            // SAFETY: both point to live variables of this frame.
            guard unsafe sigwait(&set, &number) == 0 else { continue }
            switch number {
            case SIGINT: interrupt()
            case SIGWINCH: post(.resized)
            case SIGTSTP: suspend()
            default: terminate(number)
            }
        }
    }

    private func interrupt() {
        let leaves = state.withLock { state -> Bool in
            switch state.activity {
            case .idle: return true
            case .prompting:
                state.events.append(.interrupted)
                return false
            case .running(let cancellation):
                cancellation.request()
                state.interruptCount += 1
                // Pressed for the third time, the statement has had its chance to stop.
                return state.interruptCount >= 3
            }
        }
        if leaves { leave(130) }
        wake()
    }

    private func terminate(_ number: Int32) {
        let leaves = state.withLock { state -> Bool in
            let isSecond = state.termination != nil
            state.termination = number
            guard !isSecond, case .running(let cancellation) = state.activity else {
                if case .prompting = state.activity { return isSecond }
                return true
            }
            cancellation.request()
            return false
        }
        if leaves { leave(128 + number) }
        wake()
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 3)
            self.leave(128 + number)
        }
    }

    /// Stops with the terminal as the parent knows it, and takes it back on going on.
    private func suspend() {
        let isPrompting = state.withLock { state -> Bool in
            if case .prompting = state.activity { true } else { false }
        }
        let raw = isPrompting ? Self.terminal() : nil
        if isPrompting { restoreTerminal() }
        // Sent to this thread, it stops before the next line; sent to the process, another thread might take it later.
        raise(SIGSTOP)
        if let raw { Self.setTerminal(raw) }
        post(.resumed)
    }

    private func post(_ event: Event) {
        let isPrompting = state.withLock { state -> Bool in
            guard case .prompting = state.activity else { return false }
            state.events.append(event)
            return true
        }
        if isPrompting { wake() }
    }

    private func wake() {
        // Where the pipe is full, the reader is awake already.
        Descriptor.writeOnce(1, to: wakeWriteDescriptor)
    }

    private func leave(_ code: Int32) -> Never {
        restoreTerminal()
        _exit(code)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        // SAFETY: asks only; `action` is written in full on success.
        guard unsafe sigaction(number, nil, &action) == 0 else { return false }
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    private static func terminal() -> termios? {
        var settings = termios()
        // SAFETY: `settings` is written in full on success.
        return unsafe tcgetattr(STDIN_FILENO, &settings) == 0 ? settings : nil
    }

    private static func setTerminal(_ settings: termios) {
        var settings = settings
        // SAFETY: `settings` is only read. The thread has SIGTTOU unblocked, but a process in the background is not prompting.
        _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }
}
