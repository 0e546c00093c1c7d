import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// What is wrong with templates, previews and suppressions, alphabetically.
extension Diagnostic {
    static func emptyList(_ file: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("empty-file", "`\(file)` names nobody", at: span)
    }

    static func noTemplateFolder(_ folder: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "file-unreadable", kind: .environment, "there is no folder `\(folder)`", at: span,
            help: ["template winter for sms \"Hello {{name|friend}}\""])
    }

    static func noTemplatesIn(_ folder: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-templates", "`\(folder)` has no file `NAME.CHANNEL.mustache`", at: span,
            help: ["winter.sms.mustache, winter.email.mustache"])
    }

    /// The first reason for which a campaign may not leave; without one, that nothing here sends.
    static func notLive(_ channels: [PlannedChannel], dryRun: String, at span: SourceSpan) -> Diagnostic {
        for channel in channels {
            let name = channel.name
            if channel.prices == nil || channel.pricesAreDefault {
                return Diagnostic(
                    "live-without-price", kind: .guardRefused,
                    "`live` needs the price of `\(name)`, which nobody has set",
                    at: span,
                    help: ["\(channel.definition.canonicalText) price \(channel.prices?.base.description ?? "1")"])
            }
            if channel.consentIsUnknown {
                return Diagnostic(
                    "live-without-consent", kind: .guardRefused,
                    "`live` needs to know who agreed to messages on `\(name)`, and no column tells", at: span,
                    help: [
                        "\(channel.definition.canonicalText) consent COLUMN",
                        "\(channel.definition.canonicalText) consent none",
                    ])
            }
        }
        return Diagnostic(
            "nothing-is-sent", kind: .guardRefused, "this version plans campaigns, it does not send them", at: span,
            help: [dryRun])
    }

    static func startInPast(at span: SourceSpan) -> Diagnostic {
        Diagnostic("start-in-past", "`at` lies before today", at: span, help: ["at 10:00", "at today + 1d"])
    }

    static func startNotTime(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "not-a-time", "`at` takes a time, a date or both", at: span,
            help: ["at 10:00", "at 2026-11-23", "at 2026-11-23T10:00"])
    }

    static func templateBroken(
        _ name: String, _ channel: String, _ why: Diagnostic, at span: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            why.code, "template `\(name)` for \(channel) cannot be filled in any more: \(why.message)", at: span,
            help: ["template \(NameText.value(name)) for \(NameText.value(channel)) \"…\"", "templates"])
    }

    static func templateFileChannel(
        _ file: String, _ channel: String, known: [String], at span: SourceSpan
    ) -> Diagnostic {
        let nearest = DidYouMean.closest(to: channel, among: known)
        return Diagnostic(
            "unknown-channel", "`\(file)` is for channel `\(channel)`, which is not known", at: span,
            help: nearest.isEmpty
                ? ["channel \(NameText.value(channel)) price 1 address COLUMN"] : ["similar: `\(nearest[0])`"])
    }

    static func templateFileName(_ file: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "template-file", "`\(file)` is not called `NAME.CHANNEL.mustache`", at: span,
            help: ["winter.sms.mustache"])
    }

    static func unknownTemplate(_ name: Identifier, known: [String]) -> Diagnostic {
        let nearest = DidYouMean.closest(to: name.text, among: known)
        let help =
            nearest.isEmpty
            ? ["template \(NameText.value(name.text)) for sms \"Hello {{name|friend}}\""]
            : nearest.map { "similar: `\($0)`" }
        return Diagnostic("unknown-template", "template `\(name.text)` not found", at: name.span, help: help)
    }
}
