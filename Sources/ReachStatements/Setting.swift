import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPhones
import ReachPlan
import ReachWorkspace

/// What `set` knows.
enum Setting: String, CaseIterable, Sendable {
    case today, format, color, cache
    case timezone, currency, country, language, masking, cap

    /// What a checked value does when the statement runs; gives notes.
    struct Change: Sendable {
        let apply: @Sendable (Session) throws -> [String]
    }

    var meaning: String {
        switch self {
        case .today: "the day answers speak of, for this session"
        case .format: "table, csv, tsv, json or markdown, for this session"
        case .color: "auto, always or never, for this session"
        case .cache: "on or off: whether an answer is given again while nothing has changed, for this session"
        case .timezone: "zone of dates without offset and of today, of the workspace"
        case .currency: "code printed beside money, of the workspace"
        case .country: "where phones without country code are from, of the workspace"
        case .language: "of the workspace"
        case .masking: "on or off: whether views mask addresses and names, of the workspace"
        case .cap: "most messages to a customer on all channels together, of the workspace"
        }
    }

    private var stored: WorkspaceSetting? { WorkspaceSetting(rawValue: rawValue) }

    func value(in session: Session) throws -> String? {
        switch self {
        case .today: CivilDate(daysSinceEpoch: Int(try session.pin().context.moment.today)).iso
        case .format, .color: session.display[rawValue]
        case .cache: session.keepsAnswers ? "on" : "off"
        default: try stored.flatMap { try session.workspace.setting($0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    func change(to value: Expression, in session: Session, _ statement: Statement) throws -> Change {
        switch self {
        case .today: return try today(value, session, statement)
        case .format: return try display(value, oneOf: ["table", "csv", "tsv", "json", "markdown"])
        case .color: return try display(value, oneOf: ["auto", "always", "never"])
        case .cache:
            let isOn = try word(value, oneOf: ["on", "off"]) == "on"
            return Change { session in
                session.keepsAnswers = isOn
                return []
            }
        case .masking:
            let word = try self.word(value, oneOf: ["on", "off"])
            return keep(word)
        case .timezone:
            let name = try word(value)
            guard let zone = Zone(name) else { throw Diagnostic.unknownZone(name, at: value.span) }
            return Change { session in
                let before = try session.workspace.setting(.timezone)
                try session.workspace.set(.timezone, to: zone.identifier)
                return before == zone.identifier
                    ? []
                    : [
                        "time zone is now \(zone.identifier), was \(before); datetimes that are stored keep their instants"
                    ]
            }
        case .country:
            let name = try word(value)
            guard name.utf8.count == 2, let country = PhoneCountry(name) else {
                throw Diagnostic.unknownCountry(name, at: value.span)
            }
            return keep(country.code)
        case .currency, .language: return keep(try word(value))
        case .cap:
            let text = try word(value)
            if Name.same(text, "none") { return keep("") }
            guard let cap = FrequencyCap(text) else { throw Diagnostic.impossibleCap(text, at: value.span) }
            return keep(cap.text)
        }
    }

    private func keep(_ text: String) -> Change {
        let setting = stored
        return Change { session in
            if let setting { try session.workspace.set(setting, to: text) }
            return []
        }
    }

    private func display(_ value: Expression, oneOf words: [String]) throws -> Change {
        let word = try word(value, oneOf: words)
        let name = rawValue
        return Change { session in
            session.display[name] = word
            return []
        }
    }

    /// A date, or a datetime; everything computed from them too.
    private func today(_ value: Expression, _ session: Session, _ statement: Statement) throws -> Change {
        let binder = try session.binder(for: statement)
        if case .name(let name) = value.kind, name.qualifier == nil {
            let day: Int32? = ["yesterday": -1, "tomorrow": 1][Name.fold(name.name.text)]
            throw Diagnostic.todayNotDate(at: value.span, today: binder.context.moment.today + (day ?? 0))
        }
        let clock: Clock
        switch ConstantEvaluator(moment: binder.context.moment).constant(try binder.bindScalar(value)) {
        case .date(let day): clock = .endOfDay(day)
        case .datetime(let instant): clock = .fixed(microseconds: instant)
        default: throw Diagnostic.todayNotDate(at: value.span, today: binder.context.moment.today)
        }
        return Change { session in
            session.clock = clock
            return []
        }
    }

    /// A word or quoted text.
    private func word(_ value: Expression, oneOf words: [String]? = nil) throws -> String {
        let text: String
        switch value.kind {
        case .literal(.text(let quoted)): text = quoted
        case .name(let name) where name.qualifier == nil: text = name.name.text
        default: throw Diagnostic.settingNotWord(rawValue, at: value.span, words: words)
        }
        guard let words else { return text }
        guard let word = words.first(where: { Name.same($0, text) }) else {
            throw Diagnostic.settingValue(rawValue, text, at: value.span, words: words)
        }
        return word
    }
}
