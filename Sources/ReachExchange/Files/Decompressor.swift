import CBzip2
import CZlib
import CZstd
import ReachDiagnostics

/// How a file is compressed, told by its first bytes.
enum Compression: String, Hashable, Sendable, CaseIterable {
    case gzip, zstd, bzip2

    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x1F, 0x8B, 0x08]) {
            self = .gzip
        } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstd
        } else if bytes.starts(with: Array("BZh".utf8)) {
            self = .bzip2
        } else {
            return nil
        }
    }

    /// What the names of such files end in.
    var suffixes: [String] {
        switch self {
        case .gzip: [".gz", ".gzip"]
        case .zstd: [".zst", ".zstd"]
        case .bzip2: [".bz2"]
        }
    }

    func decompressor() -> any Decompressor {
        switch self {
        case .gzip: GzipDecompressor()
        case .zstd: ZstdDecompressor()
        case .bzip2: Bzip2Decompressor()
        }
    }
}

/// Undoes a compression bit by bit: input is taken as output has room, so that neither is ever whole in memory.
protocol Decompressor: AnyObject {
    /// Reads of `input` from `at` on, which moves, and answers at most about `limit` bytes. None where more input is needed.
    func decompress(_ input: [UInt8], at: inout Int, limit: Int) throws(DecompressionFailure) -> [UInt8]
    /// Whether the input may end here.
    var isComplete: Bool { get }
}

/// The compressed bytes are not what was written once.
struct DecompressionFailure: Error {}

/// One or more gzip members; zeros behind them, as tapes leave, are passed over.
@safe private final class GzipDecompressor: Decompressor {
    private let stream: UnsafeMutablePointer<z_stream>
    private(set) var isComplete = false

    init() {
        // SAFETY: zlib keeps a pointer to the stream, which therefore has a fixed place until `deinit`.
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe precondition(reach_inflate_gzip_init(stream) == Z_OK, "there is memory for a window of 32 KB")
    }

    deinit {
        // SAFETY: initialised above, used nowhere else.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func decompress(_ input: [UInt8], at: inout Int, limit: Int) throws(DecompressionFailure) -> [UInt8] {
        if isComplete {
            while at < input.count, input[at] == 0 { at += 1 }
            if at == input.count { return [] }
            // SAFETY: the stream was initialised in `init`.
            unsafe inflateReset(stream)
            isComplete = false
        }
        var status = Z_OK
        var used = at
        // SAFETY: zlib reads the input between `used` and its end and writes at most `limit` bytes, and says how many.
        let output = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            unsafe input.withUnsafeBufferPointer { bytes in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: bytes.baseAddress.map { unsafe $0 + used })
                unsafe stream.pointee.avail_in = UInt32(bytes.count - used)
                unsafe stream.pointee.next_out = buffer.baseAddress
                unsafe stream.pointee.avail_out = UInt32(limit)
                unsafe status = inflate(stream, Z_NO_FLUSH)
                unsafe used = bytes.count - Int(stream.pointee.avail_in)
                unsafe count = limit - Int(stream.pointee.avail_out)
            }
        }
        at = used
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw DecompressionFailure() }
        isComplete = status == Z_STREAM_END
        return output
    }
}

@safe private final class ZstdDecompressor: Decompressor {
    private let stream: OpaquePointer?
    private(set) var isComplete = false

    init() {
        // SAFETY: nil where memory is out, which every later call reports as a failure.
        unsafe stream = ZSTD_createDStream()
    }

    deinit { unsafe _ = ZSTD_freeDStream(stream) }

    func decompress(_ input: [UInt8], at: inout Int, limit: Int) throws(DecompressionFailure) -> [UInt8] {
        // Asked again behind the last frame, zstd would wait for another.
        if isComplete, at == input.count { return [] }
        var used = at
        var status = 0
        // SAFETY: zstd reads the input between `used` and its end and writes at most `limit` bytes, and says how many.
        let output = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            unsafe input.withUnsafeBytes { bytes in
                var source = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: used)
                var target = unsafe ZSTD_outBuffer(dst: buffer.baseAddress, size: limit, pos: 0)
                unsafe status = ZSTD_decompressStream(stream, &target, &source)
                unsafe used = source.pos
                unsafe count = target.pos
            }
        }
        if ZSTD_isError(status) != 0 { throw DecompressionFailure() }
        at = used
        // Zero once a frame is decoded and flushed; another may follow.
        isComplete = status == 0
        return output
    }
}

/// One or more bzip2 streams.
@safe private final class Bzip2Decompressor: Decompressor {
    private let stream: UnsafeMutablePointer<bz_stream>
    private(set) var isComplete = false

    init() {
        // SAFETY: the library keeps a pointer to the stream, which therefore has a fixed place until `deinit`.
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: bz_stream())
        unsafe precondition(BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK, "there is memory for a stream")
    }

    deinit {
        // SAFETY: initialised above, used nowhere else.
        unsafe BZ2_bzDecompressEnd(stream)
        unsafe stream.deallocate()
    }

    func decompress(_ input: [UInt8], at: inout Int, limit: Int) throws(DecompressionFailure) -> [UInt8] {
        if isComplete {
            if at == input.count { return [] }
            // SAFETY: as in `init` and `deinit`.
            unsafe BZ2_bzDecompressEnd(stream)
            unsafe stream.pointee = bz_stream()
            guard unsafe BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw DecompressionFailure() }
            isComplete = false
        }
        var status = BZ_OK
        var used = at
        // SAFETY: the library reads the input between `used` and its end and writes at most `limit` bytes, and says how many.
        let output = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            unsafe input.withUnsafeBytes { bytes in
                let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress.map { unsafe $0 + used })
                unsafe stream.pointee.next_in = start?.assumingMemoryBound(to: CChar.self)
                unsafe stream.pointee.avail_in = UInt32(bytes.count - used)
                unsafe stream.pointee.next_out = UnsafeMutableRawPointer(buffer.baseAddress)?
                    .assumingMemoryBound(to: CChar.self)
                unsafe stream.pointee.avail_out = UInt32(limit)
                unsafe status = BZ2_bzDecompress(stream)
                unsafe used = bytes.count - Int(stream.pointee.avail_in)
                unsafe count = limit - Int(stream.pointee.avail_out)
            }
        }
        at = used
        guard status == BZ_OK || status == BZ_STREAM_END else { throw DecompressionFailure() }
        isComplete = status == BZ_STREAM_END
        return output
    }
}
