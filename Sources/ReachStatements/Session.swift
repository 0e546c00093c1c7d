import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPhones
import ReachPlan
import ReachWorkspace

/// What statements act on and leave behind between one another: one per REPL, script run or pipe. Used by one thread at a time.
package final class Session {
    package let workspace: Workspace
    package let options: SessionOptions
    package let cancellation = Cancellation()
    /// What the shell lends to a statement: questions, progress, a place for answers of `run`.
    package var hooks = SessionHooks()

    /// `now` and `today`; `set today` replaces it.
    package var clock: Clock
    /// `$name` by folded name: `--set` first, then `set $name`.
    package internal(set) var parameters: [String: Parameter] = [:]
    package internal(set) var current: CurrentSegment?
    /// Facts of the last statement that had any; what `require` looks at.
    package internal(set) var facts: [Fact] = []
    package internal(set) var lastPlan: String?
    package internal(set) var isFinished = false
    /// What `set format` and `set color` asked for; nil leaves what the command line said.
    package internal(set) var display: [String: String] = [:]

    /// Files being run by `run`, outermost first.
    var running: [String] = []
    private var pinned: Pinned?
    /// What the last pinned statement read of the workspace beside the data, for the next one.
    private var surroundings: Surroundings?
    /// How to show the last answer; nil where that has to be read.
    private var shown: Appearance?
    /// Members of segments that statements worked out, for later ones.
    private let segments = SegmentCache()
    private let frozenMembers = FrozenCache()
    private var answers = AnswerCache()
    /// Whether an answer may be given again where nothing has changed.
    var keepsAnswers = true {
        didSet { answers.removeAll() }
    }
    /// What a statement has worked out and nobody has asked for yet.
    var scores: UnwrittenScores?
    /// Who must not be written to, as of a version of the list.
    var knownSuppressions: (version: String, list: StoredSuppressions)?

    package init(workspace: Workspace, options: SessionOptions = SessionOptions()) {
        self.workspace = workspace
        self.options = options
        clock = options.clock
    }

    /// The data as one statement sees it.
    struct Pinned {
        let snapshot: Snapshot
        let context: BindingContext
        let engine: Engine
    }

    /// What the binder needs of the workspace beside the data, true as long as its snapshots have this stamp.
    private struct Surroundings {
        let stamp: FileStamp?
        let zone: Zone
        let masksPersonal: Bool
        let definitions: [Definition]
        let country: PhoneCountry
        /// Some definition may mean something else later the same day.
        let askTheClock: Bool
    }

    /// The version pinned for the running statement; everything it asks, it asks of this one.
    func pin() throws -> Pinned {
        if let pinned { return pinned }
        Engine.expectWork()
        let snapshot = try workspace.snapshot()
        let surroundings = try surroundings(snapshot)
        let moment = clock.moment(in: surroundings.zone)
        let context = bindingContext(snapshot, moment, surroundings.definitions)
        let frozen = FrozenMembers(workspace: workspace, snapshot: snapshot, keeping: frozenMembers)
        let engine = Engine(
            source: snapshot, moment: moment, frozen: { frozen.members(of: $0) }, segments: segments,
            country: surroundings.country, threads: options.threads, cancellation: cancellation)
        let made = Pinned(snapshot: snapshot, context: context, engine: engine)
        pinned = made
        return made
    }

    private func surroundings(_ snapshot: Snapshot) throws -> Surroundings {
        if let surroundings, let stamp = snapshot.stamp, surroundings.stamp == stamp { return surroundings }
        let definitions = try definitions()
        let read = Surroundings(
            stamp: snapshot.stamp, zone: try workspace.zone(), masksPersonal: try readMasking(),
            definitions: definitions,
            country: PhoneCountry(known: try workspace.setting(.country)),
            askTheClock: definitions.contains { Self.mayAskTheClock($0.text) })
        surroundings = read
        return read
    }

    /// How values are shown: as of the last statement's version of the data where it wrote nothing, else as of now.
    package var appearance: Appearance {
        if let shown { return shown }
        return Appearance(
            zone: (try? workspace.zone()) ?? .utc, masksPersonal: (try? readMasking()) ?? true, clock: clock)
    }

    private func readMasking() throws -> Bool { try workspace.setting(.masking) != "off" }

    /// Whether what the pinned statement may refer to means something else later the same day.
    var definitionsAskTheClock: Bool { surroundings?.askTheClock ?? true }

    /// Lets go of the pinned version: before a statement that writes, and after every statement.
    func unpin() {
        pinned = nil
        Engine.standDown()
    }

    package var grammar: Grammar { Catalogue.grammar }

    /// Parses a text completely; nothing runs.
    package func parse(_ source: SourceText) throws -> [Statement] { try grammar.parseScript(source) }

    /// Binds and runs one statement.
    package func run(_ statement: Statement) throws -> Answer {
        shown = nil
        defer { unpin() }
        do {
            var notes: [String] = []
            let unkept = try settle(before: statement)
            if workspace.noteSeen(try pin().snapshot.version) {
                notes.append("the data has changed since the last statement")
            }
            var answer = try answer(to: statement)
            answer.notes = notes + answer.notes
            answer.warnings = unkept + answer.warnings
            if !answer.facts.isEmpty { facts = answer.facts }
            // A statement that may change how values are shown has let go of what it read.
            if pinned != nil, let surroundings {
                shown = Appearance(
                    zone: surroundings.zone, masksPersonal: surroundings.masksPersonal, clock: clock)
            }
            return answer
        } catch let diagnostic as Diagnostic {
            throw diagnostic.located(in: statement.source, statement: statement.keyword)
        }
    }

    private func answer(to statement: Statement) throws -> Answer {
        let key = try answerKey(statement)
        if let key, let answer = answers.answer(key) { return answer }
        let answer = try bind(statement).run(in: self)
        if let key { answers.keep(answer, for: key) }
        return answer
    }

    func bind(_ statement: Statement) throws -> any BoundStatement {
        guard let definition = Catalogue.definition(statement.keyword) else {
            preconditionFailure("the grammar knows the statements of the catalogue and no others")
        }
        return try definition.bind(statement, in: self)
    }

    /// A binder for one statement over the pinned data.
    func binder(for statement: Statement) throws -> Binder { Binder(try pin().context, statement: statement) }
}

/// What printing an answer takes of the workspace.
package struct Appearance: Sendable {
    package let zone: Zone
    /// Telephone numbers and addresses are not shown in full.
    package let masksPersonal: Bool
    /// The day answers speak of: `2026-11-22`.
    package let today: String

    init(zone: Zone, masksPersonal: Bool, clock: Clock) {
        self.zone = zone
        self.masksPersonal = masksPersonal
        today = CivilDate(daysSinceEpoch: Int(clock.moment(in: zone).today)).iso
    }
}

/// How a session is run.
package struct SessionOptions: Sendable {
    package var clock: Clock
    /// Somebody can be asked.
    package var isInteractive = false
    /// `--yes`
    package var assumesYes = false
    /// Takes part in every query, the caller's included.
    package var threads: Int
    /// Statements are read from standard input, so that no file can.
    package var inputHoldsStatements = false
    /// `--set name=value`: wins over `set $name`.
    package var parameters: [String: String] = [:]

    package init(clock: Clock = .system, threads: Int = Engine.coreThreads) {
        self.clock = clock
        self.threads = threads
    }
}

/// What a session may ask of the shell while it runs a statement.
package struct SessionHooks {
    /// Whether a step that cannot be undone may go on; asked only in the REPL.
    package var confirm: (_ question: String) throws -> Bool = { _ in false }
    package var progress: any ProgressReporter = SilentProgress()
    /// Prints an answer given along the way: of each statement of `run "other.reach"`.
    package var emit: (Answer) throws -> Void = { _ in }

    package init() {}
}

/// What `$name` stands for.
package struct Parameter: Hashable, Sendable {
    package let literal: Literal
    /// From `--set`, which `set $name` does not override.
    package let isGiven: Bool
}
