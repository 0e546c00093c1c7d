import Foundation
import ReachDiagnostics
import ReachStatements
import Synchronization

/// One line at a terminal that says how far long work is: `importing orders  45 %  120.5 MB  1,200,000 rows  35.2 MB/s  12 s left`. Taken away at
/// the end.
package final class ProgressLine: ProgressReporter {
    private struct State {
        var activity = ""
        var began = ContinuousClock.now
        var drawn: ContinuousClock.Instant?
        var isVisible = false
    }

    private let state = Mutex(State())
    private let width: @Sendable () -> Int
    private let emit: @Sendable (String) -> Void

    /// - Parameter width: columns of the terminal at this moment.
    package init(width: @escaping @Sendable () -> Int, emit: @escaping @Sendable (String) -> Void) {
        self.width = width
        self.emit = emit
    }

    package func report(_ activity: String, done: Int, total: Int?, unit: String) {
        draw(activity, done: done, total: total, unit: unit, rows: nil)
    }

    package func report(_ activity: String, done: Int, total: Int?, unit: String, rows: Int) {
        draw(activity, done: done, total: total, unit: unit, rows: rows)
    }

    private func draw(_ activity: String, done: Int, total: Int?, unit: String, rows: Int?) {
        let now = ContinuousClock.now
        state.withLock { state in
            if state.activity != activity {
                state.activity = activity
                state.began = now
                state.drawn = nil
            }
            // Short work draws nothing, and long work no more than ten times a second.
            let waited = state.drawn.map { now - $0 >= .milliseconds(100) } ?? (now - state.began >= .milliseconds(300))
            guard waited else { return }
            state.drawn = now
            state.isVisible = true
            let seconds = (now - state.began) / .seconds(1)
            let line = Self.line(activity, done: done, total: total, unit: unit, rows: rows, seconds: seconds)
            emit("\r" + DisplayWidth.shortened(SafeText.escaped(line), to: max(1, width() - 1)) + "\u{1B}[K")
        }
    }

    package func finish() {
        state.withLock { state in
            if state.isVisible { emit("\r\u{1B}[K") }
            state = State()
        }
    }

    static func line(
        _ activity: String, done: Int, total: Int?, unit: String, rows: Int? = nil, seconds: Double
    ) -> String {
        var parts = [activity]
        let rate = seconds > 0 ? Double(done) / seconds : 0
        if let total, total > 0 { parts.append("\(min(100, Int(Double(done) * 100 / Double(total)))) %") }
        let isBytes = unit == "bytes"
        parts.append(isBytes ? megabytes(Double(done)) + " MB" : Figure.count(done) + " " + unit)
        if let rows { parts.append(Figure.count(rows, "row")) }
        if rate >= 1 {
            parts.append(isBytes ? megabytes(rate) + " MB/s" : Figure.count(Int(rate)) + " " + unit + "/s")
        }
        if let total, rate > 0, done > 0, done < total {
            let left = Int((Double(total - done) / rate).rounded(.up))
            parts.append((left < 60 ? "\(left) s" : ElapsedTime.minutes(left)) + " left")
        }
        return parts.joined(separator: "  ")
    }

    private static func megabytes(_ bytes: Double) -> String { ElapsedTime.tenths(bytes / 1_000_000) }
}
