import CKernels

/// Where the planes of a chunk's codes stand, so that whoever compares them need not take hold of the chunk, which costs as much as comparing many
/// rows. True as long as somebody else keeps the planes, and what is missing, in memory.
package struct PlanesPlace: Sendable {
    /// Rows.
    package let count: Int
    /// Whether codes are 0 and 1, and the planes the rows' bits one after the other.
    package let areBits: Bool
    /// Whether some code says nothing.
    package var hasMissing: Bool { missing != nil }
    fileprivate let words: UInt
    fileprivate let widths: UInt
    fileprivate let missing: UInt?

    /// - Parameter missing: a bit per row whose code says nothing; none where every code does.
    package init(_ planes: BitPlanes, missing: [UInt64]) {
        count = planes.count
        areBits = planes.widths.allSatisfy { $0 == 1 }
        words = firstAddress(of: planes.words)
        widths = firstAddress(of: planes.widths)
        self.missing = missing.isEmpty ? nil : firstAddress(of: missing)
    }
}

/// Questions about the codes of a chunk's rows, of several columns, put to all of them in one pass.
@safe
package struct PlaneTests {
    private var tests: [reach_plane_test] = unsafe []
    /// Bits of the rows, by which those that pass are told apart.
    private var answers: [UnsafePointer<UInt64>?] = unsafe []
    /// Room for the rows' bits.
    private var held: [UInt64] = []
    private var rowCount = 0

    package static let most = Int(REACH_PLANE_TESTS)

    package init() {}

    package var isEmpty: Bool { unsafe tests.isEmpty }

    /// Forgets all questions; the next ones are put to so many rows.
    package mutating func restart(rows: Int) {
        rowCount = rows
        unsafe tests.removeAll(keepingCapacity: true)
        unsafe answers.removeAll(keepingCapacity: true)
    }

    /// Whether a code is in, or outside of, `lower`...`upper`.
    package mutating func append(
        _ place: PlanesPlace, from lower: UInt32, through upper: UInt32, outside: Bool = false
    ) {
        precondition(lower <= upper && place.count == rowCount, "ranges run forwards, and every row has a code")
        unsafe precondition(tests.count < Self.most, "there are not too many")
        let (low, high) = planeBounds(lower, upper)
        // SAFETY: nothing is read before somebody hands over what keeps it in memory.
        unsafe tests.append(
            reach_plane_test(
                planes: UnsafePointer(bitPattern: place.words), widths: UnsafePointer(bitPattern: place.widths),
                missing: place.missing.flatMap { unsafe UnsafePointer(bitPattern: $0) }, lower: low, upper: high,
                is_outside: outside))
    }

    /// Bits by which rows that pass are told apart, none of which is missing.
    package mutating func append(answers place: PlanesPlace) {
        precondition(place.areBits && !place.hasMissing && place.count == rowCount, "a bit per row")
        // SAFETY: as above.
        unsafe answers.append(UnsafePointer(bitPattern: place.words))
    }

    /// How many rows pass all tests.
    ///
    /// - Parameter owner: keeps in memory what the tests are of.
    package func count(owner: some Sendable) -> Int {
        // SAFETY: the planes hold as many rows and are kept until after the call.
        withExtendedLifetime(owner) { unsafe reach_scan_planes(nil, tests, tests.count, rowCount, nil, 0) }
    }

    /// The same, and the rows' bits.
    package func passing(owner: some Sendable) -> (bits: [UInt64], count: Int) {
        var count = 0
        // SAFETY: the planes hold as many rows and are kept until after the call, and the kernel writes a bit for each.
        let bits = withExtendedLifetime(owner) {
            unsafe [UInt64](unsafeUninitializedCapacity: (rowCount + 63) / 64) { out, initialized in
                initialized = (rowCount + 63) / 64
                if rowCount == 0 { return }
                count = unsafe reach_scan_planes(out.baseAddress, tests, tests.count, rowCount, nil, 0)
            }
        }
        return (bits, count)
    }

    /// Adds to `counts` how many of the rows that pass all tests answer alike: bit i of a row's code is its bit of answer i.
    ///
    /// - Parameter counts: an entry per code.
    package mutating func countAnswers(owner: some Sendable, into counts: inout [Int]) {
        let wordCount = (rowCount + 63) / 64
        unsafe precondition(
            answers.count <= mostCodeQuestions && counts.count == 1 << answers.count, "an entry per code")
        if held.count < wordCount { held = [UInt64](repeating: 0, count: wordCount) }
        // SAFETY: planes and answers hold as many rows and are kept until after the calls; there is room for the rows' bits and an entry for every
        // code.
        withExtendedLifetime(owner) {
            let found = unsafe reach_scan_planes(&held, tests, tests.count, rowCount, answers, answers.count)
            if found > 0 { unsafe reach_count_codes(&counts, answers, answers.count, held, wordCount) }
        }
    }
}
