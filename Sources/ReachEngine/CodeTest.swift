import ReachKernels

/// A predicate of words, put to their codes: where the words it holds of stand together it is a comparison, which is several times
/// faster than looking every row up. One word, `=` or `in` with one hit, is the common case, and `!=` its complement.
enum CodeTest: Sendable {
    case none
    case inside(ClosedRange<UInt32>)
    case outside(ClosedRange<UInt32>)
    /// A flag by code, as many as the codes of the width that the words fit in.
    case table([UInt8])

    /// - Parameter flags: by code, whether the predicate holds of the word.
    init(_ flags: [UInt8]) {
        guard let first = flags.firstIndex(of: 1), let last = flags.lastIndex(of: 1) else {
            self = .none
            return
        }
        if !flags[first...last].contains(0) {
            self = .inside(UInt32(first)...UInt32(last))
            return
        }
        if let from = flags.firstIndex(of: 0), let to = flags.lastIndex(of: 0), !flags[from...to].contains(1) {
            self = .outside(UInt32(from)...UInt32(to))
            return
        }
        // Codes of one or two bytes find an entry whatever they are, so that their loops need not ask.
        let room = flags.count <= 1 << 8 ? 1 << 8 : 1 << 16
        self = .table(flags + [UInt8](repeating: 0, count: max(0, room - flags.count)))
    }

    /// Keeps the rows whose code passes.
    func narrow(_ held: inout Mask, _ codes: [UInt8]) {
        switch self {
        case .none: held.rows = .none
        case .inside(let range):
            guard let (low, high) = Self.clamped(range, to: UInt8.max) else { return held.rows = .none }
            held.narrowBits { narrowRange(&$0, codes, from: low, through: high) }
        case .outside(let range):
            guard let (low, high) = Self.clamped(range, to: UInt8.max) else { return }
            held.narrowBits { narrowRange(&$0, codes, from: low, through: high, outside: true) }
        case .table(let table): held.narrow { narrowLookup(&$0, codes, in: table) }
        }
    }

    func narrow(_ held: inout Mask, _ codes: [UInt16]) {
        switch self {
        case .none: held.rows = .none
        case .inside(let range):
            guard let (low, high) = Self.clamped(range, to: UInt16.max) else { return held.rows = .none }
            held.narrowBits { narrowRange(&$0, codes, from: low, through: high) }
        case .outside(let range):
            guard let (low, high) = Self.clamped(range, to: UInt16.max) else { return }
            held.narrowBits { narrowRange(&$0, codes, from: low, through: high, outside: true) }
        case .table(let table):
            // A chunk with codes of two bytes may come after one whose words fitted in one.
            let room = 1 << 16
            let padded = table.count < room ? table + [UInt8](repeating: 0, count: room - table.count) : table
            held.narrow { narrowLookup(&$0, codes, in: padded) }
        }
    }

    func narrow(_ held: inout Mask, _ codes: [UInt32]) {
        switch self {
        case .none: held.rows = .none
        case .inside(let range):
            held.narrowBits { narrowRange(&$0, codes, from: range.lowerBound, through: range.upperBound) }
        case .outside(let range):
            held.narrowBits {
                narrowRange(&$0, codes, from: range.lowerBound, through: range.upperBound, outside: true)
            }
        case .table(let table): held.narrow { narrowLookup(&$0, codes, in: table) }
        }
    }

    /// False where codes would have to be looked up one by one.
    func narrow(_ held: inout Mask, _ planes: BitPlanes) -> Bool {
        switch self {
        case .none: held.rows = .none
        case .inside(let range):
            held.narrowBits { narrowRange(&$0, planes, from: range.lowerBound, through: range.upperBound) }
        case .outside(let range):
            held.narrowBits {
                narrowRange(&$0, planes, from: range.lowerBound, through: range.upperBound, outside: true)
            }
        case .table: return false
        }
        return true
    }

    private static func clamped<Code: FixedWidthInteger & UnsignedInteger>(
        _ range: ClosedRange<UInt32>, to last: Code
    ) -> (Code, Code)? {
        guard range.lowerBound <= UInt32(last) else { return nil }
        return (Code(range.lowerBound), Code(min(range.upperBound, UInt32(last))))
    }
}
