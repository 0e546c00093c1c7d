// Texts as cells hold them: quoted and escaped as the file's format wants. Row r, or word r, is `bytes[offsets[r]..<offsets[r + 1]]`.

/// Texts as cells of a delimited file (RFC 4180): quoted where they hold the delimiter, a quote or a line end, or begin or end with a blank.
///
/// With `guardsFormulas` a `'` comes before text that a spreadsheet would run as a formula. Nil where all stand as they are.
package func delimitedCells(
    offsets: [UInt32], bytes: [UInt8], delimiter: UInt8, guardsFormulas: Bool
) -> (offsets: [UInt32], bytes: [UInt8])? {
    let specials = [delimiter, 0x22, 0x0A, 0x0D]
    let range = Int(offsets[0])..<Int(offsets[offsets.count - 1])
    let hasSpecials = countBytes(bytes, range, of: specials) > 0
    let edges = edgeClasses(guardsFormulas: guardsFormulas)
    var isPlain = !hasSpecials
    if isPlain {
        for row in 0..<offsets.count - 1 where offsets[row + 1] > offsets[row] {
            let (from, to) = (Int(offsets[row]), Int(offsets[row + 1]))
            if edges[Int(bytes[from])] == 0, bytes[to - 1] != 0x20 { continue }
            let isGuarded = guardsFormulas && needsFormulaGuard(bytes, from, to)
            if isGuarded || bytes[from] == 0x20 || bytes[from] == 0xEF || bytes[to - 1] == 0x20 {
                isPlain = false
                break
            }
        }
    }
    if isPlain { return nil }
    // A quote for each byte, one at either end, and the guard.
    return escaped(offsets: offsets, capacity: 2 * range.count + 3 * offsets.count) { row, out in
        let (from, to) = (Int(offsets[row]), Int(offsets[row + 1]))
        if from == to { return }
        let isGuarded = guardsFormulas && edges[Int(bytes[from])] != 0 && needsFormulaGuard(bytes, from, to)
        let first = isGuarded ? 0x27 : bytes[from]
        var needsQuotes = first == 0x20 || first == 0xEF || bytes[to - 1] == 0x20
        if hasSpecials, !needsQuotes {
            for index in from..<to where specials[0] == bytes[index] || isQuoteOrLineEnd(bytes[index]) {
                needsQuotes = true
                break
            }
        }
        if needsQuotes { out.append(0x22) }
        if isGuarded { out.append(0x27) }
        if !needsQuotes {
            out.append(bytes, from..<to)
            return
        }
        for index in from..<to {
            if bytes[index] == 0x22 { out.append(0x22) }
            out.append(bytes[index])
        }
        out.append(0x22)
    }
}

/// Whether a spreadsheet would run the text as a formula, numbers and E.164 phones apart: `+79161234567`, `-12.50`. Text that begins with
/// the guard itself counts too, so that taking a guard off gives back what was there.
package func needsFormulaGuard(_ bytes: [UInt8], _ from: Int, _ to: Int) -> Bool {
    guard from < to else { return false }
    switch bytes[from] {
    case 0x3D, 0x40, 0x09, 0x0D, 0x27: return true
    case 0x2B, 0x2D: break
    default: return false
    }
    // A sign, digits, at most one point.
    guard from + 1 < to, bytes[from + 1] &- 0x30 < 10 else { return true }
    var points = 0
    for index in (from + 1)..<to where bytes[index] &- 0x30 >= 10 {
        if bytes[index] != 0x2E { return true }
        points += 1
    }
    return points > 1
}

/// Texts as JSON strings, quotes included. `"` and `\` are escaped, and what is below U+0020, and U+007F.
package func jsonCells(offsets: [UInt32], bytes: [UInt8]) -> (offsets: [UInt32], bytes: [UInt8]) {
    let range = Int(offsets[0])..<Int(offsets[offsets.count - 1])
    var specials = 0
    for index in range { specials += isJSONSpecial(bytes[index]) ? 1 : 0 }
    return escaped(offsets: offsets, capacity: range.count + 5 * specials + 2 * offsets.count) { row, out in
        let range = Int(offsets[row])..<Int(offsets[row + 1])
        out.append(0x22)
        if specials == 0 { out.append(bytes, range) } else { for index in range { appendJSON(bytes[index], to: &out) } }
        out.append(0x22)
    }
}

@inline(__always)
private func isJSONSpecial(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F }

private func appendJSON(_ byte: UInt8, to out: inout CellOutput) {
    guard isJSONSpecial(byte) else { return out.append(byte) }
    out.append(0x5C)
    switch byte {
    case 0x22, 0x5C: out.append(byte)
    case 0x0A: out.append(0x6E)
    case 0x0D: out.append(0x72)
    case 0x09: out.append(0x74)
    default:
        out.append(0x75)
        out.append(0x30)
        out.append(0x30)
        out.append(hexDigit(byte >> 4))
        out.append(hexDigit(byte & 15))
    }
}

@inline(__always)
func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

@inline(__always)
private func isQuoteOrLineEnd(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x0A || byte == 0x0D }

/// 1 for first bytes that may make a text need quotes or a guard.
private func edgeClasses(guardsFormulas: Bool) -> [UInt8] {
    var classes = [UInt8](repeating: 0, count: 256)
    for byte in [0x20, 0xEF] + (guardsFormulas ? [0x3D, 0x40, 0x09, 0x0D, 0x27, 0x2B, 0x2D] : []) { classes[byte] = 1 }
    return classes
}

private func countBytes(_ bytes: [UInt8], _ range: Range<Int>, of wanted: [UInt8]) -> Int {
    let (one, two, three, four) = (wanted[0], wanted[1], wanted[2], wanted[3])
    let rows = bytes.span
    var found = 0
    // Runs are counted in bytes, which vectorise.
    var start = range.lowerBound
    while start < range.upperBound {
        let end = min(start + 128, range.upperBound)
        var run: UInt8 = 0
        for index in start..<end {
            let byte = rows[index]
            run &+= byte == one || byte == two || byte == three || byte == four ? 1 : 0
        }
        found += Int(run)
        start = end
    }
    return found
}

/// A text per row, in `capacity` bytes at most.
@inline(__always)
private func escaped(
    offsets: [UInt32], capacity: Int, _ body: (Int, inout CellOutput) -> Void
) -> (offsets: [UInt32], bytes: [UInt8]) {
    precondition(capacity <= Int(UInt32.max), "texts of a column take less than 4 GiB")
    var ends = [UInt32](repeating: 0, count: offsets.count)
    // SAFETY: `CellOutput` checks every write against the capacity, which is what the closure is given.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
        guard let base = buffer.baseAddress else { return }
        var output = unsafe CellOutput(base: base, capacity: buffer.count)
        for row in 0..<offsets.count - 1 {
            body(row, &output)
            ends[row + 1] = UInt32(output.count)
        }
        initialized = output.count
    }
    return (ends, bytes)
}
