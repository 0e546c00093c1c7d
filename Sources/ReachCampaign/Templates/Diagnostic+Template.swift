import ReachDiagnostics

/// What `template` and `preview` refuse, alphabetically.
extension Diagnostic {
    package static func emptyTemplate(_ channel: String) -> Diagnostic {
        Diagnostic(
            "empty-template", "a message on `\(channel)` says nothing",
            help: ["template winter for \(Channel.spelled(channel)) \"Hello {{name|friend}}\""])
    }

    package static func templateCycle(_ name: String) -> Diagnostic {
        Diagnostic("template-cycle", "template `\(name)` includes itself")
    }

    package static func templateSyntax(_ problem: String) -> Diagnostic {
        Diagnostic(
            "template-syntax", "the template cannot be read: \(problem)",
            help: ["{{name}}", "{{name|friend}}", "{{#vip}}for our best customers{{/vip}}"])
    }

    package static func tooManyTags(_ count: Int) -> Diagnostic {
        Diagnostic("template-syntax", "the template has \(count) tags, more than 200")
    }

    package static func unknownPartial(_ name: String, channel: String, known: [String]) -> Diagnostic {
        let nearest = DidYouMean.closest(to: name, among: known)
        return Diagnostic(
            "unknown-template", "there is no template `\(name)` for \(channel) to include",
            help: nearest.isEmpty
                ? ["template \(Channel.spelled(name)) for \(Channel.spelled(channel)) \"…\""]
                : nearest.map { "{{> \($0)}}" })
    }
}
