import Foundation

/// File systems whose locks and shared memory do not reach from machine to machine.
enum NetworkFileSystem {
    private static let kinds: Set<String> = [
        "nfs", "nfs4", "cifs", "smb", "smbfs", "smb2", "smb3", "afs", "ncpfs", "coda", "ceph", "lustre", "gfs", "ocfs2",
        "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.s3fs", "fuse.davfs", "davfs", "9p.nfs",
    ]

    /// The kind of the network file system that holds `path`; nil for local ones, and where that cannot be told.
    static func kind(of path: String) -> String? {
        guard let mounts = try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8) else { return nil }
        return kind(of: URL(fileURLWithPath: path).resolvingSymlinksInPath().path, mounts: mounts)
    }

    /// `mounts` as `/proc/self/mounts` has it: device, folder (blanks as `\040`), kind, …; a later line hides an earlier one.
    static func kind(of path: String, mounts: String) -> String? {
        var best = (length: -1, kind: "")
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count >= 3 else { continue }
            let folder =
                fields[1].utf8.contains(UInt8(ascii: "\\"))
                ? fields[1].replacingOccurrences(of: "\\040", with: " ") : String(fields[1])
            let isAbove = folder == "/" || path == folder || path.hasPrefix(folder + "/")
            if isAbove, folder.count >= best.length { best = (folder.count, String(fields[2])) }
        }
        return kinds.contains(best.kind) ? best.kind : nil
    }
}
