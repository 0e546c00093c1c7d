import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `send NAME via …`: the dry run of a campaign.
package enum Send: StatementDefinition {
    package static let syntax = StatementSyntax(
        "send", summary: "what reaching an audience by a cascade of channels would cost; nothing is sent",
        form: .sequence([
            .slot("campaign", .newName),
            .clauses([
                .clause("to", "audience", .audience),
                .sequence([.keyword("via"), .list("channels", of: .slot("channel", .name(.channel)))]),
                .sequence([.keyword("until"), .word("until", oneOf: ["delivered", "opened", "clicked", "ordered"])]),
                .clause("wait", "wait", .duration),
                .clause("again after", "again", .duration),
                .clause("holdout", "holdout", .number),
                .sequence([
                    .keyword("budget"), .slot("budget", .number), .optional(.flag("expected")),
                    .optional(.flag("strict")),
                ]),
                .clause("offer", "offer", .number),
                .clause("value", "value", .number),
                .clause("margin", "margin", .number),
                .clause("baseline", "baseline", .number),
                .sequence([
                    .keyword("at"), .choice([.slot("time", .timeOfDay), .slot("at", .date)]),
                ]),
                .flag("live"),
            ]),
        ]))
    package static let details = [
        """
        Each customer gets the first channel of the list that is open to them; who does not react within `wait` gets the next one. \
        `until` names the reaction that ends the cascade (default clicked).
        """,
        """
        Floor and ceiling are exact: everybody stops at the first message, nobody ever stops. The expected cost needs rates, see `help \
        channel`; where one is unknown the range is printed, and what to set.
        """,
        """
        Intervals are of what may come of it: 80 and 95 of 100 campaigns at such rates end inside. With rates of orders the answer says \
        what they bring: `value` is the worth of an order (default the audience's average order), `margin` the part of it that is left, \
        `offer` what is given away with each, `baseline` the share who would order unasked; without it figures are gross.
        """,
        """
        A rate that `channel` does not set is learned from the ledger `sends`, where it has 20 messages or more whose `wait` is over: the rate \
        of orders from what their customers ordered within `wait`, before the next message. The baseline is learned from those held out on the \
        campaign's last day with 20 or more, watched for `wait` times the messages that those written to got on average.
        """,
        """
        `budget` keeps the ceiling (`expected`: the expected cost) below a limit: who brings most for the money keeps a channel first. \
        `strict` refuses instead, with exit code 4.
        """,
        """
        This version sends nothing. `live` tells what would have to be set first: prices that are nobody's guess, and who has agreed.
        """,
    ]
    package static let examples = [
        Example("send reactivation via email,push,sms", "the current segment, three channels"),
        Example("send winter to lapsed via push,sms until delivered holdout 10%", "with a control group"),
        Example("send winter via email,sms budget 5000", "for no more than that"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        try bound(statement, in: session)
    }

    static func bound(_ statement: Statement, in session: Session) throws -> BoundSend {
        let binder = try session.binder(for: statement)
        guard let campaign = statement.name("campaign") else {
            preconditionFailure("the form of `send` has a campaign")
        }
        let names = statement.groups("channels").compactMap { group -> Identifier? in
            if case .name(let name)? = group["channel"] { return name }
            return nil
        }
        guard !names.isEmpty else {
            throw Diagnostic.sendWithoutVia(statement.source[statement.span], at: statement.span)
        }
        let audience = try binder.bindAudience(statement.audience)
        let pinned = try session.pin()
        let known = try session.channels()
        var options = try CascadeOptions(statement)
        options.startsAt = try start(statement, binder)
        let asksOrders = names.contains { name in
            known.first { Name.same($0.name, name.text) }.map { $0.rates[.ordered] == nil } ?? false
        }
        let learned = try ledger(pinned)?.rates(wait: options.wait, withOrders: asksOrders, pinned.engine)
        let channels = try names.map { name -> PlannedChannel in
            guard let channel = known.first(where: { Name.same($0.name, name.text) }) else {
                throw Diagnostic.unknownChannel(name, known: known.map(\.name))
            }
            return try pointing(at: name.span) {
                try PlannedChannel(
                    resolving: channel, in: pinned.snapshot.schema.customers,
                    learned: learned?[channel.name] ?? .init())
            }
        }
        for (index, name) in names.enumerated()
        where names[..<index].contains(where: { Name.same($0.text, name.text) }) {
            throw Diagnostic.channelNamedTwice(name, among: names)
        }
        if statement.has("live") {
            throw Diagnostic.notLive(
                channels, dryRun: session.grammar.format(withoutLive(statement)), at: statement.span)
        }
        let currency = try session.workspace.setting(.currency)
        var request = CascadeRequest(
            campaign: campaign.text, audienceText: audience.description, channels: channels,
            options: options, today: binder.context.moment.today,
            currency: currency.isEmpty ? nil : currency)
        if let problem = options.problem {
            try pointing(at: statement.span(of: problem.slot) ?? statement.span) { throw problem.diagnostic }
        }
        try pointing(at: statement.span) { try request.validate() }
        let (content, templates) = try session.content(
            campaign: campaign.text, channels: channels, binder: binder, at: campaign.span)
        request.cap = try session.overallCap()
        // Where everything leaves at once no time is said: the same dry run prints the same.
        if options.startsAt != nil || channels.contains(where: \.definition.isTimed) {
            request.start = .init(options.startsAt ?? binder.context.moment.now, in: binder.context.moment.zone)
        }
        request.origin = PlanOrigin(
            statement: session.grammar.format(try resolved(statement, binder)), templates: templates,
            zone: binder.context.moment.zone.identifier)
        return BoundSend(
            statement: statement, audience: audience, request: request, content: content, warnings: binder.warnings)
    }

    /// What the messages sent before tell of rates; orders are the purchases of the table of orders.
    static func ledger(_ pinned: Session.Pinned) -> LedgerHistory? {
        let orders = AverageOrder(pinned.context)?.orders
        return LedgerHistory(pinned.context.schema, orders: orders, moment: pinned.context.moment)
    }

    private static func withoutLive(_ statement: Statement) -> Statement {
        var captures = statement.captures
        captures["live"] = nil
        return Statement(keyword: statement.keyword, span: statement.span, captures: captures, source: statement.source)
    }

    /// The statement with the current segment spelled out, so that it means the same in another session.
    private static func resolved(_ statement: Statement, _ binder: Binder) throws -> Statement {
        let nobody = AudienceSyntax(base: nil, condition: nil, span: statement.span)
        let audience = try binder.resolvingCurrent(statement.audience ?? nobody)
        var captures = statement.captures
        let isEverybody = audience.base == nil && audience.condition == nil
        captures["audience"] = .audience(
            isEverybody ? AudienceSyntax(base: .all(statement.span), condition: nil, span: statement.span) : audience)
        return Statement(keyword: statement.keyword, span: statement.span, captures: captures, source: statement.source)
    }

    /// The instant of `at`: a date is its first, a time of day the next time the clock shows it.
    private static func start(_ statement: Statement, _ binder: Binder) throws -> Int64? {
        let moment = binder.context.moment
        if case .expression(let expression)? = statement["time"],
            case .literal(.timeOfDay(let minute)) = expression.kind
        {
            let day = (Int64(moment.today) * 1_440 + Int64(minute)) * 60_000_000
            let today = moment.zone.instant(ofWall: day)
            return today >= moment.now ? today : moment.zone.instant(ofWall: day + Zone.microsecondsPerDay)
        }
        guard let expression = statement.expression("at") else { return nil }
        let instant: Int64
        switch ConstantEvaluator(moment: moment).constant(try binder.bindScalar(expression)) {
        case .date(let day): instant = moment.zone.start(ofDay: Int(day))
        case .datetime(let exact): instant = exact
        default: throw Diagnostic.startNotTime(at: expression.span)
        }
        if instant < moment.zone.start(ofDay: Int(moment.today)) { throw Diagnostic.startInPast(at: expression.span) }
        return instant
    }

}

/// A diagnostic without a place gets this one.
func pointing<Result>(at span: SourceSpan, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch var diagnostic as Diagnostic {
        diagnostic.span = diagnostic.span ?? span
        throw diagnostic
    }
}

struct BoundSend: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let request: CascadeRequest
    let content: CampaignContent
    let warnings: [String]

    /// The plan of this statement as the data is now, and whom it is for; nothing is kept.
    func plan(in session: Session) throws -> (plan: CascadePlan, members: Members) {
        let pinned = try session.pin()
        let (request, layout, people) = try asked(session)
        let plan = try pointing(at: statement.span) {
            try CascadePlan(
                request, layout: layout, people: people, value: AverageOrder(pinned.context)?.ofCustomer,
                engine: pinned.engine, progress: session.hooks.progress)
        }
        return (plan, people.members)
    }

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let (plan, members) = try plan(in: session)
        if members.count == 0 { throw Diagnostic.nobodyToSendTo(statement, audience) }
        session.lastPlan = plan.id
        var answer = PlanView(plan).answer("send")
        if !session.workspace.isReadOnly { try session.workspace.keep(plan, for: members) }
        answer.warnings = warnings + answer.warnings + (try unreadPhones(plan, session)) + pinned.engine.faultWarnings()
        return answer
    }

    /// What would make phones of invalid addresses, where that is a country.
    private func unreadPhones(_ plan: CascadePlan, _ session: Session) throws -> [String] {
        let isInvalid = zip(plan.channels, plan.rows).contains { channel, row in
            ChannelDefaults(channel: channel.name).addressForm == .phone
                && row.closed.contains { $0.reason == .invalidAddress }
        }
        return isInvalid ? [try PhoneCountryNote(session).note].compactMap(\.self) : []
    }

    /// The audience's answers, and the request with what the data adds to it.
    func asked(_ session: Session) throws -> (CascadeRequest, PatternLayout, CascadeAudience) {
        let pinned = try session.pin()
        let questions = try session.questions(
            request.channels, campaign: request.campaign, options: request.options, complete: content.complete,
            in: pinned.context)
        let people = try CascadeAudience(
            audience.condition, questions: questions,
            holdout: Holdout(campaign: request.campaign, share: request.options.holdout), engine: pinned.engine,
            content: content, progress: session.hooks.progress)
        var request = request
        if request.hasOrderRates, request.options.value == nil {
            request.averageOrder = try AverageOrder(pinned.context)?.of(audience.condition, pinned.engine)
        }
        if request.hasOrderRates, request.options.baseline == nil,
            let ledger = Send.ledger(pinned)
        {
            request.learnedBaseline = try ledger.baseline(
                campaign: request.campaign, wait: request.options.wait, pinned.engine)
        }
        return (request, questions.layout, people)
    }

    func explain(in session: Session) throws -> Answer {
        let subject = BoundSubject(audience)
        return try session.explanation(of: statement, subject: subject, plan: .count(subject.population))
    }
}

extension CascadeOptions {
    /// From the clauses of `send`.
    init(_ statement: Statement) throws {
        self.init()
        if let event = statement.word("until").flatMap(CampaignEvent.init) { until = event }
        if case .duration(.duration(let length, _), _)? = statement["wait"] { wait = CampaignDuration(length) }
        if case .duration(.duration(let length, _), _)? = statement["again"] { againAfter = CampaignDuration(length) }
        if let share = statement.number("holdout") { holdout = try share.share(of: "holdout") }
        if let limit = statement.number("budget") {
            budget = Budget(
                try limit.money(of: "budget"), basis: statement.has("expected") ? .expected : .ceiling,
                isStrict: statement.has("strict"))
        }
        if let given = statement.number("offer") {
            offer = given.isPercent ? .share(try given.share(of: "offer")) : .amount(try given.money())
        }
        value = try statement.number("value")?.money(of: "value")
        margin = try statement.number("margin")?.share(of: "margin")
        baseline = try statement.number("baseline")?.share(of: "baseline")
    }
}

extension CampaignDuration {
    init(_ duration: Duration) {
        let unit: Unit =
            switch duration.unit {
            case .second: .second
            case .minute: .minute
            case .hour: .hour
            case .day: .day
            case .week: .week
            case .month: .month
            case .quarter: .quarter
            case .year: .year
            }
        self.init(duration.count, unit)
    }
}
