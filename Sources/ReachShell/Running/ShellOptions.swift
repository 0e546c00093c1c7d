/// What the command line asked for.
package struct ShellOptions: Sendable {
    /// Where statements come from.
    package enum Input: Hashable, Sendable {
        /// `-c`, each text on its own.
        case texts([String])
        /// `-f`, paths of scripts.
        case scripts([String])
        /// Neither: a session where input and output are terminals, else statements from standard input.
        case standardInput
    }

    package enum ColorChoice: String, Hashable, Sendable, CaseIterable {
        case auto, always, never
    }

    package enum InitFile: Hashable, Sendable {
        /// `init.reach` in the user's configuration folder, where there is one.
        case standard
        case path(String)
        case none
    }

    package var workspace: String?
    package var input = Input.standardInput
    package var format = OutputFormat.table
    /// A date, or a datetime; checked where the session is opened.
    package var today: String?
    /// Parameters in the order given.
    package var parameters: [(name: String, value: String)] = []
    /// `--yes`: what cannot be undone is confirmed beforehand.
    package var confirmsAll = false
    package var isReadOnly = false
    package var keepsGoing = false
    package var color = ColorChoice.auto
    package var initFile = InitFile.standard
    package var isVerbose = false
    /// One statement and the end: what it reads need not be kept for the next.
    package var runsOneStatement = false

    package init() {}
}
