import ReachColumns
import ReachKernels
import ReachPlan

extension ChunkEvaluator {
    /// The values of an expression for the rows of the scope.
    func vector(_ scalar: Scalar, _ scope: Scope) throws -> Vector {
        let count = scope.rowCount
        switch scalar {
        case .literal(let value, let type): return literal(value, type, count)
        case .column(let column, let type): return try vector(column: column, type: type, scope)
        case .customerColumn(let column, let type):
            return try ofCustomers(scope) { try vector(column: column, type: type, customers) }
        case .aggregate(let aggregate): return try ofCustomers(scope) { try self.aggregate(aggregate) }
        case .arithmetic(let operation, let left, let right, let type):
            return try arithmetic(operation, left, right, type, scope)
        case .negate(let operand): return negated(try vector(operand, scope))
        case .convert(let operand, let type):
            return converted(try vector(operand, scope), from: operand.type, to: type)
        case .call(let function, let arguments, let type): return try call(function, arguments, type, scope)
        case .conditional(let condition, let then, let otherwise):
            return try choice(condition, then, otherwise, scope)
        case .coalesce(let options): return try coalesced(options, scope)
        case .extreme(let options, let largest): return try extreme(options, largest: largest, scope)
        case .condition(let condition):
            let mask = try mask(condition, scope)
            return Vector(.lanes(widenToLanes(mask.bytes)), faults: mask.faults)
        }
    }

    /// Values of customers, for whatever the scope's rows are.
    private func ofCustomers(_ scope: Scope, _ vector: () throws -> Vector) throws -> Vector {
        if scope.table == 0 { return try vector() }
        if scope.rowCount == 0 { return try vector().taking([]) }
        return try vector().taking(owners(scope))
    }

    private func literal(_ value: Value, _ type: DataType, _ count: Int) -> Vector {
        switch value {
        case .missing: Vector(missing: type, count: count)
        case .float(let float): Vector(.floats([Double](repeating: float, count: count)))
        case .text(let text):
            Vector(.text(TextColumn(codes: [UInt32](repeating: 0, count: count), engine.texts.literal(text))))
        default: value.lane.map { Vector(lane: $0, count: count) } ?? Vector(missing: type, count: count)
        }
    }

    private func negated(_ operand: Vector) -> Vector {
        var result = operand
        switch operand.storage {
        case .lanes(let lanes):
            let negative = subtractLanes([Int64](repeating: 0, count: lanes.count), lanes)
            result.storage = .lanes(negative.lanes)
            if negative.hasOverflow { result.mark(negative.overflow, as: Fault.overflow) }
        case .floats(let floats):
            result.storage = .floats(subtractFloats([Double](repeating: 0, count: floats.count), floats))
        case .text: preconditionFailure("text has no sign")
        }
        return result
    }

    private func choice(
        _ condition: Condition, _ then: Scalar, _ otherwise: Scalar, _ scope: Scope
    ) throws -> Vector {
        let mask = try mask(condition, scope)
        var result: Vector
        switch mask.rows {
        case .every: result = try vector(then, scope)
        case .none: result = try vector(otherwise, scope)
        case .bytes, .bits: result = chosen(mask.bytes, try vector(then, scope), try vector(otherwise, scope))
        }
        result.faults = united(result.faults, mask.faults)
        return result
    }

    private func coalesced(_ options: [Scalar], _ scope: Scope) throws -> Vector {
        var result = try vector(options[0], scope)
        for option in options.dropFirst() {
            guard var missing = result.missing, hasAny(missing) else { break }
            let faults = result.faults
            let next = try vector(option, scope)
            let isMissing = missing
            invert(&missing)
            result = chosen(missing, result, next)
            // What made the first option missing was met on the way to the second.
            if var earlier = faults {
                keep(&earlier, where: isMissing)
                result.faults = united(result.faults, earlier)
            }
        }
        return result
    }

    private func extreme(_ options: [Scalar], largest: Bool, _ scope: Scope) throws -> Vector {
        var result = try vector(options[0], scope)
        for option in options.dropFirst() {
            let next = try vector(option, scope)
            let faults = united(result.faults, next.faults)
            var isBetter = rows(next, largest ? .greater : .less, result)
            if let missing = result.missing { unite(&isBetter, with: missing) }
            if let missing = next.missing { subtract(missing, from: &isBetter) }
            result = chosen(isBetter, next, result)
            result.faults = faults
        }
        return result
    }

    /// `then` where the mask holds, else `otherwise`.
    func chosen(_ mask: [UInt8], _ then: Vector, _ otherwise: Vector) -> Vector {
        let storage: Vector.Storage =
            switch (then.storage, otherwise.storage) {
            case (.lanes(let one), .lanes(let other)): .lanes(choose(mask, one, other))
            case (.floats(let one), .floats(let other)): .floats(choose(mask, one, other))
            case (.text(let one), .text(let other)): .text(chosen(mask, one, other))
            default: preconditionFailure("both branches have one type")
            }
        return Vector(
            storage, missing: chosenFlags(mask, then.missing, otherwise.missing),
            faults: chosenFlags(mask, then.faults, otherwise.faults))
    }

    private func chosenFlags(_ mask: [UInt8], _ then: [UInt8]?, _ otherwise: [UInt8]?) -> [UInt8]? {
        if then == nil, otherwise == nil { return nil }
        let none = [UInt8](repeating: 0, count: mask.count)
        return choose(mask, then ?? none, otherwise ?? none)
    }

    private func chosen(_ mask: [UInt8], _ then: TextColumn, _ otherwise: TextColumn) -> TextColumn {
        if let codes = then.codes, let dictionary = then.dictionary,
            let otherCodes = otherwise.codes, let otherDictionary = otherwise.dictionary
        {
            if dictionary === otherDictionary { return TextColumn(codes: choose(mask, codes, otherCodes), dictionary) }
            let union = engine.texts.union(dictionary, otherDictionary)
            return TextColumn(codes: choose(mask, codes, lookUp(otherCodes, in: union.codes)), union.dictionary)
        }
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(mask.count + 1)
        var bytes: [UInt8] = []
        for row in 0..<mask.count {
            let source = mask[row] != 0 ? then : otherwise
            let (from, to) = source.range(at: row)
            bytes.append(contentsOf: source.bytes[from..<to])
            offsets.append(UInt32(bytes.count))
        }
        return TextColumn(offsets: offsets, bytes: bytes)
    }
}
