extension DataType {
    /// The narrowest type that holds the values of both: integer → decimal → float among numbers, date → datetime, and text for
    /// everything else. Whether the values at hand fit its 64 bits is for the caller to see (`fits`).
    package func widened(with other: DataType) -> DataType {
        switch (self, other) {
        case (let one, let two) where one == two: one
        case (.integer, .decimal(let scale)), (.decimal(let scale), .integer): .decimal(scale: scale)
        case (.decimal(let one), .decimal(let two)): .decimal(scale: max(one, two))
        case (.float, .integer), (.float, .decimal), (.integer, .float), (.decimal, .float): .float
        case (.date, .datetime), (.datetime, .date): .datetime
        default: .text
        }
    }

    /// Whether lanes of this type within `range` are still lanes after conversion to `type`.
    package func fits(_ range: ClosedRange<Int64>, whenConvertedTo type: DataType) -> Bool {
        let factor: Int64
        switch (self, type) {
        case (.integer, .decimal(let scale)): factor = powerOfTen(scale)
        case (.decimal(let from), .decimal(let to)): factor = from <= to ? powerOfTen(to - from) : 0
        case (.date, .datetime): factor = Zone.microsecondsPerDay * 2
        default: return true
        }
        return factor != 0 && !range.lowerBound.multipliedReportingOverflow(by: factor).overflow
            && !range.upperBound.multipliedReportingOverflow(by: factor).overflow
    }
}

/// 10 to the power of 0…18.
package func powerOfTen(_ exponent: Int) -> Int64 {
    precondition((0...18).contains(exponent), "64 bits hold powers of ten up to the 18th")
    return (0..<exponent).reduce(1) { power, _ in power * 10 }
}
