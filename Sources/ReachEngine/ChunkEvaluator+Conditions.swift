import ReachColumns
import ReachDiagnostics
import ReachKernels
import ReachPlan

extension ChunkEvaluator {
    /// The rows of the scope for which the condition holds.
    func mask(_ condition: Condition, _ scope: Scope) throws -> Mask {
        let count = scope.rowCount
        if count == 0 { return Mask(.none, count: 0) }
        switch condition {
        case .not(let inner):
            var mask = try mask(inner, scope)
            mask.negate()
            return mask
        case .any(let parts): return try disjunction(parts, scope)
        case .isMissing(let scalar): return try missing(scalar, scope)
        case .isMember(let name): return try ofCustomers(scope) { try membership(name) }
        case .sequence(let sequence): return try ofCustomers(scope) { try sequences(sequence) }
        case .resumed(let table, let gap, let filter):
            return try ofCustomers(scope) { try resumptions(table: table, gap: gap, filter: filter) }
        case .always, .all, .comparison, .isIn, .match, .isTrue:
            var held = Mask(.every, count: count)
            try narrow(&held, to: condition, scope)
            return held
        }
    }

    /// Keeps the rows of `held`, some of the scope's, for which the condition holds.
    func narrow(_ held: inout Mask, to condition: Condition, _ scope: Scope) throws {
        if held.isNone { return }
        switch condition {
        case .always(let holds): if !holds { held.rows = .none }
        case .all(let parts): try narrow(&held, toAll: parts, scope)
        case .not(let inner): held.narrow(toRowsOutside: try mask(inner, scope))
        case .comparison(let comparison, let left, let right) where condition.valueTest == nil:
            held.narrow(to: try compare(comparison, left, right, scope))
        case .comparison, .isIn, .match, .isTrue:
            guard let (scalar, test) = condition.valueTest else { preconditionFailure("these test a value") }
            try narrow(&held, scalar, passing: test, scope)
        case .any, .isMissing, .isMember, .sequence, .resumed: held.narrow(to: try mask(condition, scope))
        }
    }

    /// One condition after the other, until nobody is left.
    private func narrow(_ held: inout Mask, toAll parts: [Condition], _ scope: Scope) throws {
        let steps: [Conjunction.Step]
        if scope.table == 0, held.isEvery, held.faults == nil, let (mask, rest) = try scanned(parts) {
            held = mask
            if held.isNone { return }
            steps = rest
        } else {
            steps = conjunction(parts).steps
        }
        for step in steps {
            switch step {
            case .range(let column, let type, let range):
                try narrow(&held, .column(column, type), passing: .lanes(range), scope)
            case .nobody: held.rows = .none
            case .condition(let condition): try narrow(&held, to: condition, scope)
            }
            if held.isNone { return }
        }
    }

    /// Keeps the rows for which a condition holds that has a name, a segment's: its members in this chunk may be known.
    func narrow(_ held: inout Mask, toNamed condition: Condition, _ scope: Scope) throws {
        guard scope.table == 0, let key = engine.segmentKey(condition) else {
            return try narrow(&held, to: condition, scope)
        }
        if let members = engine.segments.members(key, chunk: chunk) {
            return held.narrow(to: Mask(members))
        }
        // The whole chunk, not only the rows held: the next question may ask of others.
        let members = try mask(condition, scope)
        engine.segments.keep(members.bitmap, for: key, chunk: chunk, of: engine.source.customerChunkCount)
        held.narrow(to: members)
    }

    /// Conditions that speak of a customer, asked of whatever the scope's rows are.
    private func ofCustomers(_ scope: Scope, _ mask: () throws -> Mask) throws -> Mask {
        let people = try mask()
        if scope.table == 0 { return people }
        var rows = spread(people, over: scope)
        rows.faults = people.faults.map { take($0, at: owners(scope)) }
        return rows
    }

    private func disjunction(_ parts: [Condition], _ scope: Scope) throws -> Mask {
        var held = Mask(.none, count: scope.rowCount)
        for part in parts {
            held.widen(by: try mask(part, scope))
            if held.isEvery { break }
        }
        return held
    }

    private func missing(_ scalar: Scalar, _ scope: Scope) throws -> Mask {
        if case .column(let column, _) = scalar, try !isReference(column, scope) {
            let chunk = try self.chunk(column, scope)
            if case .allMissing = chunk.payload { return Mask(.every, count: scope.rowCount) }
            guard let bits = chunk.missing else { return Mask(.none, count: scope.rowCount) }
            return Mask(bits)
        }
        if case .call(.address, let arguments, _) = scalar, let mask = try noAddresses(arguments[0], scope) {
            return mask
        }
        let vector = try vector(scalar, scope)
        guard let missing = vector.missing else { return Mask(.none, count: scope.rowCount, faults: vector.faults) }
        return Mask(bytes: missing, faults: vector.faults)
    }

    /// The rows whose text is no e-mail address: most are plainly one, which takes no normal form to tell. Nil where texts are words of a
    /// dictionary, each of which is asked about once anyway.
    private func noAddresses(_ text: Scalar, _ scope: Scope) throws -> Mask? {
        let vector = try vector(text, scope)
        guard vector.text.codes == nil else { return nil }
        var missing = markPlainAddresses(vector.text.offsets, vector.text.bytes)
        invert(&missing)
        let doubtful = selectedRows(missing)
        let (_, others) = TextFunction.address.apply(vector.text.taking(doubtful))
        for (place, row) in doubtful.enumerated() where others?[place] != 1 { missing[Int(row)] = 0 }
        if let gaps = vector.missing { unite(&missing, with: gaps) }
        return Mask(bytes: missing, faults: vector.faults)
    }

    private func membership(_ name: String) throws -> Mask {
        guard let members = engine.frozen(name) else { throw Diagnostic.unknownFrozenSegment(name) }
        return Mask(members.bitmap(chunk: chunk, count: engine.source.rows(inChunk: chunk)))
    }

    private func compare(_ comparison: Comparison, _ left: Scalar, _ right: Scalar, _ scope: Scope) throws -> Mask {
        let lefts = try vector(left, scope)
        let rights = try vector(right, scope)
        var mask = Mask(bytes: rows(lefts, comparison, rights), faults: united(lefts.faults, rights.faults))
        mask.remove(lefts.missing)
        mask.remove(rights.missing)
        return mask
    }

    /// A mask of the rows for which the comparison holds; what is missing is the caller's matter.
    func rows(_ left: Vector, _ comparison: Comparison, _ right: Vector) -> [UInt8] {
        switch (left.storage, right.storage) {
        case (.lanes(let lefts), .lanes(let rights)):
            switch comparison {
            case .equal: markEqual(lefts, rights)
            case .less: markLess(lefts, rights)
            case .lessOrEqual: markLessOrEqual(lefts, rights)
            case .greater: markLess(rights, lefts)
            case .greaterOrEqual: markLessOrEqual(rights, lefts)
            }
        case (.floats(let lefts), .floats(let rights)):
            switch comparison {
            case .equal: markEqual(lefts, rights)
            case .less: markLess(lefts, rights)
            case .lessOrEqual: markLessOrEqual(lefts, rights)
            case .greater: markLess(rights, lefts)
            case .greaterOrEqual: markLessOrEqual(rights, lefts)
            }
        case (.text(let lefts), .text(let rights)):
            (0..<lefts.count).map { comparison.holds(order: lefts.compare($0, with: rights, $0)) ? 1 : 0 }
        default: preconditionFailure("both sides of a comparison have one type")
        }
    }
}

extension Comparison {
    /// The same question with the sides swapped.
    var mirrored: Comparison {
        switch self {
        case .equal: .equal
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }

    /// Whether it holds of sides that compare as `order` says: negative, 0 or positive.
    func holds(order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}
