import CKernels

/// The leading byte of each of many codes of four bytes, apart from them: in nearly every row it tells on which side of a bound the code lies,
/// and takes a quarter of the reading (Hentschel, Kester, Idreos: Column Sketches: A Scan Accelerator for Rapid and Robust Predicate Evaluation).
package struct LeadingBytes: Sendable {
    package let bytes: [UInt8]
    /// How many bits of a code stand behind its byte: no code has bits before it.
    let shift: UInt32

    package init(_ codes: [UInt32]) {
        let union = codes.reduce(0) { $0 | $1 }
        let shift = UInt32(max(0, UInt32.bitWidth - union.leadingZeroBitCount - UInt8.bitWidth))
        self.shift = shift
        // SAFETY: there is room for a byte per code, each of which the kernel writes.
        bytes = unsafe [UInt8](unsafeUninitializedCapacity: codes.count) { out, initialized in
            if let leads = out.baseAddress { unsafe reach_leading_bytes(leads, codes, codes.count, shift) }
            initialized = codes.count
        }
    }
}

/// Keeps the bits of the rows with `lower` ≤ value ≤ `upper`, or of all others; gives how many are left. No words are every row.
///
/// - Parameter leads: of the values.
package func narrowRange(
    _ held: inout [UInt64], _ values: [UInt32], _ leads: LeadingBytes, from lower: UInt32, through upper: UInt32,
    outside: Bool = false
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    precondition(leads.bytes.count == values.count, "a byte per value")
    if lower >> leads.shift > UInt32(UInt8.max) {
        return narrowRange(&held, values, from: lower, through: upper, outside: outside)
    }
    // SAFETY: the wrapper hands out words for as many rows as there are values, each of which has a byte.
    return unsafe narrowWords(&held, count: values.count) { words, isFresh in
        unsafe reach_narrow_leads(
            words, isFresh, leads.bytes, values, values.count, leads.shift, lower, upper, outside)
    }
}
