import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachStatements

/// What the shell asks of a session. `Session` is the real one; tests of the shell bring a smaller one.
package protocol ShellSession: AnyObject {
    /// Runs one statement to its end.
    func run(_ statement: Statement) throws -> Answer
    /// What could be typed at `offset` (UTF-8 bytes) of `text`. Never throws: where nothing is known, nothing is offered.
    func completions(in text: String, at offset: Int) -> CompletionList
    var cancellation: Cancellation { get }
    var prompt: PromptState { get }
    var display: DisplaySettings { get }
    /// Set by `quit`.
    var isFinished: Bool { get }
    /// A statement was typed or has arrived and will be run as soon as it is parsed.
    func expectStatement()
    /// Writes what statements have left for later.
    func settle() throws
    /// Nothing more will be run.
    func close()
}

extension ShellSession {
    package func expectStatement() {}
    package func settle() throws {}
    package func close() {}
}

/// Statements out of text that arrives piece by piece.
package protocol StatementStream: AnyObject {
    /// Adds text as it arrived; lines may be cut anywhere.
    func append(_ text: String)
    /// Nothing more will come; what is there is the last statement.
    func finish()
    /// The next statement whose end is known; nil where more text is needed, or after `finish` where none is left. Throws where a statement
    /// does not parse; the next call goes on behind it.
    func next() throws -> Statement?
}

/// What was typed or pasted so far, statement by statement.
package struct InteractiveReading {
    /// Complete statements and mistakes, in order, located in the text.
    package let statements: [Result<Statement, Diagnostic>]
    /// The last one still requires something: more lines are to be read before any of it is final.
    package let wantsMore: Bool

    package init(statements: [Result<Statement, Diagnostic>], wantsMore: Bool) {
        self.statements = statements
        self.wantsMore = wantsMore
    }
}

/// What the prompt shows.
package struct PromptState: Hashable, Sendable {
    /// The current segment's name; nil where it has none.
    package var segment: String?
    /// Its customers; nil where no segment is current.
    package var customerCount: Int?

    package init(segment: String? = nil, customerCount: Int? = nil) {
        self.segment = segment
        self.customerCount = customerCount
    }
}

/// How the session wants answers written.
package struct DisplaySettings: Sendable {
    /// Nil leaves what the command line said.
    package var format: OutputFormat?
    package var color: ShellOptions.ColorChoice?
    package var masksPersonal: Bool
    package var zone: Zone
    /// The day answers speak of: `2026-11-22`.
    package var today: String

    package init(
        format: OutputFormat? = nil, color: ShellOptions.ColorChoice? = nil, masksPersonal: Bool = true,
        zone: Zone = .utc, today: String
    ) {
        self.format = format
        self.color = color
        self.masksPersonal = masksPersonal
        self.zone = zone
        self.today = today
    }
}

/// Texts that could stand from `start` (a UTF-8 offset) to the cursor.
package struct CompletionList: Hashable, Sendable {
    package let start: Int
    package let candidates: [String]

    package init(start: Int, candidates: [String]) {
        self.start = start
        self.candidates = candidates
    }
}

/// What a session may ask of the shell while it runs a statement.
package struct ShellHooks {
    /// Whether a step that cannot be undone may go on. Throws where nobody can be asked.
    package let confirm: (_ question: String) throws -> Bool
    package let progress: any ProgressReporter
    /// Prints an answer given along the way: of each statement of `run "other.reach"`.
    package let emit: (Answer) throws -> Void
}
