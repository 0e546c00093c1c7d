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
        `budget` keeps the ceiling (`expected`: the expected cost) below a limit: who brings most for the money keeps a channel first. \
        `strict` refuses instead, with exit code 4.
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
        let options = try CascadeOptions(statement)
        let learned = try LedgerHistory(pinned.context.schema)?.rates(wait: options.wait, pinned.engine)
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
            throw Diagnostic.channelNamedTwice(name)
        }
        let currency = try session.workspace.setting(.currency)
        let request = CascadeRequest(
            campaign: campaign.text, audienceText: audience.description, channels: channels,
            options: options, today: binder.context.moment.today,
            currency: currency.isEmpty ? nil : currency)
        try pointing(at: statement.span) { try request.validate() }
        return BoundSend(statement: statement, audience: audience, request: request, warnings: binder.warnings)
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
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let (request, layout, people) = try asked(pinned)
        let plan = try pointing(at: statement.span) {
            try CascadePlan(
                request, layout: layout, people: people, value: AverageOrder(pinned.context)?.ofCustomer,
                engine: pinned.engine)
        }
        session.lastPlan = plan.id
        var answer = PlanView(plan).answer("send")
        if !session.workspace.isReadOnly { try session.workspace.keep(plan) }
        answer.warnings = warnings + answer.warnings + pinned.engine.faultWarnings()
        return answer
    }

    /// The audience's answers, and the request with what the data adds to it.
    func asked(_ pinned: Session.Pinned) throws -> (CascadeRequest, PatternLayout, CascadeAudience) {
        let questions = try CascadeQuestions(
            channels: request.channels, campaign: request.campaign, againAfter: request.options.againAfter,
            schema: pinned.context.schema, moment: pinned.context.moment)
        let people = try CascadeAudience(
            audience.condition, questions: questions,
            holdout: Holdout(campaign: request.campaign, share: request.options.holdout), engine: pinned.engine)
        var request = request
        if request.hasOrderRates, request.options.value == nil {
            request.averageOrder = try AverageOrder(pinned.context)?.of(audience.condition, pinned.engine)
        }
        if request.hasOrderRates, request.options.baseline == nil, let ledger = LedgerHistory(pinned.context.schema) {
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
