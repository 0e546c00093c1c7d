import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan

/// An audience's answers to the questions of a cascade, held out and contacted customers apart: what a plan is built from.
package struct CascadeAudience: Sendable {
    package let patterns: OpenPatterns
    /// Of the rows that belong, that are held out and that answer yes, so that two audiences of equal counts are told apart; the same
    /// for any size of chunks.
    package let membersHash: UInt64
    package let size: Int
    package let answers: Answers
    /// By chunk; nil where nobody is.
    package let heldOut: [Bitmap]?
    /// Held-out ones among them.
    package let members: Members
    /// What they get and where they read it; empty where nothing depends on it.
    package var findings = ContentFindings()
    /// Nil where nothing depends on what messages say.
    let contentPass: ContentPass?

    /// Asks the engine, chunk by chunk. `holdout` nil or of 0 % holds nobody out. `content` is looked at customer by customer.
    ///
    /// - Throws: what the engine throws; interruption among it.
    package init(
        _ audience: Condition, questions: CascadeQuestions, holdout: Holdout?, engine: Engine,
        content: CampaignContent? = nil, progress: any ProgressReporter = SilentProgress()
    ) throws {
        let members = try engine.members(of: audience)
        let answers = try engine.answers(of: members, to: questions.conditions)
        var heldOut: [Bitmap]?
        if let holdout, !holdout.holdsNobody {
            heldOut = try engine.drawn(holdout.lot, from: members)
        }
        let counts = try engine.counts(answers, marked: heldOut)
        var patterns = OpenPatterns(counts: counts.unmarked, heldOut: counts.marked)
        contentPass = content.flatMap { content in
            content.isEmpty ? nil : ContentPass(content, layout: questions.layout, engine: engine)
        }
        if let contentPass {
            findings = try contentPass.findings(answers, heldOut: heldOut, progress: progress)
            patterns.kinds = findings.kinds
        }
        self.patterns = patterns
        self.members = members
        membersHash = try engine.hash(answers, marked: heldOut)
        size = members.count
        self.answers = answers
        self.heldOut = heldOut
    }

    /// Where the audience is one customer: their answers, and whether they are held out.
    package var single: (pattern: UInt64, isHeldOut: Bool)? {
        guard size == 1 else { return nil }
        if let pattern = patterns.counts.keys.first { return (pattern, false) }
        return patterns.heldOut.keys.first.map { ($0, true) }
    }
}
