import Glibc
import ReachDiagnostics
import ReachKernels

/// The file or files of an import, to be read as often as wanted.
struct ImportSource: Sendable {
    /// As the statement has it: a file, `-`, or a pattern of names.
    let path: String
    private var heads: [FileHead]

    init(
        _ path: String, _ options: ImportOptions, _ cancellation: Cancellation, _ progress: any ProgressReporter
    ) throws {
        self.path = path
        let encoding = try options.encoding.map { option in
            guard let encoding = TextEncoding(named: option.text) else { throw Diagnostic.unknownEncoding(option) }
            return encoding
        }
        heads = try Self.files(path, at: options.fileSpan).map { file in
            try FileHead(
                path: file, at: options.fileSpan, encoding: encoding, cancellation: cancellation, progress: progress)
        }
    }

    /// The columns of formats that tell them only by all rows.
    var knownColumns: [String] {
        get { heads.first?.knownColumns ?? [] }
        set { for position in heads.indices { heads[position].knownColumns = newValue } }
    }

    /// Reads the file by another encoding from now on.
    mutating func read(as encoding: TextEncoding, _ options: ImportOptions) throws {
        guard heads.count == 1, let head = heads.first else {
            throw Diagnostic.foreignEncoding(path, encoding.rawValue, at: options.fileSpan)
        }
        heads = [
            try FileHead(
                path: head.path, at: head.span, encoding: encoding, spool: head.source.spool,
                cancellation: head.cancellation)
        ]
        heads[0].isEncodingGuessed = true
    }

    func open(_ options: ImportOptions) throws -> any RecordReader {
        if heads.count == 1, let head = heads.first {
            return try ImportFormats.format(of: head, options).open(head, options)
        }
        return try SeveralFilesReader(path, heads, options)
    }

    /// The files that a pattern names, by name; what an import rejected earlier is not among them.
    private static func files(_ path: String, at span: SourceSpan?) throws -> [String] {
        guard path.contains(where: { "*?[".contains($0) }), (try? PosixFile.state(of: path)) == nil else {
            return [path]
        }
        var found = unsafe glob_t()
        // SAFETY: `glob` fills the struct, which is copied from and then freed.
        let status = unsafe glob(path, 0, nil, &found)
        defer { unsafe globfree(&found) }
        guard status == 0 else { throw Diagnostic.noFileMatches(path, at: span) }
        // SAFETY: `gl_pathv` holds `gl_pathc` C strings until the struct is freed.
        let paths = unsafe (0..<Int(found.gl_pathc)).compactMap { position in
            unsafe found.gl_pathv[position].map { unsafe String(cString: $0) }
        }
        let files = paths.filter { path in
            let name = path.split(separator: "/").last ?? ""
            return !name.contains(".rejects")
        }
        guard !files.isEmpty else { throw Diagnostic.noFileMatches(path, at: span) }
        return files
    }
}

/// The rows of several files one after another. All have the same columns in the same order.
private final class SeveralFilesReader: RecordReader {
    private let heads: [FileHead]
    private let options: ImportOptions
    private var reader: any RecordReader
    private var position = 0
    private var doneBytes = 0
    private var combined = FileFingerprint()
    private var late: [String] = []
    private let namedText: [Bool]
    private(set) var shape: FileShape
    let header: [String]?
    let columnCount: Int
    let rejectsStyle: RejectsStyle

    init(_ path: String, _ heads: [FileHead], _ options: ImportOptions) throws {
        self.heads = heads
        self.options = options
        reader = try ImportFormats.format(of: heads[0], options).open(heads[0], options)
        shape = reader.shape
        shape.byteCount = heads.reduce(0) { $0 + $1.byteCount }
        shape.notes.insert("\(heads.count) files match `\(path)`", at: 0)
        header = reader.header
        namedText = (0..<reader.columnCount).map(reader.isNamedText)
        columnCount = reader.columnCount
        rejectsStyle = reader.rejectsStyle
    }

    var readBytes: Int { doneBytes + reader.readBytes }
    func isNamedText(_ column: Int) -> Bool { namedText[column] }
    var lateColumns: [String] { late + reader.lateColumns.filter { !late.contains($0) } }

    func next() throws -> RecordBlock? {
        while true {
            if var block = try reader.next() {
                block.fileName = heads[position].path
                return block
            }
            guard position + 1 < heads.count else { return nil }
            try addFingerprint()
            late = lateColumns
            doneBytes += reader.readBytes
            position += 1
            var head = heads[position]
            // What this one has more comes up as late columns.
            if rejectsStyle.isJSON { head.knownColumns = header ?? [] }
            reader = try ImportFormats.format(of: head, options).open(head, options)
            try checkLikeness(head)
        }
    }

    private func checkLikeness(_ head: FileHead) throws {
        if reader.shape.format != shape.format, !rejectsStyle.isJSON || !reader.rejectsStyle.isJSON {
            throw Diagnostic.filesDiffer(
                head.path, "it is \(reader.shape.format), they are \(shape.format)", at: head.span)
        }
        let own = (reader.header ?? []).map { Name.fold($0) }
        let first = (header ?? []).map { Name.fold($0) }
        if let extra = (reader.header ?? []).first(where: { !first.contains(Name.fold($0)) }) {
            throw Diagnostic.filesDiffer(head.path, "it has a column `\(extra)`", at: head.span)
        }
        if let missing = (header ?? []).first(where: { !own.contains(Name.fold($0)) }) {
            throw Diagnostic.filesDiffer(head.path, "it has no column `\(missing)`", at: head.span)
        }
        if own != first || reader.columnCount != columnCount {
            throw Diagnostic.filesDiffer(head.path, "its columns are in another order", at: head.span)
        }
    }

    private func addFingerprint() throws {
        var words: [UInt8] = []
        let value = try reader.fingerprint()
        for shift in 0..<8 { words.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * shift))) }
        combined.add(words.span)
    }

    func fingerprint() throws -> UInt64 {
        try addFingerprint()
        return combined.value
    }
}

extension RejectsStyle {
    fileprivate var isJSON: Bool {
        if case .jsonLines = self { true } else { false }
    }
}
