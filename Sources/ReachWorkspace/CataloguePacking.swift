import ReachColumns
import ReachKernels

/// Chunk lists and schemas as they stand in the catalogue's rows.
enum CataloguePacking {
    /// The bytes are no list that this version wrote, or were damaged.
    struct Damaged: Error {}

    private static let version: UInt8 = 2
    private static let chunkByteCount = 34
    private static let layerByteCount = 20
    private static let pieceByteCount = 12

    static func pack(chunks: [ChunkEntry]) -> [UInt8] {
        var bytes: [UInt8] = [version]
        bytes.reserveCapacity(chunks.count * chunkByteCount + 9)
        for chunk in chunks {
            bytes.append(littleEndian: chunk.id)
            bytes.append(littleEndian: UInt32(chunk.rowCount))
            bytes.append(littleEndian: UInt32(chunk.missingCount))
            bytes.append((chunk.range == nil ? 0 : 1) | (chunk.isPlainText ? 2 : 0))
            bytes.append(littleEndian: chunk.range?.lowerBound ?? 0)
            bytes.append(littleEndian: chunk.range?.upperBound ?? 0)
            bytes.append(UInt8(chunk.layers.count))
            for layer in chunk.layers {
                bytes.append(littleEndian: layer.id)
                bytes.append(littleEndian: layer.places)
                bytes.append(littleEndian: UInt32(layer.rowCount))
            }
        }
        bytes.append(littleEndian: xxHash64(bytes))
        return bytes
    }

    static func unpackChunks(_ bytes: [UInt8]) throws -> [ChunkEntry] {
        let end = try checkedEnd(of: bytes)
        var chunks: [ChunkEntry] = []
        var at = 1
        while at < end {
            guard end - at >= chunkByteCount else { throw Damaged() }
            let low = number(bytes, at + 17, Int64.self)
            let high = number(bytes, at + 25, Int64.self)
            let layerCount = Int(bytes[at + 33])
            guard low <= high, end - at >= chunkByteCount + layerCount * layerByteCount else { throw Damaged() }
            var chunk = ChunkEntry(
                id: number(bytes, at, Int64.self), rowCount: Int(number(bytes, at + 8, UInt32.self)),
                missingCount: Int(number(bytes, at + 12, UInt32.self)),
                range: bytes[at + 16] & 1 == 0 ? nil : low...high,
                isPlainText: bytes[at + 16] & 2 != 0)
            at += chunkByteCount
            for _ in 0..<layerCount {
                chunk.layers.append(
                    LayerEntry(
                        id: number(bytes, at, Int64.self), places: number(bytes, at + 8, Int64.self),
                        rowCount: Int(number(bytes, at + 16, UInt32.self))))
                at += layerByteCount
            }
            chunks.append(chunk)
        }
        return chunks
    }

    static func pack(pieces: [DictionaryPiece]) -> [UInt8] {
        var bytes: [UInt8] = [version]
        for piece in pieces {
            bytes.append(littleEndian: piece.id)
            bytes.append(littleEndian: UInt32(piece.wordCount))
        }
        bytes.append(littleEndian: xxHash64(bytes))
        return bytes
    }

    static func unpackPieces(_ bytes: [UInt8]) throws -> [DictionaryPiece] {
        let end = try checkedEnd(of: bytes)
        guard (end - 1) % pieceByteCount == 0 else { throw Damaged() }
        return stride(from: 1, to: end, by: pieceByteCount).map { at in
            DictionaryPiece(id: number(bytes, at, Int64.self), wordCount: Int(number(bytes, at + 8, UInt32.self)))
        }
    }

    /// Where the entries end and the checksum, which was found right, begins.
    private static func checkedEnd(of bytes: [UInt8]) throws -> Int {
        let end = bytes.count - 8
        guard end >= 1, bytes[0] == version,
            number(bytes, end, UInt64.self) == xxHash64(bytes.span, from: 0, to: end, seed: 0)
        else { throw Damaged() }
        return end
    }

    private static func number<Number: FixedWidthInteger>(
        _ bytes: [UInt8], _ at: Int, _ type: Number.Type
    ) -> Number {
        var value: Number = 0
        for byte in 0..<(Number.bitWidth / 8) { value |= Number(truncatingIfNeeded: bytes[at + byte]) << (8 * byte) }
        return value
    }
}

extension DataType {
    /// As `name` writes it: `decimal(2)`.
    init?(packed: String) {
        let plain: [DataType] = [.integer, .float, .text, .boolean, .date, .datetime]
        if let type = plain.first(where: { $0.name == packed }) {
            self = type
        } else if packed.hasPrefix("decimal("), packed.hasSuffix(")"), let scale = Int(packed.dropFirst(8).dropLast()),
            (0...18).contains(scale)
        {
            self = .decimal(scale: scale)
        } else {
            return nil
        }
    }
}

extension ColumnSchema.Role {
    /// `key`, `address email` …
    var packed: String {
        switch self {
        case .key: "key"
        case .time: "time"
        case .rowKey: "rowkey"
        case .address(let channel): "address \(channel)"
        case .consent(let channel): "consent \(channel)"
        case .personal: "personal"
        case .score(let statement, let day): "score \(day) \(statement)"
        case .attribute: "attribute"
        }
    }

    /// A role that a later Reach added reads as an attribute.
    init(packed: String) {
        if packed.hasPrefix("address ") {
            self = .address(channel: String(packed.dropFirst(8)))
        } else if packed.hasPrefix("consent ") {
            self = .consent(channel: String(packed.dropFirst(8)))
        } else if let score = Self.score(packed) {
            self = score
        } else {
            let plain: [ColumnSchema.Role] = [.key, .time, .rowKey, .personal]
            self = plain.first { $0.packed == packed } ?? .attribute
        }
    }

    private static func score(_ packed: String) -> ColumnSchema.Role? {
        let words = packed.split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0] == "score", let day = Int32(words[1]) else { return nil }
        return .score(of: String(words[2]), day: day)
    }
}
