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

    /// Keeps the rows whose code passes; gives how many are left. An empty mask is every row.
    func narrow(_ mask: inout [UInt8], _ codes: [UInt8]) -> Int {
        switch self {
        case .none: return 0
        case .inside(let range):
            guard let (low, high) = Self.clamped(range, to: UInt8.max) else { return 0 }
            return narrowRange(&mask, codes, from: low, through: high)
        case .outside(let range):
            guard let (low, high) = Self.clamped(range, to: UInt8.max) else { return Self.all(&mask, codes.count) }
            return narrowOutside(&mask, codes, from: low, through: high)
        case .table(let table): return narrowLookup(&mask, codes, in: table)
        }
    }

    func narrow(_ mask: inout [UInt8], _ codes: [UInt16]) -> Int {
        switch self {
        case .none: return 0
        case .inside(let range):
            guard let (low, high) = Self.clamped(range, to: UInt16.max) else { return 0 }
            return narrowRange(&mask, codes, from: low, through: high)
        case .outside(let range):
            guard let (low, high) = Self.clamped(range, to: UInt16.max) else { return Self.all(&mask, codes.count) }
            return narrowOutside(&mask, codes, from: low, through: high)
        case .table(let table):
            // A chunk with codes of two bytes may come after one whose words fitted in one.
            let room = 1 << 16
            let padded = table.count < room ? table + [UInt8](repeating: 0, count: room - table.count) : table
            return narrowLookup(&mask, codes, in: padded)
        }
    }

    func narrow(_ mask: inout [UInt8], _ codes: [UInt32]) -> Int {
        switch self {
        case .none: 0
        case .inside(let range): narrowRange(&mask, codes, from: range.lowerBound, through: range.upperBound)
        case .outside(let range): narrowOutside(&mask, codes, from: range.lowerBound, through: range.upperBound)
        case .table(let table): narrowLookup(&mask, codes, in: table)
        }
    }

    private static func clamped<Code: FixedWidthInteger & UnsignedInteger>(
        _ range: ClosedRange<UInt32>, to last: Code
    ) -> (Code, Code)? {
        guard range.lowerBound <= UInt32(last) else { return nil }
        return (Code(range.lowerBound), Code(min(range.upperBound, UInt32(last))))
    }

    /// Nothing is taken out.
    private static func all(_ mask: inout [UInt8], _ count: Int) -> Int {
        if mask.isEmpty { mask = [UInt8](repeating: 1, count: count) }
        return countSet(mask)
    }
}
