import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `report CAMPAIGN`, `report experiment COLUMN control "VALUE" measure …`: what a campaign or another treatment did.
package enum Report: StatementDefinition {
    package static let syntax = StatementSyntax(
        "report", summary: "what a campaign did, or whether the arms of an experiment differ",
        form: .choice([
            .sequence([
                .keyword("experiment"), .slot("arm", .expression),
                .clauses([
                    .clause("control", "control", .value),
                    .sequence([.keyword("measure"), .expressions("measure")]),
                    .by,
                    .sequence([
                        .keyword("planned"),
                        .bracketed("planned", of: .sequence([.slot("arm", .value), .slot("share", .number)])),
                    ]),
                    .slot("audience", .ofAudience),
                ]),
            ]),
            .sequence([.slot("campaign", .newName), .clauses([.clause("within", "within", .duration)])]),
        ]))
    package static let details = [
        """
        `report experiment` takes everybody with a value of COLUMN as assigned to that arm, whatever became of them, and compares each arm \
        with the control. A measure that is yes/no, or 0 and 1, is a rate: pooled z and unpooled interval where each arm has 10 events and \
        10 non-events, else Fisher's exact p and Newcombe's interval. Any other number is a mean over all customers of the arm, missing ones \
        as 0: Welch's t where each arm has 50 customers with a figure other than 0, else a seeded bootstrap, whose p is \
        never under what the most lopsided dealing of so few customers has. Where all figures of each arm are the same, nothing is tested.
        """,
        """
        Intervals are at 95 %. Where several arms, measures or subgroups are looked at, verdicts go by Holm's corrected p. `cannot tell` says \
        which effects are ruled out. The smallest effect is what this sample would have found in 8 of 10 such experiments at α 5 %.
        """,
        """
        The sizes of the arms are held against equal shares, or those of `planned ("A" 90%, "B" 10%)`: p under .001 is an alarm.
        """,
        """
        `report CAMPAIGN` tells from the ledger `sends` what became of the messages and what the customers written to ordered within D \
        (default 30d) of their first message. Rates are of the messages of which it is known. Who was held out is compared where the ledger has them.
        """,
    ]
    package static let examples = [
        Example("report experiment email_consent control false measure orders > 5", "a yes/no column as arms"),
        Example("report reactivation within 14d", "a campaign"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        if let campaign = statement.name("campaign") { return try CampaignReport(statement, campaign, session) }
        return try ExperimentReport(statement, session)
    }
}
