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
            heldOut = try engine.inParallel(members.chunks.count) { chunk in
                try holdout.draw(from: members.chunks[chunk], chunk: chunk, of: engine.source)
            }
        }
        let counts = try engine.counts(answers, marked: heldOut)
        var patterns = OpenPatterns(counts: counts.unmarked, heldOut: counts.marked)
        if let content, !content.isEmpty {
            findings = try ContentPass(
                content, layout: questions.layout, holdout: holdout, engine: engine, progress: progress
            ).findings(members, answers: answers)
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

extension Holdout {
    /// Those of a chunk's customers who are held out. Customers without a key column go by their number, counted from 1.
    func draw(from rows: Bitmap, chunk: Int, of source: any ColumnSource) throws -> Bitmap {
        var out = Bitmap(count: rows.count)
        guard let column = source.schema.customers.index(of: ColumnSchema.Role.key) else {
            let first = Int64(chunk) * Int64(source.geometry.chunkRows) + 1
            for word in rows.words.indices {
                out.words[word] = bits(of: rows.words[word], where: { contains(key: first + Int64(word * 64 + $0)) })
            }
            return out
        }
        let keys = try source.customerChunk(column: column, chunk: chunk)
        if let lanes = keys.decodedLanes() {
            for word in rows.words.indices {
                out.words[word] = bits(of: rows.words[word], where: { contains(key: lanes[word * 64 + $0]) })
            }
        } else if let text = keys.decodedText(try source.dictionary(table: 0, column: column)) {
            for word in rows.words.indices {
                out.words[word] = bits(
                    of: rows.words[word],
                    where: { bit in
                        let row = word * 64 + bit
                        return contains(key: text.bytes[Int(text.offsets[row])..<Int(text.offsets[row + 1])])
                    })
            }
        }
        return out
    }

    /// Of the bits that are set, those for which `holds` does.
    @inline(__always)
    private func bits(of word: UInt64, where holds: (Int) -> Bool) -> UInt64 {
        var left = word
        var kept: UInt64 = 0
        while left != 0 {
            let bit = left.trailingZeroBitCount
            if holds(bit) { kept |= 1 << UInt64(bit) }
            left &= left - 1
        }
        return kept
    }
}

extension Bitmap {
    /// The rows that are set, ascending.
    var rows: [Int] {
        var rows: [Int] = []
        rows.reserveCapacity(setCount)
        forEachSet { rows.append($0) }
        return rows
    }

    /// Calls `body` with every row that is set, ascending.
    func forEachSet(_ body: (Int) -> Void) {
        for (index, word) in words.enumerated() {
            var left = word
            while left != 0 {
                body(index * 64 + left.trailingZeroBitCount)
                left &= left - 1
            }
        }
    }
}
