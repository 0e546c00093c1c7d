import ReachKernels

extension ChunkCoding {
    /// The chunk that `encode` wrote; nothing of it is used before its checksum was found right.
    package static func decode(_ body: [UInt8], as identity: ChunkIdentity) throws(Failure) -> Chunk {
        // SAFETY: the bytes are only read, and the array outlives the call.
        try unsafe decode(body.span.bytes, as: identity)
    }

    /// The same of bytes that somebody else holds; the chunk keeps none of them.
    package static func decode(_ body: RawSpan, as identity: ChunkIdentity) throws(Failure) -> Chunk {
        guard body.byteCount >= headerByteCount + 8 else { throw .truncated }
        let version = loadNumber(body, at: 0, UInt8.self)
        guard version <= Self.version else { throw .newerVersion(version) }
        let end = body.byteCount - 8
        let stated = loadNumber(body, at: end, UInt64.self)
        guard readableVersions.contains(version),
            stated == xxHash64(body, from: 0, to: end, seed: identity.checksumSeed(version: version))
        else { throw .damaged }
        let header = try Header(body)
        guard header.rowCount == UInt32(exactly: identity.rowCount), header.smallest <= header.largest else {
            throw .damaged
        }
        if header.form == .allMissing { return .allMissing(rowCount: identity.rowCount) }
        let content = body.extracting(headerByteCount..<end)
        var at = 0
        var missing: Bitmap?
        if header.flags & Flag.missing != 0 {
            let words = uncompressedWords(content, at: &at, count: (identity.rowCount + 63) / 64)
            guard let words else { throw .truncated }
            missing = Bitmap(count: identity.rowCount, words: words)
        }
        let range = header.flags & Flag.range != 0 ? header.smallest...header.largest : nil
        if header.flags & Flag.planes != 0 {
            let planes = try planes(header, content, at: &at)
            guard at == content.byteCount else { throw .damaged }
            return Chunk(planes: planes, missing: missing, range: range)
        }
        guard let payload = payload(header, content, at: &at) else { throw .truncated }
        if header.flags & Flag.endings != 0 {
            guard let ended = ended(payload, content, at: &at), at == content.byteCount else { throw .damaged }
            return Chunk(ended: ended, missing: missing)
        }
        guard at == content.byteCount else { throw .damaged }
        return Chunk(rowCount: identity.rowCount, payload: payload, missing: missing, range: range)
    }

    private static func planes(_ header: Header, _ content: RawSpan, at: inout Int) throws(Failure) -> CodePlanes {
        let meaning: CodePlanes.Meaning
        switch header.form {
        case .codes8, .codes16: meaning = .lanes(base: header.base, step: header.step)
        case .words8, .words16: meaning = .words
        default: throw .damaged
        }
        let count = Int(header.rowCount)
        let blockCount = BitPlanes.blockCount(rows: count)
        guard content.byteCount - at >= blockCount else { throw .truncated }
        let widths = (0..<blockCount).map { loadNumber(content, at: at + $0, UInt8.self) }
        at += blockCount
        guard let wordCount = BitPlanes.wordCount(widths: widths) else { throw .damaged }
        guard let words = loadWords(content, at: &at, count: wordCount) else { throw .truncated }
        return CodePlanes(BitPlanes(count: count, widths: widths, words: words), meaning)
    }

    /// Nil where the bytes end too early or are none that `encode` writes.
    private static func payload(_ header: Header, _ content: RawSpan, at: inout Int) -> Chunk.Payload? {
        let (base, step, count) = (header.base, header.step, Int(header.rowCount))
        return switch header.form {
        case .allMissing: .allMissing
        case .constant: .constant(base)
        case .codes8: unpack8(content, at: &at, count: count).map { .codes8(base: base, step: step, $0) }
        case .codes16: unpack16(content, at: &at, count: count).map { .codes16(base: base, step: step, $0) }
        case .codes32: unpack32(content, at: &at, count: count).map { .codes32(base: base, step: step, $0) }
        case .lanes: unpack64(content, at: &at, count: count).map { .lanes($0) }
        case .floats:
            uncompressedWords(content, at: &at, count: count).map { .floats($0.map { Double(bitPattern: $0) }) }
        case .words8: unpack8(content, at: &at, count: count).map { .words8($0) }
        case .words16: unpack16(content, at: &at, count: count).map { .words16($0) }
        case .words32: unpack32(content, at: &at, count: count).map { .words32($0) }
        case .plainText: plainText(header, content, at: &at)
        }
    }

    /// What the payload holds are the stems.
    private static func ended(_ payload: Chunk.Payload, _ content: RawSpan, at: inout Int) -> EndedTexts? {
        guard case .plainText(let offsets, let stems, let fingerprints) = payload,
            let codes = unpack8(content, at: &at, count: offsets.count - 1), content.byteCount - at >= 4
        else { return nil }
        let count = Int(loadNumber(content, at: at, UInt32.self))
        at += 4
        guard count <= codes.count, let endingOffsets = unpackRunningSums(content, at: &at, count: count),
            let endings = uncompressed(content, at: &at, count: Int(endingOffsets[count])),
            let split = SplitTexts(
                offsets: offsets, stems: stems, codes: codes, endingOffsets: endingOffsets, endings: endings)
        else { return nil }
        return EndedTexts(split, fingerprints: fingerprints)
    }

    private static func plainText(_ header: Header, _ content: RawSpan, at: inout Int) -> Chunk.Payload? {
        let count = Int(header.rowCount)
        guard let offsets = unpackRunningSums(content, at: &at, count: count),
            UInt64(offsets[count]) == header.textByteCount
        else { return nil }
        var fingerprints: [UInt16] = []
        if header.flags & Flag.fingerprints != 0 {
            guard let unpacked = unpack16(content, at: &at, count: count) else { return nil }
            fingerprints = unpacked
        }
        guard let bytes = uncompressed(content, at: &at, count: Int(offsets[count])) else { return nil }
        return .plainText(offsets: offsets, bytes: bytes, fingerprints: fingerprints)
    }
}

extension ChunkCoding.Header {
    /// The header of `body`, which is longer than one.
    fileprivate init(_ body: RawSpan) throws(ChunkCoding.Failure) {
        guard let form = ChunkCoding.Form(rawValue: loadNumber(body, at: 1, UInt8.self)) else { throw .damaged }
        self.form = form
        flags = loadNumber(body, at: 2, UInt8.self)
        rowCount = loadNumber(body, at: 4, UInt32.self)
        base = loadNumber(body, at: 8, Int64.self)
        step = loadNumber(body, at: 16, Int64.self)
        smallest = loadNumber(body, at: 24, Int64.self)
        largest = loadNumber(body, at: 32, Int64.self)
        textByteCount = loadNumber(body, at: 40, UInt64.self)
    }
}
