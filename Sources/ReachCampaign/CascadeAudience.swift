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
        let answers = try engine.patterns(audience: members, conditions: questions.conditions)
        let chunkRows = engine.source.geometry.chunkRows
        var contacted = answers.counts
        var heldOut: [UInt64: Int] = [:]
        var hash = StableHash()
        var heldOutHash = StableHash()
        for (chunk, rows) in members.chunks.enumerated() where rows.words.contains(where: { $0 != 0 }) {
            let patterns = answers.chunks[chunk]
            let first = chunk * chunkRows
            rows.forEachSet { row in
                hash.combine(UInt64(first + row))
                hash.combine(patterns[row])
            }
            guard let holdout, !holdout.holdsNobody else { continue }
            try holdout.draw(from: rows, chunk: chunk, of: engine.source).forEachSet { row in
                heldOut[patterns[row], default: 0] += 1
                heldOutHash.combine(UInt64(first + row))
            }
        }
        hash.combine(heldOutHash.value)
        for (pattern, count) in heldOut { contacted[pattern, default: 0] -= count }
        var patterns = OpenPatterns(counts: contacted.filter { $0.value > 0 }, heldOut: heldOut)
        if let content, !content.isEmpty {
            findings = try ContentPass(
                content, layout: questions.layout, holdout: holdout, engine: engine, progress: progress
            ).findings(members, answers: answers)
            patterns.kinds = findings.kinds
        }
        self.patterns = patterns
        self.members = members
        membersHash = hash.value
        size = members.count
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
            rows.forEachSet { row in out[row] = contains(key: first + Int64(row)) }
            return out
        }
        let keys = try source.customerChunk(column: column, chunk: chunk)
        if let lanes = keys.decodedLanes() {
            rows.forEachSet { row in out[row] = contains(key: lanes[row]) }
        } else if let text = keys.decodedText(try source.dictionary(table: 0, column: column)) {
            rows.forEachSet { row in
                out[row] = contains(key: text.bytes[Int(text.offsets[row])..<Int(text.offsets[row + 1])])
            }
        }
        return out
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
