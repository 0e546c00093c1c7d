import Foundation
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// What can be wrong with a statement that parses and whose names and types are right.
extension Diagnostic {
    static func amountInPercent(_ clause: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("amount-in-percent", "`\(clause)` is an amount, not a share", at: span, help: ["\(clause) 5000"])
    }

    static func bucketCount(_ count: Int64, at span: SourceSpan) -> Diagnostic {
        Diagnostic("bucket-count", "\(count) buckets are not between 1 and 1,000", at: span, help: ["buckets 12"])
    }

    static func channelNamedTwice(_ name: Identifier, among names: [Identifier]) -> Diagnostic {
        var once: [String] = []
        for name in names where !once.contains(where: { Name.same($0, name.text) }) { once.append(name.text) }
        return Diagnostic(
            "channel-twice", "channel `\(name.text)` is named twice: a cascade tries each once", at: name.span,
            help: ["via " + once.map { NameText.value($0) }.joined(separator: ",")])
    }

    /// An audience of nobody. Where it has conditions, `explain` tells which of them leaves nobody.
    static func nobodyToSendTo(_ statement: Statement, _ audience: BoundAudience) -> Diagnostic {
        let written = statement.audience.map { " " + statement.source[$0.span] } ?? ""
        return Diagnostic(
            "empty-audience", "the audience is empty, there is nobody to send to",
            at: statement.audience?.span ?? statement.span,
            help: audience.isEverybody
                ? ["import customers from \"FILE\"", "demo"] : ["explain count" + written, "segment all"])
    }

    static func noOrders(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-orders", "no one table tells what buyers paid: `orders` with a number `total` would", at: span,
            help: ["import orders from \"FILE\" types (total decimal)", "tables"])
    }

    static func notDay(at span: SourceSpan, clause: String = "as of") -> Diagnostic {
        Diagnostic(
            "not-a-date", "`\(clause)` takes a date", at: span, help: ["\(clause) 2026-06-30", "\(clause) 90d ago"])
    }

    static func tooManyPeriods(_ count: Int, _ period: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "too-many-periods", "the data spans \(Figure.count(count, period)), more than 1,000", at: span,
            help: ["cohorts by quarter", "describe orders"])
    }

    static func columnNotFound(_ name: Identifier, in table: String, known: [String]) -> Diagnostic {
        unknown("column", name.text, at: name.span, known: known, where: " in `\(table)`")
    }

    static func confirmationNeeded(_ question: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "confirmation-needed", kind: .guardRefused, "nobody can be asked: \(question)", at: span,
            help: ["reach … --yes"])
    }

    static func countTooSmall(_ clause: String, at span: SourceSpan, help: String) -> Diagnostic {
        Diagnostic("count-too-small", "`\(clause)` needs a number of at least 1", at: span, help: [help])
    }

    static func demoOverData(_ table: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "demo-over-data", "the workspace has rows in `\(table)` already", at: span,
            help: ["reach other.db -c demo", "drop table \(NameText.value(table))"])
    }

    static func exportWithoutFile(at span: SourceSpan) -> Diagnostic {
        Diagnostic("no-file", "`export` needs a file", at: span.end, help: ["export all to \"customers.csv\""])
    }

    static func impossibleCap(_ text: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "impossible-cap", "`\(text)` is no cap: a number of messages per length of time", at: span,
            help: ["set cap = \"3 per 7d\"", "set cap = none"])
    }

    static func inputHoldsStatements(_ table: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "input-holds-statements", "standard input is where the statements come from, so no file can come from it",
            at: span, help: ["reach WORKSPACE -c 'import \(table) from \"-\"' < FILE"])
    }

    /// `known` are columns that could be.
    static func nothingToHash(at span: SourceSpan, known: [String]) -> Diagnostic {
        Diagnostic(
            "nothing-to-hash", "`hashed` needs a column of e-mails or phones, and none is exported", at: span,
            help: known.isEmpty ? ["columns address(COLUMN)", "columns phone(COLUMN)"] : known.map { "columns \($0)" })
    }

    static func ledgerIsKept(at span: SourceSpan) -> Diagnostic {
        Diagnostic("reserved-name", "`sends` is the ledger of messages and is kept", at: span)
    }

    static func noBasePrice(channel: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-price", "channel `\(channel)` needs a price for everybody first", at: span,
            help: ["channel \(NameText.value(channel)) price 3.25, \"+7\" 2.90"])
    }

    static func noCustomers(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-customers", "the workspace has no customers yet", at: span,
            help: ["import customers from \"customers.csv\"", "demo"])
    }

    static func optimizesSendsOnly(_ statement: Statement) -> Diagnostic {
        Diagnostic(
            "not-a-send", "`optimize` compares the orders of a `send`", at: statement.span,
            help: ["optimize send reactivation via email,push,sms"])
    }

    static func parameterNotLiteral(_ name: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "not-a-literal", "a parameter stands for one value", at: span,
            help: ["set $\(name) = 60d", "set $\(name) = \"Paris\""])
    }

    static func parameterNotSet(_ name: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "parameter-not-set", "parameter `$\(name)` is not set", at: span,
            help: ["set $\(name) = …", "reach … --set \(name)=…"])
    }

    static func percentForgotten(_ what: String, _ units: Int64, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "percent-forgotten", "\(what) \(units) would be \(units)00 %", at: span, help: ["\(what) \(units)%"])
    }

    static func priceInPercent(at span: SourceSpan) -> Diagnostic {
        Diagnostic("price-in-percent", "a price is an amount, not a share", at: span, help: ["price 3.25"])
    }

    static func rateNotPerSecond(at span: SourceSpan) -> Diagnostic {
        Diagnostic("rate-unit", "a channel's rate is messages per second", at: span, help: ["rate 100/s"])
    }

    static func requirementFailed(
        _ text: String, looked: String, message: String?, at span: SourceSpan
    ) -> Diagnostic {
        let why = looked.isEmpty ? "" : " (\(looked))"
        let prefix = message.map { $0 + ": " } ?? ""
        return Diagnostic(
            "requirement-failed", kind: .guardRefused, "\(prefix)`\(text)` does not hold\(why)", at: span)
    }

    static func runsItself(_ file: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("runs-itself", "`\(file)` is being run already", at: span)
    }

    static func scriptNotText(_ file: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("not-text", kind: .environment, "`\(file)` is not UTF-8 text", at: span)
    }

    static func scriptUnreadable(_ file: String, _ reason: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("file-unreadable", kind: .environment, "cannot read `\(file)`: \(reason)", at: span)
    }

    static func secondBasePrice(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "second-price", "a second price needs the prefix it is for", at: span, help: ["price 3.25, \"+7\" 2.90"])
    }

    static func sendWithoutVia(_ written: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("no-channels", "`send` needs channels", at: span.end, help: ["\(written) via email,push,sms"])
    }

    static func settingNotWord(_ setting: String, at span: SourceSpan, words: [String]?) -> Diagnostic {
        Diagnostic(
            "setting-value", "`\(setting)` needs a word or a text in quotes", at: span,
            help: (words ?? ["\"…\""]).map { "set \(setting) = \($0)" })
    }

    static func settingValue(_ setting: String, _ text: String, at span: SourceSpan, words: [String]) -> Diagnostic {
        Diagnostic(
            "setting-value", "`\(setting)` cannot be `\(text)`", at: span, help: words.map { "set \(setting) = \($0)" })
    }

    static func shopSize(_ size: Int64, largest: Int64, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "shop-size", "a sample shop has 1 to \(Figure.count(Int(largest))) customers, not \(size)", at: span,
            help: ["demo 100000 customers"])
    }

    static func stillUsed(_ name: String, by users: [String], kind: String, at span: SourceSpan) -> Diagnostic {
        let list = users.map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            "still-used", "\(kind) `\(name)` is used by \(list)", at: span, help: ["segments", "drop them first"])
    }

    static func storedChannelUnreadable(_ text: String) -> Diagnostic {
        Diagnostic("stored-channel", kind: .environment, "a stored channel cannot be read: \(text)")
    }

    static func tableNotFound(_ name: Identifier, known: [String]) -> Diagnostic {
        unknown("table", name.text, at: name.span, known: known)
    }

    static func todayNotDate(at span: SourceSpan, today: Int32) -> Diagnostic {
        let day = CivilDate(daysSinceEpoch: Int(today)).iso
        return Diagnostic("not-a-date", "`today` is a date", at: span, help: ["set today = \(day)"])
    }

    static func twoSubjects(at span: SourceSpan) -> Diagnostic {
        Diagnostic("two-audiences", "it is said twice of whom this speaks", at: span)
    }

    static func unknownChannel(_ name: Identifier, known: [String]) -> Diagnostic {
        unknown("channel", name.text, at: name.span, known: known)
    }

    static func unknownCustomer(_ key: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("unknown-customer", "no customer has this key", at: span, help: ["show top 5"])
    }

    static func unknownPlan(_ id: Identifier, known: [String]) -> Diagnostic {
        var diagnostic = unknown("plan", id.text, at: id.span, known: known)
        diagnostic.help.append("plans")
        return diagnostic
    }

    static func unknownSetting(_ name: String, at span: SourceSpan, known: [String]) -> Diagnostic {
        unknown("setting", name, at: span, known: known)
    }

    static func unknownSortColumn(_ text: String, at span: SourceSpan, columns: [String]) -> Diagnostic {
        Diagnostic(
            "unknown-column", "`\(text)` is no column of this answer", at: span,
            help: ["sort by one of: " + columns.joined(separator: ", ")])
    }

    static func unknownTopic(_ topic: Identifier, known: [String]) -> Diagnostic {
        var diagnostic = unknown("help topic", topic.text, at: topic.span, known: known)
        diagnostic.help.append("help")
        return diagnostic
    }

    static func unknownCountry(_ name: String, at span: SourceSpan) -> Diagnostic {
        let known = Locale.Region.isoRegions.map(\.identifier).filter { $0.utf8.count == 2 }
        let english = Locale(identifier: "en")
        let spelled = known.filter {
            english.localizedString(forRegionCode: $0)?.lowercased() == name.lowercased()
        }
        return Diagnostic(
            "unknown-country", "no country has the code `\(name)`: two letters of ISO 3166 are wanted", at: span,
            help: ["set country = \((spelled + ["RU"])[0])"])
    }

    static func unknownImport(_ number: Int64, at span: SourceSpan, known: [Int64]) -> Diagnostic {
        Diagnostic(
            "unknown-import", known.isEmpty ? "nothing was imported yet" : "there is no import \(number)", at: span,
            help: known.suffix(3).map { "drop import \($0)" } + (known.isEmpty ? [] : ["`tables` lists all"]))
    }

    static func unknownZone(_ name: String, at span: SourceSpan) -> Diagnostic {
        let near = DidYouMean.closest(to: name, among: TimeZone.knownTimeZoneIdentifiers)
        return Diagnostic(
            "unknown-zone", "no time zone is called `\(name)`", at: span,
            help: (near.isEmpty ? ["Europe/Moscow"] : near).map { "set timezone = \"\($0)\"" })
    }

    static func unknown(
        _ what: String, _ name: String, at span: SourceSpan, known: [String], where place: String = ""
    ) -> Diagnostic {
        let near = DidYouMean.closest(to: name, among: known)
        let help =
            near.isEmpty
            ? (known.isEmpty ? [] : ["known: " + known.sorted().prefix(12).joined(separator: ", ")])
            : ["similar: " + near.map { "`\($0)`" }.joined(separator: ", ")]
        return Diagnostic(
            "unknown-\(what.split(separator: " ").joined(separator: "-"))", "\(what) `\(name)` not found\(place)",
            at: span, help: help)
    }
}
