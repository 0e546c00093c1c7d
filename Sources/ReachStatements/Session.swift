import ReachDiagnostics

/// What statements act on and leave behind between one another: one per REPL, script run or pipe.
package final class Session {
    package let cancellation = Cancellation()

    package init() {}
}
