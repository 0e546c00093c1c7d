import ReachColumns
import ReachDiagnostics
import ReachKernels
import ReachPlan

extension ChunkEvaluator {
    /// Keeps the rows of `held` whose value of `scalar` is known and passes the test: straight on the encoding where the scalar is a
    /// column.
    func narrow(_ held: inout Mask, _ scalar: Scalar, passing test: ValueTest, _ scope: Scope) throws {
        switch scalar {
        case .column(let column, _):
            guard try !isReference(column, scope) else { break }
            return try narrow(&held, column: column, passing: test, scope)
        case .condition(let condition):
            guard case .lanes(1...1) = test else { break }
            return try narrow(&held, toNamed: condition, scope)
        case .aggregate(let aggregate):
            guard scope.table == 0, case .lanes(let range) = test else { break }
            if try narrow(&held, aggregate, in: range) { return }
        default: break
        }
        let vector = try vector(scalar, scope)
        var passing = Mask(.every, count: scope.rowCount, faults: vector.faults)
        try narrow(&passing, vector, passing: test)
        passing.remove(vector.missing)
        held.narrow(to: passing)
    }

    private func narrow(_ held: inout Mask, column: Int, passing test: ValueTest, _ scope: Scope) throws {
        if case .lanes(let range) = test, let answer = try summary(column, scope).answer(range) {
            if !answer { held.rows = .none }
            return
        }
        let chunk = try self.chunk(column, scope)
        if let planes = chunk.planes, try narrow(&held, planes, column, passing: test, scope) {
            return held.removeMissing(of: chunk)
        }
        if let ended = chunk.ended, case .text(let predicate) = test, predicate.narrow(&held, ended, engine.texts) {
            return held.removeMissing(of: chunk)
        }
        if case .allMissing = chunk.payload { return held.rows = .none }
        switch (test, chunk.payload) {
        case (.nothing, _): return held.rows = .none
        case (.lanes(let range), _): narrow(&held, chunk, in: range)
        case (.laneSet(let members), _): narrow(&held, chunk, among: members)
        case (.text(let predicate), .words8(let codes)):
            try engine.texts.test(predicate, dictionary(column, scope)).narrow(&held, codes)
        case (.text(let predicate), .words16(let codes)):
            try engine.texts.test(predicate, dictionary(column, scope)).narrow(&held, codes)
        case (.text(let predicate), .words32(let codes)):
            try engine.texts.test(predicate, dictionary(column, scope)).narrow(&held, codes)
        case (.text(let predicate), .plainText(let offsets, let bytes, let fingerprints)):
            predicate.narrow(&held, offsets: offsets, bytes: bytes, fingerprints: fingerprints)
        case (.floats(let range), .floats(let floats)):
            held.narrow { narrowRange(&$0, floats, from: range.lowerBound, through: range.upperBound) }
        case (.floatSet(let members), .floats(let floats)):
            if members.isEmpty { return held.rows = .none }
            held.narrow { narrowMembers(&$0, floats.map(floatKey), of: members) }
        default: preconditionFailure("a test is of its column's type")
        }
        held.removeMissing(of: chunk)
    }

    /// The same bit by bit; false where the test is no range of codes.
    private func narrow(
        _ held: inout Mask, _ planes: CodePlanes, _ column: Int, passing test: ValueTest, _ scope: Scope
    ) throws -> Bool {
        switch (test, planes.meaning) {
        case (.lanes(let range), .lanes(let base, let step)):
            narrow(&held, planes.bits, base, step, in: range)
            return true
        case (.text(let predicate), .words):
            return try engine.texts.test(predicate, dictionary(column, scope)).narrow(&held, planes.bits)
        default: return false
        }
    }

    private func narrow(
        _ held: inout Mask, _ bits: BitPlanes, _ base: Int64, _ step: Int64, in range: ClosedRange<Int64>
    ) {
        guard let (low, high) = codeRange(range, base, step, last: UInt32.max) else { return held.rows = .none }
        held.narrowBits { narrowRange(&$0, bits, from: low, through: high) }
    }

    /// Keeps the rows whose lane lies in the range; what is missing is the caller's matter.
    func narrow(_ held: inout Mask, _ chunk: Chunk, in range: ClosedRange<Int64>) {
        if let known = chunk.range {
            if !known.overlaps(range) { return held.rows = .none }
            if range.contains(known.lowerBound), range.contains(known.upperBound) { return }
        }
        if let planes = chunk.planes, case .lanes(let base, let step) = planes.meaning {
            return narrow(&held, planes.bits, base, step, in: range)
        }
        switch chunk.payload {
        case .constant(let lane): if !range.contains(lane) { held.rows = .none }
        case .codes8(let base, let step, let codes):
            guard let (low, high) = codeRange(range, base, step, last: UInt8.max) else { return held.rows = .none }
            held.narrowBits { narrowRange(&$0, codes, from: low, through: high) }
        case .codes16(let base, let step, let codes):
            guard let (low, high) = codeRange(range, base, step, last: UInt16.max) else { return held.rows = .none }
            held.narrowBits { narrowRange(&$0, codes, from: low, through: high) }
        case .codes32(let base, let step, let codes):
            guard let (low, high) = codeRange(range, base, step, last: UInt32.max) else { return held.rows = .none }
            held.narrowBits { held in
                guard let leads = chunk.leads else { return narrowRange(&held, codes, from: low, through: high) }
                return narrowRange(&held, codes, leads, from: low, through: high)
            }
        case .lanes(let lanes):
            held.narrow { narrowRange(&$0, lanes, from: range.lowerBound, through: range.upperBound) }
        default: preconditionFailure("a fixed-point column holds lanes")
        }
    }

    private func narrow(_ held: inout Mask, _ chunk: Chunk, among members: [Int64]) {
        guard let first = members.first, let last = members.last else { return held.rows = .none }
        if let known = chunk.range, !known.overlaps(first...last) { return held.rows = .none }
        switch chunk.payload {
        case .constant(let lane): if !members.contains(lane) { held.rows = .none }
        case .codes8(let base, let step, let codes):
            var table = [UInt8](repeating: 0, count: 256)
            for member in members {
                if let (code, _) = codeRange(member...member, base, step, last: UInt8.max) { table[Int(code)] = 1 }
            }
            held.narrowBits { narrowLookup(&$0, codes, in: table) }
        default: held.narrow { narrowMembers(&$0, decodedLanes(chunk), of: members) }
        }
    }

    private func narrow(_ held: inout Mask, _ vector: Vector, passing test: ValueTest) throws {
        switch (vector.storage, test) {
        case (_, .nothing): held.rows = .none
        case (.lanes(let lanes), .lanes(let range)):
            held.narrow { narrowRange(&$0, lanes, from: range.lowerBound, through: range.upperBound) }
        case (.floats(let floats), .floats(let range)):
            held.narrow { narrowRange(&$0, floats, from: range.lowerBound, through: range.upperBound) }
        case (.lanes, .laneSet(let members)) where members.isEmpty,
            (.floats, .floatSet(let members)) where members.isEmpty:
            held.rows = .none
        case (.lanes(let lanes), .laneSet(let members)): held.narrow { narrowMembers(&$0, lanes, of: members) }
        case (.floats(let floats), .floatSet(let members)):
            held.narrow { narrowMembers(&$0, floats.map(floatKey), of: members) }
        case (.text(let text), .text(let predicate)):
            if let codes = text.codes, let dictionary = text.dictionary {
                engine.texts.test(predicate, dictionary).narrow(&held, codes)
            } else {
                predicate.narrow(&held, offsets: text.offsets, bytes: text.bytes, fingerprints: [])
            }
        default: preconditionFailure("a test is of its operand's type")
        }
    }
}

/// The codes whose lane `base + step × code` lies in the range; nil where none up to `last` does.
func codeRange<Code: FixedWidthInteger & UnsignedInteger>(
    _ range: ClosedRange<Int64>, _ base: Int64, _ step: Int64, last: Code
) -> (low: Code, high: Code)? {
    let below = Int128(range.lowerBound) - Int128(base)
    let above = Int128(range.upperBound) - Int128(base)
    if above < 0 { return nil }
    let low = below <= 0 ? 0 : (below + Int128(step) - 1) / Int128(step)
    let high = min(above / Int128(step), Int128(last))
    return low <= high ? (Code(low), Code(high)) : nil
}
