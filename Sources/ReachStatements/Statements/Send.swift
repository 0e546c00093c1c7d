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
    ]
    package static let examples = [
        Example("send reactivation via email,push,sms", "the current segment, three channels"),
        Example("send winter to lapsed via push,sms until delivered holdout 10%", "with a control group"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
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
        let channels = try names.map { name -> PlannedChannel in
            guard let channel = known.first(where: { Name.same($0.name, name.text) }) else {
                throw Diagnostic.unknownChannel(name, known: known.map(\.name))
            }
            return try pointing(at: name.span) {
                try PlannedChannel(resolving: channel, in: pinned.snapshot.schema.customers)
            }
        }
        for (index, name) in names.enumerated()
        where names[..<index].contains(where: { Name.same($0.text, name.text) }) {
            throw Diagnostic.channelNamedTwice(name)
        }
        let currency = try session.workspace.setting(.currency)
        let request = CascadeRequest(
            campaign: campaign.text, audienceText: audience.description, channels: channels,
            options: try CascadeOptions(statement), today: binder.context.moment.today,
            currency: currency.isEmpty ? nil : currency)
        try pointing(at: statement.span) { try request.validate() }
        return BoundSend(statement: statement, audience: audience, request: request, warnings: binder.warnings)
    }

    /// A diagnostic without a place gets this one.
    private static func pointing<Result>(at span: SourceSpan, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch var diagnostic as Diagnostic {
            diagnostic.span = diagnostic.span ?? span
            throw diagnostic
        }
    }
}

struct BoundSend: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let request: CascadeRequest
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let questions = try CascadeQuestions(
            channels: request.channels, campaign: request.campaign, againAfter: request.options.againAfter,
            schema: pinned.context.schema, moment: pinned.context.moment)
        let people = try CascadeAudience(
            audience.condition, questions: questions,
            holdout: Holdout(campaign: request.campaign, share: request.options.holdout), engine: pinned.engine)
        let plan = try CascadePlan(
            request, layout: questions.layout, patterns: people.patterns, membersHash: people.membersHash)
        session.lastPlan = plan.id
        var answer = PlanView(plan).answer("send")
        if !session.workspace.isReadOnly { try session.workspace.keep(plan) }
        answer.warnings = warnings + answer.warnings + pinned.engine.faultWarnings()
        return answer
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
