/// The type of a column or expression. Any value may also be missing.
package enum DataType: Hashable, Sendable, Codable {
    case integer
    /// Exact: a 64-bit count of 10^-scale units. Scale is 0…18.
    case decimal(scale: Int)
    case float
    /// UTF-8, NFC.
    case text
    case boolean
    /// Days since 1970-01-01.
    case date
    /// Microseconds since 1970-01-01T00:00:00Z.
    case datetime

    /// The word for it in the language and in messages.
    package var name: String {
        switch self {
        case .integer: "integer"
        case .decimal(let scale): "decimal(\(scale))"
        case .float: "float"
        case .text: "text"
        case .boolean: "boolean"
        case .date: "date"
        case .datetime: "datetime"
        }
    }

    package var isNumeric: Bool {
        switch self {
        case .integer, .decimal, .float: true
        default: false
        }
    }

    package var isTemporal: Bool { self == .date || self == .datetime }

    /// Whether values are 64-bit integers underneath: everything but float and text.
    package var isFixedPoint: Bool { self != .float && self != .text }
}

/// One value: a literal, or a cell of an answer. Columns never hold these, see `Chunk`.
package enum Value: Hashable, Sendable {
    case missing
    case integer(Int64)
    /// `units` × 10^-scale.
    case decimal(units: Int64, scale: Int)
    case float(Double)
    case text(String)
    case boolean(Bool)
    /// Days since 1970-01-01.
    case date(Int32)
    /// Microseconds since 1970-01-01T00:00:00Z.
    case datetime(Int64)

    package var type: DataType? {
        switch self {
        case .missing: nil
        case .integer: .integer
        case .decimal(_, let scale): .decimal(scale: scale)
        case .float: .float
        case .text: .text
        case .boolean: .boolean
        case .date: .date
        case .datetime: .datetime
        }
    }

    /// The value of a fixed-point `type` whose physical 64-bit form is `lane`.
    package init(lane: Int64, of type: DataType) {
        switch type {
        case .integer: self = .integer(lane)
        case .decimal(let scale): self = .decimal(units: lane, scale: scale)
        case .boolean: self = .boolean(lane != 0)
        case .date: self = .date(Int32(truncatingIfNeeded: lane))
        case .datetime: self = .datetime(lane)
        case .float, .text: preconditionFailure("float and text have no 64-bit lane")
        }
    }

    /// The physical 64-bit form, or nil for missing, float and text.
    package var lane: Int64? {
        switch self {
        case .integer(let value): value
        case .decimal(let units, _): units
        case .boolean(let value): value ? 1 : 0
        case .date(let day): Int64(day)
        case .datetime(let microseconds): microseconds
        case .missing, .float, .text: nil
        }
    }
}
