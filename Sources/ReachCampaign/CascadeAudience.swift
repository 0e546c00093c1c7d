import ReachColumns
import ReachEngine
import ReachPlan

/// An audience's answers to the questions of a cascade, held out and contacted customers apart: what a plan is built from.
package struct CascadeAudience: Sendable {
    package let patterns: OpenPatterns
    /// Of the rows that belong, that are held out and that answer yes, so that two audiences of equal counts are told apart; the same
    /// for any size of chunks.
    package let membersHash: UInt64
    package let size: Int

    /// Asks the engine, chunk by chunk. `holdout` nil or of 0 % holds nobody out.
    ///
    /// - Throws: what the engine throws; interruption among it.
    package init(_ audience: Condition, questions: CascadeQuestions, holdout: Holdout?, engine: Engine) throws {
        let members = try engine.members(of: audience)
        let answers = try questions.conditions.map { try engine.members(of: $0) }
        var contacted = PatternCounter(questionCount: answers.count)
        var heldOut = PatternCounter(questionCount: answers.count)
        var hashes = [RowHash](repeating: RowHash(), count: answers.count + 2)
        for (chunk, rows) in members.chunks.enumerated() {
            let answers = answers.map { $0.chunks[chunk] }
            let out = try (holdout?.draw(from: rows, chunk: chunk, of: engine.source)) ?? Bitmap(count: rows.count)
            heldOut.add(out, answers: answers)
            contacted.add(Self.subtracting(out, from: rows), answers: answers)
            for (index, bitmap) in ([rows, out] + answers).enumerated() { hashes[index].append(bitmap, where: rows) }
        }
        var hash = StableHash()
        for rows in hashes { hash.combine(rows.value) }
        patterns = OpenPatterns(counts: contacted.counts, heldOut: heldOut.counts)
        membersHash = hash.value
        size = members.count
    }

    private static func subtracting(_ some: Bitmap, from all: Bitmap) -> Bitmap {
        Bitmap(count: all.count, words: zip(all.words, some.words).map { $0 & ~$1 })
    }

    /// Where the audience is one customer: their answers, and whether they are held out.
    package var single: (pattern: UInt64, isHeldOut: Bool)? {
        guard size == 1 else { return nil }
        if let pattern = patterns.counts.keys.first { return (pattern, false) }
        return patterns.heldOut.keys.first.map { ($0, true) }
    }
}

/// A hash of a set of rows that does not depend on how they are cut into chunks: their bits are joined to words again.
private struct RowHash {
    private var hash = StableHash()
    private var pending: UInt64 = 0
    private var pendingCount = 0

    mutating func append(_ bitmap: Bitmap, where rows: Bitmap) {
        for (index, word) in bitmap.words.enumerated() {
            let bits = word & rows.words[index]
            let count = min(64, bitmap.count - index * 64)
            pending |= bits << UInt64(pendingCount)
            if pendingCount + count >= 64 {
                hash.combine(pending)
                let taken = 64 - pendingCount
                pending = taken < 64 ? bits >> UInt64(taken) : 0
                pendingCount += count - 64
            } else {
                pendingCount += count
            }
        }
    }

    var value: UInt64 {
        var hash = hash
        hash.combine(pending)
        return hash.value
    }
}

extension Holdout {
    /// Those of a chunk's customers who are held out. Customers without a key column go by their number, counted from 1.
    func draw(from rows: Bitmap, chunk: Int, of source: any ColumnSource) throws -> Bitmap {
        var out = Bitmap(count: rows.count)
        if holdsNobody { return out }
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
