/// Where work that can take over a second says how far it is. Calls may come from any thread and are cheap; drawing is the shell's matter.
package protocol ProgressReporter: Sendable {
    /// `done` of `total` units (`bytes`, `rows`, `customers`); `total` nil where it is not known.
    func report(_ activity: String, done: Int, total: Int?, unit: String)
    /// Takes the progress line away.
    func finish()
}

/// Says nothing.
package struct SilentProgress: ProgressReporter {
    package init() {}
    package func report(_ activity: String, done: Int, total: Int?, unit: String) {}
    package func finish() {}
}
