import CKernels

// Figures of each customer's run of rows, straight on codes: customer c owns rows `offsets[c]..<offsets[c + 1]`. A mask of rows may be
// empty, which stands for every row.

/// What `make` gives for each customer's run `start..<end`.
@inline(__always)
func mapRuns<Figure: BitwiseCopyable>(_ offsets: [UInt32], _ make: (Int, Int) -> Figure) -> [Figure] {
    let count = offsets.count - 1
    // SAFETY: `starts` has an entry more than there are customers, and a figure is written for each of them.
    return unsafe [Figure](unsafeUninitializedCapacity: count) { out, initialized in
        unsafe offsets.withUnsafeBufferPointer { starts in
            var start = count > 0 ? Int(unsafe starts[0]) : 0
            for customer in 0..<count {
                let end = Int(unsafe starts[customer &+ 1])
                unsafe out[customer] = make(start, end)
                start = end
            }
        }
        initialized = count
    }
}

/// Sums of the codes of each customer's rows in the mask, in 64 bits: callers know that none is beyond them.
package func runCodeSums(_ offsets: [UInt32], _ codes: [UInt8], _ mask: [UInt8]) -> [Int64] {
    if !mask.isEmpty { return markedSums(offsets, codes, mask) }
    // SAFETY: the wrapper hands out buffers of the sizes it says.
    return unsafe wholeSums(offsets, codes) { unsafe reach_run_sums_u8($0, $1, $2, $3, codes.count) }
}

/// Sums of the codes of each customer's rows in the mask, in 64 bits: callers know that none is beyond them.
package func runCodeSums(_ offsets: [UInt32], _ codes: [UInt16], _ mask: [UInt8]) -> [Int64] {
    if !mask.isEmpty { return markedSums(offsets, codes, mask) }
    // SAFETY: the wrapper hands out buffers of the sizes it says.
    return unsafe wholeSums(offsets, codes) { unsafe reach_run_sums_u16($0, $1, $2, $3, codes.count) }
}

/// Sums of the codes of each customer's rows in the mask, in 64 bits: callers know that none is beyond them.
package func runCodeSums(_ offsets: [UInt32], _ codes: [UInt32], _ mask: [UInt8]) -> [Int64] {
    if !mask.isEmpty { return markedSums(offsets, codes, mask) }
    // SAFETY: the wrapper hands out buffers of the sizes it says.
    return unsafe wholeSums(offsets, codes) { unsafe reach_run_sums_u32($0, $1, $2, $3, codes.count) }
}

/// Hands offsets and codes to a loop that writes a sum for each customer.
@inline(__always)
private func wholeSums<Code: BitwiseCopyable>(
    _ offsets: [UInt32], _ codes: [Code],
    _ sum: (UnsafeMutablePointer<Int64>, UnsafePointer<UInt32>, _ customers: Int, UnsafePointer<Code>) -> Void
) -> [Int64] {
    checkRuns(offsets, rowCount: codes.count)
    let customers = offsets.count - 1
    if customers == 0 || codes.isEmpty { return [Int64](repeating: 0, count: customers) }
    // SAFETY: no buffer is empty, so all have an address; a sum is written for each customer, whose rows lie inside the codes.
    return unsafe [Int64](unsafeUninitializedCapacity: customers) { out, initialized in
        unsafe offsets.withUnsafeBufferPointer { starts in
            unsafe codes.withUnsafeBufferPointer { rows in
                guard let out = out.baseAddress, let starts = starts.baseAddress, let rows = rows.baseAddress else {
                    return
                }
                unsafe sum(out, starts, customers, rows)
                initialized = customers
            }
        }
    }
}

@inline(__always)
private func markedSums<Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ offsets: [UInt32], _ codes: [Code], _ mask: [UInt8]
) -> [Int64] {
    checkRuns(offsets, rowCount: codes.count)
    precondition(mask.count == codes.count, "a mask byte per row")
    // SAFETY: runs lie inside codes and mask, as was just checked.
    return unsafe codes.withUnsafeBufferPointer { rows in
        unsafe mask.withUnsafeBufferPointer { marks in
            mapRuns(offsets) { start, end in
                var sum: Int64 = 0
                for row in start..<end {
                    sum &+= Int64(truncatingIfNeeded: unsafe rows[row]) & (0 &- Int64(unsafe marks[row]))
                }
                return sum
            }
        }
    }
}

/// Largest (or smallest) code of each customer's rows in the mask, 0 where there is none.
package func runCodeExtremes(_ offsets: [UInt32], _ codes: [UInt8], _ mask: [UInt8], largest: Bool) -> [UInt32] {
    codeExtremes(offsets, codes, mask, largest: largest)
}

/// Largest (or smallest) code of each customer's rows in the mask, 0 where there is none.
package func runCodeExtremes(_ offsets: [UInt32], _ codes: [UInt16], _ mask: [UInt8], largest: Bool) -> [UInt32] {
    codeExtremes(offsets, codes, mask, largest: largest)
}

/// Largest (or smallest) code of each customer's rows in the mask, 0 where there is none.
package func runCodeExtremes(_ offsets: [UInt32], _ codes: [UInt32], _ mask: [UInt8], largest: Bool) -> [UInt32] {
    codeExtremes(offsets, codes, mask, largest: largest)
}

@inline(__always)
private func codeExtremes<Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ offsets: [UInt32], _ codes: [Code], _ mask: [UInt8], largest: Bool
) -> [UInt32] {
    checkRuns(offsets, rowCount: codes.count)
    precondition(mask.isEmpty || mask.count == codes.count, "a mask byte per row")
    // Flipping all bits reverses the order of codes, so one loop finds both.
    let flip: Code = largest ? 0 : .max
    // SAFETY: runs lie inside the codes, and inside the mask where there is one, as was just checked.
    return unsafe codes.withUnsafeBufferPointer { rows in
        unsafe mask.withUnsafeBufferPointer { marks in
            mapRuns(offsets) { start, end in
                var best: Code = 0
                var isKnown = false
                for row in start..<end where unsafe mask.isEmpty || marks[row] != 0 {
                    best = max(best, unsafe rows[row] ^ flip)
                    isKnown = true
                }
                return isKnown ? UInt32(truncatingIfNeeded: best ^ flip) : 0
            }
        }
    }
}

/// The mean of each customer's values: sum ÷ (count × divisor), 0 where there are none.
package func averages(_ sums: [Int64], _ counts: [Int64], divisor: Double) -> [Double] {
    precondition(sums.count == counts.count, "a sum and a count per customer")
    // SAFETY: both are as long as the result, every entry of which is written.
    return unsafe [Double](unsafeUninitializedCapacity: sums.count) { out, initialized in
        for customer in 0..<sums.count {
            let count = counts[customer]
            unsafe out[customer] = count == 0 ? 0 : Double(sums[customer]) / (Double(count) * divisor)
        }
        initialized = sums.count
    }
}

/// base × count + step × sum of codes: the sums of the lanes that the codes stand for.
package func laneSums(_ codeSums: [Int64], _ counts: [Int64], base: Int64, step: Int64) -> [Int64] {
    precondition(codeSums.count == counts.count, "a sum and a count per customer")
    // SAFETY: both are as long as the result, every entry of which is written.
    return unsafe [Int64](unsafeUninitializedCapacity: codeSums.count) { out, initialized in
        for customer in 0..<codeSums.count {
            unsafe out[customer] = base &* counts[customer] &+ step &* codeSums[customer]
        }
        initialized = codeSums.count
    }
}

/// Each customer's first row; 0 where there is none, as is to be seen from the counts.
package func runStarts(_ offsets: [UInt32]) -> [UInt32] {
    mapRuns(offsets) { $0 < $1 ? UInt32(truncatingIfNeeded: $0) : 0 }
}

/// Each customer's last row; 0 where there is none, as is to be seen from the counts.
package func runEnds(_ offsets: [UInt32]) -> [UInt32] {
    mapRuns(offsets) { $0 < $1 ? UInt32(truncatingIfNeeded: $1 &- 1) : 0 }
}

/// The lanes base + step × code of the codes at `positions`, all of which are inside.
package func takeLanes(_ codes: [UInt8], base: Int64, step: Int64, at positions: [UInt32]) -> [Int64] {
    takeCodes(codes, base, step, positions)
}

/// The lanes base + step × code of the codes at `positions`, all of which are inside.
package func takeLanes(_ codes: [UInt16], base: Int64, step: Int64, at positions: [UInt32]) -> [Int64] {
    takeCodes(codes, base, step, positions)
}

/// The lanes base + step × code of the codes at `positions`, all of which are inside.
package func takeLanes(_ codes: [UInt32], base: Int64, step: Int64, at positions: [UInt32]) -> [Int64] {
    takeCodes(codes, base, step, positions)
}

@inline(__always)
private func takeCodes<Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ codes: [Code], _ base: Int64, _ step: Int64, _ positions: [UInt32]
) -> [Int64] {
    let rows = codes.span
    // SAFETY: a lane is written for every position; the span checks the positions.
    return unsafe [Int64](unsafeUninitializedCapacity: positions.count) { out, initialized in
        for place in 0..<positions.count {
            unsafe out[place] = base &+ step &* Int64(truncatingIfNeeded: rows[Int(positions[place])])
        }
        initialized = positions.count
    }
}
