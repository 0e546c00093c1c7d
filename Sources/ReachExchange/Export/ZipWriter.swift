import ReachKernels

/// A zip archive as it grows (APPNOTE 6.3): some stored entries, then one that is compressed while its size is not known yet.
struct ZipWriter: Sendable {
    private struct Entry {
        let name: [UInt8]
        let place: Int
        let isOpen: Bool
        var checksum: UInt32
        var byteCount: Int
        var plainByteCount: Int
    }

    /// Up to where the open entry's compressed bytes begin.
    private(set) var bytes: [UInt8] = []
    private var entries: [Entry] = []

    /// An entry as it is.
    mutating func add(_ name: String, _ content: [UInt8]) {
        let entry = Entry(
            name: Array(name.utf8), place: bytes.count, isOpen: false, checksum: crc32(content),
            byteCount: content.count, plainByteCount: content.count)
        appendHead(entry)
        bytes += content
        entries.append(entry)
    }

    /// The last entry; its compressed bytes follow, and then what `close` gives.
    mutating func open(_ name: String) {
        let entry = Entry(
            name: Array(name.utf8), place: bytes.count, isOpen: true, checksum: 0, byteCount: 0, plainByteCount: 0)
        appendHead(entry)
        entries.append(entry)
    }

    /// What comes behind the open entry: its sizes, and the directory.
    mutating func close(checksum: UInt32, byteCount: Int, plainByteCount: Int) -> [UInt8] {
        entries[entries.count - 1].checksum = checksum
        entries[entries.count - 1].byteCount = byteCount
        entries[entries.count - 1].plainByteCount = plainByteCount
        var end: [UInt8] = []
        Self.append(0x0807_4B50, 4, to: &end)
        Self.append(Int(checksum), 4, to: &end)
        Self.append(byteCount, 4, to: &end)
        Self.append(plainByteCount, 4, to: &end)
        let directory = bytes.count + byteCount + end.count
        for entry in entries { Self.append(entry, to: &end) }
        let directoryBytes = bytes.count + byteCount + end.count - directory
        Self.append(0x0605_4B50, 4, to: &end)
        Self.append(0, 4, to: &end)
        Self.append(entries.count, 2, to: &end)
        Self.append(entries.count, 2, to: &end)
        Self.append(directoryBytes, 4, to: &end)
        Self.append(directory, 4, to: &end)
        Self.append(0, 2, to: &end)
        return end
    }

    private mutating func appendHead(_ entry: Entry) {
        Self.append(0x0403_4B50, 4, to: &bytes)
        Self.appendCommon(entry, to: &bytes)
        Self.append(0, 2, to: &bytes)
        bytes += entry.name
    }

    /// A line of the directory.
    private static func append(_ entry: Entry, to end: inout [UInt8]) {
        append(0x0201_4B50, 4, to: &end)
        append(20, 2, to: &end)
        appendCommon(entry, to: &end)
        // No extra field, no comment, first disk, no attributes.
        append(0, 2 + 2 + 2, to: &end)
        append(0, 2 + 4, to: &end)
        append(entry.place, 4, to: &end)
        end += entry.name
    }

    /// Version, flags, method, time, checksum, sizes, length of the name. Names are UTF-8; the day is 1980-01-01, so that the same
    /// rows make the same file.
    private static func appendCommon(_ entry: Entry, to bytes: inout [UInt8]) {
        append(20, 2, to: &bytes)
        append(0x0800 | (entry.isOpen ? 0x0008 : 0), 2, to: &bytes)
        append(entry.isOpen ? 8 : 0, 2, to: &bytes)
        append(0, 2, to: &bytes)
        append(0x0021, 2, to: &bytes)
        append(Int(entry.checksum), 4, to: &bytes)
        append(entry.byteCount, 4, to: &bytes)
        append(entry.plainByteCount, 4, to: &bytes)
        append(entry.name.count, 2, to: &bytes)
    }

    /// Little-endian.
    private static func append(_ number: Int, _ width: Int, to bytes: inout [UInt8]) {
        for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }
}
