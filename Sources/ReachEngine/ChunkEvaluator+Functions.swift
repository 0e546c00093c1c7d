import ReachColumns
import ReachKernels
import ReachPlan

extension ChunkEvaluator {
    func call(_ function: Function, _ arguments: [Scalar], _ type: DataType, _ scope: Scope) throws -> Vector {
        let argument = try vector(arguments[0], scope)
        let argumentType = arguments[0].type
        switch function {
        case .lower: return textual(.lower, argument)
        case .upper: return textual(.upper, argument)
        case .trim: return textual(.trim, argument)
        case .domain: return textual(.domain, argument)
        case .phone: return textual(.phone(engine.country), argument)
        case .address: return textual(.address, argument)
        case .length:
            var result = argument
            result.storage = .lanes(lengths(argument.text))
            return result
        case .round:
            let digits = arguments.count > 1 ? try vector(arguments[1], scope) : Vector(lane: 0, count: argument.count)
            return rounded(argument, argumentType, digits, type)
        case .abs: return absolute(argument)
        case .bucket:
            return bucketed(argument, Buckets(borders: arguments.dropFirst().compactMap(\.constant), of: argumentType))
        case .hour:
            let zone = engine.moment.zone
            var result = argument
            result.storage = .lanes(
                argumentType == .date
                    ? [Int64](repeating: 0, count: argument.count)
                    : argument.lanes.map { instant in
                        let wall = zone.wall(at: instant)
                        return (wall - floorDivide(wall, Zone.microsecondsPerDay) * Zone.microsecondsPerDay)
                            / 3_600_000_000
                    })
            return result
        case .daysSince, .yearsSince, .year, .quarter, .month, .day, .weekday, .yearly, .quarterly, .monthly, .weekly,
            .daily, .anniversary:
            var result = converted(argument, from: argumentType, to: .date)
            let part = DatePart(function, today: engine.moment.today)
            result.storage = .lanes(result.lanes.map { part.value(ofDay: $0) })
            return result
        }
    }

    private func textual(_ function: TextFunction, _ argument: Vector) -> Vector {
        var result = argument
        let text = argument.text
        if let codes = text.codes, let dictionary = text.dictionary {
            let mapped = engine.texts.mapped(function, dictionary)
            result.storage = .text(TextColumn(codes: lookUp(codes, in: mapped.codes), mapped.dictionary))
            result.missing = united(argument.missing, mapped.missing.map { lookUp(codes, in: $0) })
        } else {
            let (column, missing) = function.apply(text)
            result.storage = .text(column)
            result.missing = united(argument.missing, missing)
        }
        return result
    }

    private func lengths(_ text: TextColumn) -> [Int64] {
        if let codes = text.codes, let dictionary = text.dictionary {
            return lookUp(codes, in: engine.texts.lengths(dictionary))
        }
        return TextFunction.lengths(text)
    }

    private func absolute(_ argument: Vector) -> Vector {
        var result = argument
        switch argument.storage {
        case .lanes(let lanes):
            result.storage = .lanes(lanes.map { $0 == .min ? 0 : abs($0) })
            let overflow = markRange(lanes, from: .min, through: .min)
            if hasAny(overflow) { result.mark(overflow, as: Fault.overflow) }
        case .floats(let floats): result.storage = .floats(floats.map(abs))
        case .text: preconditionFailure("text has no sign")
        }
        return result
    }

    private func rounded(_ argument: Vector, _ type: DataType, _ digits: Vector, _ resultType: DataType) -> Vector {
        var result = argument
        result.missing = united(argument.missing, digits.missing)
        result.faults = united(argument.faults, digits.faults)
        let places = digits.lanes
        switch argument.storage {
        case .floats(let floats):
            result.set(floats: floats.indices.map { Rounding.round(floats[$0], places: places[$0]) })
        case .lanes(let lanes):
            var checked = CheckedLanes(count: lanes.count)
            for row in lanes.indices {
                let exact = Rounding.round(lanes[row], scale: type.scale, places: places[row], to: resultType.scale)
                checked.lanes[row] = exact ?? 0
                checked.overflow[row] = exact == nil ? 1 : 0
                checked.hasOverflow = checked.hasOverflow || exact == nil
            }
            result.set(checked)
        case .text: preconditionFailure("text is not rounded")
        }
        return result
    }

    private func bucketed(_ argument: Vector, _ buckets: Buckets) -> Vector {
        let dictionary = buckets.labels.dictionary(engine.texts)
        let codes: [UInt32] =
            switch argument.storage {
            case .lanes(let lanes): lanes.map { buckets.index(of: $0) }
            case .floats(let floats): floats.map { buckets.index(of: floatKey($0)) }
            case .text: preconditionFailure("text has no buckets")
            }
        return Vector(.text(TextColumn(codes: codes, dictionary)), missing: argument.missing, faults: argument.faults)
    }
}
