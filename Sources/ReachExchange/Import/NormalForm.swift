import Foundation
import ReachKernels

/// Unicode normalisation form C. The only place where an import calls Foundation, and only for text that needs it.
func normalFormC(_ text: String) -> String {
    var text = text
    text.makeContiguousUTF8()
    if isNormal(text.utf8Span.span) { return text }
    return text.precomposedStringWithCanonicalMapping
}

extension ParsedText {
    /// Brings each cell into normal form C and answers how many changed.
    mutating func normalise() -> Int {
        if isSurelyNormal || isNormal(bytes.span) { return 0 }
        var changed = 0
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var newOffsets: [UInt32] = [0]
        newOffsets.reserveCapacity(offsets.count)
        for row in 0..<offsets.count - 1 {
            let range = Int(offsets[row])..<Int(offsets[row + 1])
            if isNormal(bytes.span.extracting(range)) {
                output.append(contentsOf: bytes[range])
            } else {
                let cell = String(decoding: bytes[range], as: UTF8.self)
                let normal = Array(cell.precomposedStringWithCanonicalMapping.utf8)
                if !normal.elementsEqual(bytes[range]) { changed += 1 }
                output.append(contentsOf: normal)
            }
            newOffsets.append(UInt32(output.count))
        }
        bytes = output
        offsets = newOffsets
        return changed
    }
}
