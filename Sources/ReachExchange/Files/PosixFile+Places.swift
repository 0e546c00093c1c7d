import Glibc

extension PosixFile {
    /// Writes all bytes at their place, wherever the file is being written otherwise; from many threads at once.
    static func write(_ bytes: [UInt8], at offset: Int, to descriptor: Int32) throws(FileFailure) {
        var written = 0
        while written < bytes.count {
            // SAFETY: only bytes within the array are read.
            let put = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + written))
            }
            if put < 0 {
                if errno == EINTR { continue }
                throw FileFailure(errno)
            }
            written += put
        }
    }

    /// Where `write` goes on.
    func seek(to offset: Int) throws(FileFailure) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw FileFailure(errno) }
    }
}
