import ReachDiagnostics

extension Diagnostic {
    static func cannotMakeFolder(_ path: String) -> Diagnostic {
        Diagnostic("cannot-make-folder", kind: .environment, "folder `\(path)` cannot be made")
    }

    static func cannotReadScript(_ path: String, reason: String) -> Diagnostic {
        Diagnostic("cannot-read-script", kind: .environment, "`\(path)` cannot be read: \(reason)")
    }

    static func cannotWriteOutput(reason: String) -> Diagnostic {
        Diagnostic("cannot-write-output", kind: .environment, "standard output cannot be written: \(reason)")
    }

    static func confirmationNeeded(_ question: String) -> Diagnostic {
        Diagnostic(
            "confirmation-needed", kind: .guardRefused, "nobody is here to answer: \(question)", help: ["--yes"])
    }

    static let declined = Diagnostic("declined", kind: .guardRefused, "nothing was done")

    static let noDefaultWorkspace = Diagnostic(
        "no-workspace", kind: .usage, "no workspace is named, and without a home folder there is no default one",
        help: ["reach shop.db", "reach :memory:"])

    static func missingWorkspace(_ path: String) -> Diagnostic {
        Diagnostic(
            "missing-workspace", kind: .environment,
            "workspace `\(path)` does not exist, and nothing here would fill it",
            help: ["reach \(path) -c 'demo'", "reach \(path) -c 'import customers from \"customers.csv\"'"])
    }

    static func notUTF8(_ path: String) -> Diagnostic {
        Diagnostic("not-utf8", kind: .environment, "`\(path)` is not UTF-8 text")
    }

    static func secondTable(format: String) -> Diagnostic {
        Diagnostic(
            "second-table", "one \(format) output holds one table, and this would be the second",
            help: ["--format json"])
    }

    static func todayNotADate(_ text: String) -> Diagnostic {
        Diagnostic(
            "today-not-a-date", kind: .usage, "`--today` takes a date, and `\(text)` is none",
            help: ["--today 2026-11-22"])
    }

    static func unexpected(_ error: any Error) -> Diagnostic {
        Diagnostic("unexpected", kind: .bug, "reach has failed: \(error)")
    }
}
