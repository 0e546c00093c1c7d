import ReachKernels

extension ChunkCoding {
    /// The chunk that `encode` wrote; nothing of it is used before its checksum was found right.
    package static func decode(_ body: [UInt8], as identity: ChunkIdentity) throws(Failure) -> Chunk {
        guard body.count >= headerByteCount + 8 else { throw .truncated }
        guard body[0] <= version else { throw .newerVersion(body[0]) }
        var reader = Reader(body: body, at: body.count - 8)
        let stated = try reader.number(UInt64.self)
        let seed = identity.checksumSeed(version: body[0])
        guard stated == xxHash64(body.span, from: 0, to: body.count - 8, seed: seed) else { throw .damaged }
        reader.at = 4
        let rowCount = Int(try reader.number(UInt32.self))
        let base = try reader.number(Int64.self)
        let step = try reader.number(Int64.self)
        let smallest = try reader.number(Int64.self)
        let largest = try reader.number(Int64.self)
        let textByteCount = try reader.number(UInt64.self)
        guard let form = Form(rawValue: body[1]), rowCount == identity.rowCount, smallest <= largest,
            textByteCount <= UInt64(body.count)
        else { throw .damaged }
        if form == .allMissing { return .allMissing(rowCount: rowCount) }
        var missing: Bitmap?
        if body[2] & Flag.missing != 0 {
            missing = Bitmap(count: rowCount, words: try reader.array(UInt64.self, count: (rowCount + 63) / 64))
        }
        let payload: Chunk.Payload =
            switch form {
            case .allMissing: .allMissing
            case .constant: .constant(base)
            case .codes8: .codes8(base: base, step: step, try reader.array(UInt8.self, count: rowCount))
            case .codes16: .codes16(base: base, step: step, try reader.array(UInt16.self, count: rowCount))
            case .codes32: .codes32(base: base, step: step, try reader.array(UInt32.self, count: rowCount))
            case .lanes: .lanes(try reader.array(Int64.self, count: rowCount))
            case .floats: .floats(try reader.array(UInt64.self, count: rowCount).map { Double(bitPattern: $0) })
            case .words8: .words8(try reader.array(UInt8.self, count: rowCount))
            case .words16: .words16(try reader.array(UInt16.self, count: rowCount))
            case .words32: .words32(try reader.array(UInt32.self, count: rowCount))
            case .plainText:
                try reader.plainText(
                    rowCount: rowCount, byteCount: Int(textByteCount), lengthWidth: body[3],
                    hasFingerprints: body[2] & Flag.fingerprints != 0)
            }
        guard reader.at == body.count - 8 else { throw .damaged }
        let range = body[2] & Flag.range != 0 ? smallest...largest : nil
        return Chunk(rowCount: rowCount, payload: payload, missing: missing, range: range)
    }

    private struct Reader {
        let body: [UInt8]
        var at: Int

        mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(Failure) -> Number {
            let width = Number.bitWidth / 8
            guard body.count - at >= width else { throw .truncated }
            var value: Number = 0
            for byte in 0..<width { value |= Number(truncatingIfNeeded: body[at + byte]) << (8 * byte) }
            at += width
            return value
        }

        mutating func array<Element: FixedWidthInteger & BitwiseCopyable>(
            _ type: Element.Type, count: Int
        ) throws(Failure) -> [Element] {
            let width = Element.bitWidth / 8
            guard count >= 0, (body.count - at) / width >= count else { throw .truncated }
            #if _endian(little)
                // SAFETY: `count` elements were just found to lie inside the body, any bytes make fixed-width integers,
                // and the initialised count is the number of elements copied.
                let elements = unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
                    unsafe body.withUnsafeBytes { source in
                        unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(
                            from: UnsafeRawBufferPointer(rebasing: source[at..<at + count * width]))
                    }
                    initialized = count
                }
                at += count * width
            #else
                var elements: [Element] = []
                for _ in 0..<count { elements.append(try number(Element.self)) }
            #endif
            return elements
        }

        mutating func plainText(
            rowCount: Int, byteCount: Int, lengthWidth: UInt8, hasFingerprints: Bool
        ) throws(Failure) -> Chunk.Payload {
            let lengths: [UInt32] =
                switch lengthWidth {
                case 1: widen(try array(UInt8.self, count: rowCount))
                case 2: widen(try array(UInt16.self, count: rowCount))
                default: try array(UInt32.self, count: rowCount)
                }
            guard let offsets = runningSums(lengths), offsets[rowCount] == UInt32(truncatingIfNeeded: byteCount) else {
                throw .damaged
            }
            let fingerprints = hasFingerprints ? try array(UInt16.self, count: rowCount) : []
            return .plainText(
                offsets: offsets, bytes: try array(UInt8.self, count: byteCount), fingerprints: fingerprints)
        }
    }
}
