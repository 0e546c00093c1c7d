import ReachKernels

/// Chunks as they stand in the file, version 4. Numbers are little-endian.
///
///     0  version  1  form  2  flags (1 missing bitmap, 2 range, 4 fingerprints, 8 planes, 16 endings)  3  nothing, 0
///     4  rows, 4 bytes    8  base or constant    16  step    24  smallest    32  largest    40  bytes of text
///     48 missing words, compressed
///        planes of codes, widths and words of `BitPlanes` as they are; or codes or lanes, packed; floats, compressed; or of plain text: lengths,
///        packed, fingerprints, text, compressed; with endings the same of what is before them, then codes of endings, packed, how many there are,
///        4 bytes, and their lengths and text
///        XXH64 of all before it, 8 bytes
///
/// Packed is what `appendPacked` writes, compressed what `appendCompressed` does. Constants have nothing after the header. Version 2 had no
/// planes, version 3 no endings.
package enum ChunkCoding {
    package static let version: UInt8 = 4
    static let readableVersions: ClosedRange<UInt8> = 2...version

    /// Why bytes are no chunk.
    package enum Failure: Error, Hashable {
        case truncated
        /// The checksum is another: the bytes were damaged, or belong elsewhere.
        case damaged
        /// Written by a later Reach in a form that this one does not know.
        case newerVersion(UInt8)
    }

    static let headerByteCount = 48

    enum Form: UInt8 {
        case allMissing = 0
        case constant, codes8, codes16, codes32, lanes, floats, words8, words16, words32, plainText
    }

    enum Flag {
        static let missing: UInt8 = 1
        static let range: UInt8 = 2
        static let fingerprints: UInt8 = 4
        static let planes: UInt8 = 8
        static let endings: UInt8 = 16
    }

    package static func encode(_ chunk: Chunk, as identity: ChunkIdentity) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(chunk.byteCount / 2 + headerByteCount + 8)
        let codes = StoredCodes(chunk)
        let split = chunk.ended?.split ?? EndedTexts.split(chunk.payload)
        Header(chunk, inPlanes: codes?.isPlanes ?? false, split).append(to: &body)
        if chunk.payload.form != .allMissing, let missing = chunk.missing {
            appendCompressed(missing.words, to: &body)
        }
        switch chunk.payload {
        case .allMissing, .constant: break
        case .codes8, .words8, .codes16, .words16: codes?.append(to: &body)
        case .codes32(_, _, let codes), .words32(let codes): appendPacked(codes, to: &body)
        case .lanes(let lanes): appendPacked(lanes, to: &body)
        case .floats(let floats): appendCompressed(floats.map(\.bitPattern), to: &body)
        case .plainText(let offsets, let bytes, let fingerprints):
            append(split?.offsets ?? offsets, split?.stems ?? bytes, fingerprints, to: &body)
            if let split {
                appendPacked(split.codes, to: &body)
                body.append(littleEndian: UInt32(split.endingCount))
                append(split.endingOffsets, split.endings, [], to: &body)
            }
        }
        body.append(littleEndian: xxHash64(body, seed: identity.checksumSeed(version: version)))
        return body
    }

    private static func append(
        _ offsets: [UInt32], _ bytes: [UInt8], _ fingerprints: [UInt16], to body: inout [UInt8]
    ) {
        appendPacked(differences(offsets), to: &body)
        if !fingerprints.isEmpty { appendPacked(fingerprints, to: &body) }
        appendCompressed(bytes, to: &body)
    }
}

/// Codes of one or two bytes as they are stored.
private enum StoredCodes {
    case planes(BitPlanes)
    case packed([UInt8])

    /// The planes that the chunk has, or would have where its codes packed would not take less than half of that. Nil where it has no such
    /// codes.
    init?(_ chunk: Chunk) {
        if let planes = chunk.planes {
            self = .planes(planes.bits)
            return
        }
        var packed: [UInt8] = []
        switch chunk.payload {
        case .codes8(_, _, let codes), .words8(let codes): appendPacked(codes, to: &packed)
        case .codes16(_, _, let codes), .words16(let codes): appendPacked(codes, to: &packed)
        default: return nil
        }
        guard let planes = CodePlanes(chunk.payload)?.bits,
            packed.count >= (planes.widths.count + 8 * planes.words.count) / 2
        else {
            self = .packed(packed)
            return
        }
        self = .planes(planes)
    }

    var isPlanes: Bool { if case .planes = self { true } else { false } }

    func append(to body: inout [UInt8]) {
        switch self {
        case .planes(let planes):
            body.append(contentsOf: planes.widths)
            appendWords(planes.words, to: &body)
        case .packed(let packed): body.append(contentsOf: packed)
        }
    }
}

extension Chunk.Payload {
    var form: ChunkCoding.Form {
        switch self {
        case .allMissing: .allMissing
        case .constant: .constant
        case .codes8: .codes8
        case .codes16: .codes16
        case .codes32: .codes32
        case .lanes: .lanes
        case .floats: .floats
        case .words8: .words8
        case .words16: .words16
        case .words32: .words32
        case .plainText: .plainText
        }
    }
}

extension ChunkCoding {
    /// The fixed part at the start of a chunk.
    struct Header {
        var form: Form
        var flags: UInt8 = 0
        var rowCount: UInt32
        var base: Int64 = 0
        var step: Int64 = 0
        var smallest: Int64 = 0
        var largest: Int64 = 0
        var textByteCount: UInt64 = 0

        init(_ chunk: Chunk, inPlanes: Bool, _ split: SplitTexts?) {
            form = chunk.payload.form
            if inPlanes { flags |= Flag.planes }
            rowCount = UInt32(chunk.rowCount)
            if chunk.missing != nil { flags |= Flag.missing }
            if let range = chunk.range {
                flags |= Flag.range
                smallest = range.lowerBound
                largest = range.upperBound
            }
            switch chunk.payload {
            case .constant(let lane): base = lane
            case .codes8(let from, let by, _): (base, step) = (from, by)
            case .codes16(let from, let by, _): (base, step) = (from, by)
            case .codes32(let from, let by, _): (base, step) = (from, by)
            case .plainText(_, let bytes, let fingerprints):
                textByteCount = UInt64(split?.stems.count ?? bytes.count)
                if split != nil { flags |= Flag.endings }
                if !fingerprints.isEmpty { flags |= Flag.fingerprints }
            default: break
            }
        }

        func append(to body: inout [UInt8]) {
            body.append(version)
            body.append(form.rawValue)
            body.append(flags)
            body.append(0)
            body.append(littleEndian: rowCount)
            for part in [base, step, smallest, largest] { body.append(littleEndian: part) }
            body.append(littleEndian: textByteCount)
        }
    }
}
