/// Where work that can take over a second says how far it is. Calls may come from any thread and are cheap; drawing is the shell's matter.
package protocol ProgressReporter: Sendable {
    /// `done` of `total` units (`bytes`, `rows`, `customers`); `total` nil where it is not known.
    func report(_ activity: String, done: Int, total: Int?, unit: String)
    /// The same where work is counted in two ways: `rows` so far beside the bytes.
    func report(_ activity: String, done: Int, total: Int?, unit: String, rows: Int)
    /// Takes the progress line away.
    func finish()
}

extension ProgressReporter {
    package func report(_ activity: String, done: Int, total: Int?, unit: String, rows: Int) {
        report(activity, done: done, total: total, unit: unit)
    }
}

/// Says nothing.
package struct SilentProgress: ProgressReporter {
    package init() {}
    package func report(_ activity: String, done: Int, total: Int?, unit: String) {}
    package func finish() {}
}
