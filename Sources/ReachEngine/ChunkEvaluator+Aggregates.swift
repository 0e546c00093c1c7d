import ReachColumns
import ReachKernels
import ReachPlan

extension ChunkEvaluator {
    /// A figure per customer over the rows of an activity table.
    func aggregate(_ aggregate: Aggregate) throws -> Vector {
        if let known = aggregates[aggregate] { return known }
        let result = try computed(aggregate)
        aggregates[aggregate] = result
        return result
    }

    private func computed(_ aggregate: Aggregate) throws -> Vector {
        let scope = try activity(aggregate.table)
        if scope.rowCount == 0 { return nothing(aggregate, faults: nil) }
        var rows = try filtered(aggregate.filter, scope)
        guard let scalar = aggregate.value else {
            return Vector(
                .lanes(counts(rows, scope.offsets)), faults: rows.faults.map { runUnions(scope.offsets, $0) })
        }
        if rows.isNone { return nothing(aggregate, faults: rows.faults.map { runUnions(scope.offsets, $0) }) }
        if let figure = try encodedFigure(aggregate, rows, scope) { return figure }
        let values = try vector(scalar, scope)
        if var marks = values.faults {
            keep(&marks, where: rows.bytes)
            rows.faults = united(rows.faults, marks)
        }
        let faults = rows.faults.map { runUnions(scope.offsets, $0) }
        rows.remove(values.missing)
        var result = figure(aggregate, values, scalar.type, rows.bytes, scope.offsets)
        result.faults = united(result.faults, faults)
        return result
    }

    /// How many rows of the mask each customer has.
    func counts(_ rows: Mask, _ offsets: [UInt32]) -> [Int64] {
        switch rows.rows {
        case .none: [Int64](repeating: 0, count: offsets.count - 1)
        case .every: runLengths(offsets)
        case .bytes, .bits: runCounts(offsets, rows.bytes)
        }
    }

    /// What an aggregate is over no rows at all.
    private func nothing(_ aggregate: Aggregate, faults: [UInt8]?) -> Vector {
        switch aggregate.function {
        case .count, .distinct: break
        case .sum where aggregate.type == .float:
            return Vector(.floats([Double](repeating: 0, count: customers.rowCount)), faults: faults)
        case .sum: break
        case .avg, .min, .max, .first, .last:
            return Vector(missing: aggregate.type, count: customers.rowCount, faults: faults)
        }
        return Vector(.lanes([Int64](repeating: 0, count: customers.rowCount)), faults: faults)
    }

    /// `rows` are those that pass the filter and have a value.
    private func figure(
        _ aggregate: Aggregate, _ values: Vector, _ type: DataType, _ rows: [UInt8], _ offsets: [UInt32]
    ) -> Vector {
        switch aggregate.function {
        case .count: return Vector(.lanes(runCounts(offsets, rows)))
        case .sum: return sums(values, rows, offsets)
        case .avg: return averages(values, type, rows, offsets)
        case .min: return extremes(values, rows, offsets, largest: false)
        case .max: return extremes(values, rows, offsets, largest: true)
        case .first: return picked(values, runFirsts(offsets, rows))
        case .last: return picked(values, runLasts(offsets, rows))
        case .distinct: return Vector(.lanes(runDistincts(offsets, distinctLanes(values), rows)))
        }
    }

    private func sums(_ values: Vector, _ rows: [UInt8], _ offsets: [UInt32]) -> Vector {
        if case .floats(let floats) = values.storage {
            let totals = runSums(offsets, floats, rows)
            var result = Vector(.floats(totals))
            result.set(floats: totals)
            return result
        }
        let totals = runSums(offsets, values.lanes, rows)
        var result = Vector(.lanes([]))
        var checked = CheckedLanes(count: totals.count)
        for (customer, total) in totals.enumerated() {
            let lane = Int64(truncatingIfNeeded: total)
            checked.lanes[customer] = lane
            if Int128(lane) != total {
                checked.overflow[customer] = 1
                checked.hasOverflow = true
            }
        }
        result.set(checked)
        return result
    }

    private func averages(_ values: Vector, _ type: DataType, _ rows: [UInt8], _ offsets: [UInt32]) -> Vector {
        let counts = runCounts(offsets, rows)
        var averages = [Double](repeating: 0, count: counts.count)
        if case .floats(let floats) = values.storage {
            let totals = runSums(offsets, floats, rows)
            for (customer, count) in counts.enumerated() where count > 0 {
                averages[customer] = totals[customer] / Double(count)
            }
        } else {
            let totals = runSums(offsets, values.lanes, rows)
            for (customer, count) in counts.enumerated() where count > 0 {
                averages[customer] = average(totals[customer], count: count, scale: type.scale)
            }
        }
        var result = Vector(.floats(averages), missing: zeros(counts))
        result.set(floats: averages)
        return result
    }

    private func extremes(_ values: Vector, _ rows: [UInt8], _ offsets: [UInt32], largest: Bool) -> Vector {
        switch values.storage {
        case .lanes(let lanes):
            return Vector(
                .lanes(runExtremes(offsets, lanes, rows, largest: largest)), missing: zeros(runCounts(offsets, rows)))
        case .floats(let floats):
            let keys = runExtremes(offsets, floats.map(floatKey), rows, largest: largest)
            return Vector(.floats(keys.map(float(ofKey:))), missing: zeros(runCounts(offsets, rows)))
        case .text(let text):
            var best = [UInt32](repeating: .max, count: offsets.count - 1)
            for customer in best.indices {
                for row in offsets[customer]..<offsets[customer + 1] where rows[Int(row)] != 0 {
                    let order = best[customer] == .max ? 1 : text.compare(Int(row), with: text, Int(best[customer]))
                    if best[customer] == .max || (largest ? order > 0 : order < 0) { best[customer] = row }
                }
            }
            return picked(values, best)
        }
    }

    /// The values at these rows, missing where there is none (`UInt32.max`).
    private func picked(_ values: Vector, _ positions: [UInt32]) -> Vector {
        let none = positions.map { $0 == .max ? UInt8(1) : 0 }
        var result = values.taking(positions.map { $0 == .max ? 0 : $0 })
        result.missing = hasAny(none) ? none : nil
        result.faults = nil
        return result
    }

    /// Lanes that are equal where the values are.
    private func distinctLanes(_ values: Vector) -> [Int64] {
        switch values.storage {
        case .lanes(let lanes): return lanes
        case .floats(let floats): return floats.map(floatKey)
        case .text(let text):
            if let codes = text.codes { return codes.map { Int64($0) } }
            var words = WordTable(seed: 0)
            return (0..<text.count).map { row in
                let (from, to) = text.range(at: row)
                return Int64(words.intern(text.bytes, from: from, to: to))
            }
        }
    }

    func zeros(_ counts: [Int64]) -> [UInt8]? {
        var none: [UInt8] = []
        return narrowRange(&none, counts, from: 0, through: 0) == 0 ? nil : none
    }
}

/// The mean of `count` fixed-point values, rounded once wherever sum and divisor are exact as floats.
func average(_ sum: Int128, count: Int64, scale: Int) -> Double {
    Double(sum) / (Double(count) * Double(powerOfTen(scale)))
}
