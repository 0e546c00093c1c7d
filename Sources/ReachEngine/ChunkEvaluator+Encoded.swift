import ReachColumns
import ReachDiagnostics
import ReachKernels
import ReachPlan

extension ChunkEvaluator {
    /// The rows whose value of `scalar` is known and passes the test: straight on the encoding where the scalar is a column.
    func mask(_ scalar: Scalar, passing test: ValueTest, _ scope: Scope) throws -> Mask {
        switch scalar {
        case .column(let column, _):
            guard try !isReference(column, scope) else { break }
            let chunk = try self.chunk(column, scope)
            var mask = Mask(try rows(of: chunk, passing: test, column, scope), count: scope.rowCount)
            if let missing = chunk.missing, case .some(var bytes) = mask.rows {
                mask.rows = .none
                clear(&bytes, where: missing.words)
                mask = Mask(bytes: bytes)
            } else if let missing = chunk.missing, mask.isEvery {
                mask.remove(unpackBits(missing.words, count: scope.rowCount))
            }
            return mask
        case .aggregate(let aggregate):
            guard aggregate.function == .count, aggregate.value == nil, aggregate.filter == nil, scope.table == 0,
                case .lanes(let range) = test
            else { break }
            let limits = range.clamped(to: 0...Int64(UInt32.max))
            guard range.overlaps(limits) else { return Mask(.none, count: scope.rowCount) }
            let offsets = try activity(aggregate.table).offsets
            return Mask(
                bytes: markRunLengths(offsets, from: UInt32(limits.lowerBound), through: UInt32(limits.upperBound)))
        default: break
        }
        let vector = try vector(scalar, scope)
        var mask = Mask(try rows(of: vector, passing: test), count: scope.rowCount, faults: vector.faults)
        mask.remove(vector.missing)
        return mask
    }

    /// The rows that pass; missing rows may pass too, the caller takes them out.
    private func rows(
        of chunk: Chunk, passing test: ValueTest, _ column: Int, _ scope: Scope
    ) throws -> Mask.Rows {
        if case .allMissing = chunk.payload { return .none }
        switch test {
        case .nothing: return .none
        case .lanes(let range): return laneRows(of: chunk, in: range)
        case .laneSet(let members): return laneRows(of: chunk, among: members)
        case .text(let predicate):
            switch chunk.payload {
            case .words8(let codes):
                let table = try engine.texts.table(predicate, dictionary(column, scope))
                return Mask(bytes: lookUp(codes, in: table)).rows
            case .words16(let codes):
                let table = try engine.texts.table(predicate, dictionary(column, scope))
                return Mask(bytes: lookUp(codes, in: table)).rows
            case .words32(let codes):
                let table = try engine.texts.table(predicate, dictionary(column, scope))
                return Mask(bytes: lookUp(codes, in: table)).rows
            case .plainText(let offsets, let bytes, let fingerprints):
                guard case .comparison(.equal, let needle) = predicate else { break }
                return Mask(
                    bytes: markEqualTexts(offsets: offsets, bytes: bytes, fingerprints: fingerprints, to: needle)
                ).rows
            default: break
            }
        case .floats, .floatSet: break
        }
        return try rows(of: try decode(chunk, column, scope), passing: test)
    }

    private func laneRows(of chunk: Chunk, in range: ClosedRange<Int64>) -> Mask.Rows {
        if let known = chunk.range {
            if !known.overlaps(range) { return .none }
            if range.contains(known.lowerBound), range.contains(known.upperBound) { return .every }
        }
        switch chunk.payload {
        case .constant(let lane): return range.contains(lane) ? .every : .none
        case .codes8(let base, let step, let codes):
            guard let (low, high) = codeRange(range, base, step, last: UInt8.max) else { return .none }
            return Mask(bytes: markRange(codes, from: low, through: high)).rows
        case .codes16(let base, let step, let codes):
            guard let (low, high) = codeRange(range, base, step, last: UInt16.max) else { return .none }
            return Mask(bytes: markRange(codes, from: low, through: high)).rows
        case .codes32(let base, let step, let codes):
            guard let (low, high) = codeRange(range, base, step, last: UInt32.max) else { return .none }
            return Mask(bytes: markRange(codes, from: low, through: high)).rows
        case .lanes(let lanes):
            return Mask(bytes: markRange(lanes, from: range.lowerBound, through: range.upperBound)).rows
        default: preconditionFailure("a fixed-point column holds lanes")
        }
    }

    private func laneRows(of chunk: Chunk, among members: [Int64]) -> Mask.Rows {
        guard let first = members.first, let last = members.last else { return .none }
        if let known = chunk.range, !known.overlaps(first...last) { return .none }
        switch chunk.payload {
        case .constant(let lane): return members.contains(lane) ? .every : .none
        case .codes8(let base, let step, let codes):
            var table = [UInt8](repeating: 0, count: 256)
            for member in members {
                if let (code, _) = codeRange(member...member, base, step, last: UInt8.max) { table[Int(code)] = 1 }
            }
            return Mask(bytes: lookUp(codes, in: table)).rows
        default:
            return Mask(bytes: markMembers(decodedLanes(chunk), of: members)).rows
        }
    }

    private func rows(of vector: Vector, passing test: ValueTest) throws -> Mask.Rows {
        switch (vector.storage, test) {
        case (_, .nothing): return .none
        case (.lanes(let lanes), .lanes(let range)):
            return Mask(bytes: markRange(lanes, from: range.lowerBound, through: range.upperBound)).rows
        case (.lanes(let lanes), .laneSet(let members)): return Mask(bytes: markMembers(lanes, of: members)).rows
        case (.floats(let floats), .floats(let range)):
            return Mask(bytes: markRange(floats, from: range.lowerBound, through: range.upperBound)).rows
        case (.floats(let floats), .floatSet(let members)):
            return Mask(bytes: markMembers(floats.map(floatKey), of: members)).rows
        case (.text(let text), .text(let predicate)):
            if let codes = text.codes, let dictionary = text.dictionary {
                return Mask(bytes: lookUp(codes, in: engine.texts.table(predicate, dictionary))).rows
            }
            return Mask(bytes: predicate.rows(offsets: text.offsets, bytes: text.bytes)).rows
        default: preconditionFailure("a test is of its operand's type")
        }
    }
}

/// The codes whose lane `base + step × code` lies in the range; nil where none up to `last` does.
private func codeRange<Code: FixedWidthInteger & UnsignedInteger>(
    _ range: ClosedRange<Int64>, _ base: Int64, _ step: Int64, last: Code
) -> (low: Code, high: Code)? {
    let below = Int128(range.lowerBound) - Int128(base)
    let above = Int128(range.upperBound) - Int128(base)
    if above < 0 { return nil }
    let low = below <= 0 ? 0 : (below + Int128(step) - 1) / Int128(step)
    let high = min(above / Int128(step), Int128(last))
    return low <= high ? (Code(low), Code(high)) : nil
}
