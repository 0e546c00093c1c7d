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
        if case .table(let table) = self { return held.narrowBits { narrowLookup(&$0, codes, in: table) } }
        narrow(&held, last: UInt32(UInt8.max)) { words, range, outside in
            narrowRange(
                &words, codes, from: UInt8(range.lowerBound), through: UInt8(range.upperBound), outside: outside)
        }
    }

    func narrow(_ held: inout Mask, _ codes: [UInt16]) {
        if case .table(let table) = self {
            // A chunk with codes of two bytes may come after one whose words fitted in one.
            let room = 1 << 16
            let padded = table.count < room ? table + [UInt8](repeating: 0, count: room - table.count) : table
            return held.narrow { narrowLookup(&$0, codes, in: padded) }
        }
        narrow(&held, last: UInt32(UInt16.max)) { words, range, outside in
            narrowRange(
                &words, codes, from: UInt16(range.lowerBound), through: UInt16(range.upperBound), outside: outside)
        }
    }

    func narrow(_ held: inout Mask, _ codes: [UInt32]) {
        if case .table(let table) = self { return held.narrow { narrowLookup(&$0, codes, in: table) } }
        narrow(&held, last: .max) { words, range, outside in
            narrowRange(&words, codes, from: range.lowerBound, through: range.upperBound, outside: outside)
        }
    }

    /// False where codes would have to be looked up one by one.
    func narrow(_ held: inout Mask, _ planes: BitPlanes) -> Bool {
        if case .table = self { return false }
        narrow(&held, last: .max) { words, range, outside in
            narrowRange(&words, planes, from: range.lowerBound, through: range.upperBound, outside: outside)
        }
        return true
    }

    /// By a kernel for the codes in, or outside of, a range, none of which is above `last`; not for tables.
    private func narrow(
        _ held: inout Mask, last: UInt32,
        _ keep: (_ words: inout [UInt64], _ codes: ClosedRange<UInt32>, _ outside: Bool) -> Int
    ) {
        switch self {
        case .none: held.rows = .none
        case .inside(let range) where range.lowerBound > last: held.rows = .none
        case .outside(let range) where range.lowerBound > last: break
        case .inside(let range): held.narrowBits { keep(&$0, range.clamped(to: 0...last), false) }
        case .outside(let range): held.narrowBits { keep(&$0, range.clamped(to: 0...last), true) }
        case .table: preconditionFailure("a table is looked up")
        }
    }
}
