import Foundation
import Glibc
import ReachDiagnostics
import ReachKernels

/// A row that was not taken, and why. Reasons never quote the row: it may hold personal data.
package struct Rejection: Hashable, Sendable {
    /// Line of the file on which the row starts, 1-based.
    package let line: Int
    /// Nil where the row as a whole is at fault.
    package let column: String?
    package let reason: String
    /// The clause with which the row would have been taken, where there is one.
    package let clause: String?

    package init(line: Int, column: String?, reason: String, clause: String? = nil) {
        self.line = line
        self.column = column
        self.reason = reason
        self.clause = clause
    }
}

/// Where rejected rows go: a delimited file like the one they come from, with three columns before the row as it was written.
///
///     reject_line,reject_column,reject_reason,id,born
///     17,born,not a date,A17,31.02.1990
///
/// Everything after the third delimiter is the row byte for byte. A row is mended where it stands; importing the file again leaves
/// the three columns out, and what is rejected once more is written without a second set of them.
struct RejectsFile: ~Copyable {
    static let prefixNames = ["reject_line", "reject_column", "reject_reason"]

    /// How many columns of a file with these names are an earlier rejects file's: 3 or 0.
    static func prefixCells(of header: [String]?) -> Int {
        header.map { Array($0.prefix(3)) } == prefixNames ? prefixNames.count : 0
    }

    let path: String
    private let temporaryPath: String
    private let style: RejectsStyle
    private var file: PosixFile?
    private var buffer: [UInt8] = []
    private let span: SourceSpan?
    /// Where what stood in its place before is now: somebody may have mended it.
    private(set) var keptPath: String?

    /// Writes nothing before the first rejected row.
    init(path: String, style: RejectsStyle, at span: SourceSpan?) {
        self.path = path
        temporaryPath = path + ".part\(getpid())"
        self.style = style
        self.span = span
    }

    deinit {
        if file != nil { PosixFile.remove(temporaryPath) }
    }

    mutating func add(_ rejection: Rejection, record: ArraySlice<UInt8>) throws {
        if file == nil { try begin() }
        buffer += style.line(rejection, record)
        buffer.append(0x0A)
        if buffer.count > 1 << 20 { try flush() }
    }

    /// Puts the file in its place, where any row was rejected.
    mutating func commit() throws -> String? {
        guard file != nil else { return nil }
        try flush()
        do {
            try file?.synchronize()
            if try PosixFile.state(of: path)?.kind == .file,
                !FileManager.default.contentsEqual(atPath: path, andPath: temporaryPath)
            {
                try PosixFile.rename(path, to: path + "~")
                keptPath = path + "~"
            }
            try PosixFile.rename(temporaryPath, to: path)
        } catch {
            throw Diagnostic.fileNotWritable(path, error, help: ["add `rejects \"/FOLDER/FILE\"`"], at: span)
        }
        file = nil
        return path
    }

    private mutating func begin() throws {
        PosixFile.remove(temporaryPath)
        do {
            file = try PosixFile.creating(temporaryPath)
        } catch {
            throw Diagnostic.fileNotWritable(path, error, help: ["add `rejects \"/FOLDER/FILE\"`"], at: span)
        }
        if let line = style.headerLine { buffer += line + [0x0A] }
    }

    private mutating func flush() throws {
        do {
            try file?.write(buffer)
        } catch {
            throw Diagnostic.fileNotWritable(path, error, help: ["add `rejects \"/FOLDER/FILE\"`"], at: span)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// `orders.csv` → `orders.rejects.csv` → `orders.rejects-2.csv`, so that a file is never written over itself. What is written is not
    /// compressed; of workbooks and databases it is CSV.
    static func path(
        beside file: String, _ style: RejectsStyle = .delimited(by: 0x2C, header: [], prefixCells: 0)
    ) -> String {
        var file = file == "-" ? "stdin" : file.filter { !"*?[]".contains($0) }
        for suffix in Compression.allCases.flatMap(\.suffixes) where file.lowercased().hasSuffix(suffix) {
            file.removeLast(suffix.count)
        }
        let slash = file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex
        let name = file[slash...]
        let dot = name.dropFirst().lastIndex(of: ".") ?? name.endIndex
        let stem = name[..<dot]
        let suffix = style.suffix(replacing: dot == name.endIndex ? "" : String(name[dot...]))
        var base = String(stem)
        var next = ".rejects"
        if let range = stem.lastIndex(of: ".").map({ stem[$0...] }), range.hasPrefix(".rejects") {
            let number = Int(Int16(range.dropFirst(9)) ?? 1)
            base = String(stem[..<range.startIndex])
            next = ".rejects-\(number + 1)"
        }
        return file[..<slash] + base + next + suffix
    }
}

extension MalformedRecord.Reason {
    /// The clause that takes such a record of a delimited file of `width` columns.
    func clause(width: Int) -> String? {
        switch self {
        case .cellCount(let count): count < width ? "ragged" : nil
        case .bareQuote, .textAfterQuote, .unclosedQuote: "quotes no"
        case .json: nil
        }
    }

    /// In words, for a file of `width` columns of which `prefix` are the importer's own.
    func text(width: Int, prefix: Int) -> String {
        switch self {
        case .cellCount(let count):
            "\(max(0, count - prefix)) \(count - prefix == 1 ? "cell" : "cells") where the header has \(width - prefix)"
        case .bareQuote: "a quote inside a cell that does not start with one"
        case .textAfterQuote: "text after a closing quote"
        case .unclosedQuote: "a quote that is never closed"
        case .json(let fault): fault.text
        }
    }
}
