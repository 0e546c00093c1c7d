import Foundation
import ReachColumns
import ReachDiagnostics
import ReachKernels
import Testing

@testable import ReachExchange

/// Files that something happened to. `importFile` checks each time that rows and rejects are all records.
struct MutationTests {
    private static let seeds = [
        "id,name,total\n1,Anna,5.50\n2,\"Bo, \"\"Jr\"\"\",7\n3,\"two\nlines\",8.25\n",
        "customer_id;date;сумма\r\n1;22.11.2026;100,5\r\n2;01.02.2026;7\r\n",
        "a\tb\tc\n\t\t\n1e5\ttrue\t2026-01-01T10:00Z\n",
        "x|y\r1|2\r\"3\"|4\r",
        "\u{FEFF}id,e\n1,é\n2,e\u{301}\n",
    ]
    private static let inserts: [[UInt8]] = [
        [0x22], [0x22, 0x22], [0x2C], [0x0A], [0x0D], [0x0D, 0x0A], [0x3B], [0x09], [0x27], [0x00], [0xFF], [0xD0],
        [0x2D],
        [0x20], [0x30], Array("\"\n\"".utf8), Array(",\"".utf8), [0xEF, 0xBB, 0xBF],
    ]

    private static func mutated(_ random: inout TestRandom) -> [UInt8] {
        var bytes = Array((seeds.randomElement(using: &random) ?? "").utf8)
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(contentsOf: inserts.randomElement(using: &random) ?? [], at: at)
            case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...4, using: &random)))
            case 2: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
            case 3: bytes.append(contentsOf: bytes[at...])
            default: bytes.removeLast(bytes.count - at)
            }
        }
        return bytes
    }

    @Test(arguments: 0..<8)
    func mutatedFilesLoseNoRow(_ part: UInt64) throws {
        let folder = ScratchFolder()
        var outcomes: [String: Int] = [:]
        for number in 0..<60 {
            let seed = part * 1_000 + UInt64(number)
            var random = TestRandom(seed: seed)
            let bytes = Self.mutated(&random)
            let path = try folder.write(bytes)
            do {
                let imported = try importFile(
                    path,
                    .customers { options in
                        options.hasHeader = true
                        options.batchRows = Int.random(in: 1...5, using: &random)
                        options.longestRecordBytes = 20
                    })
                outcomes["read", default: 0] += 1
                try checkBytes(imported, bytes, folder, seed: seed)
            } catch let failure as Diagnostic {
                #expect(failure.kind == .statement || failure.kind == .environment, "seed \(seed): \(failure)")
                outcomes[failure.code, default: 0] += 1
            }
        }
        #expect(outcomes["read", default: 0] > 10, "\(outcomes)")
        #expect(outcomes.count > 1, "\(outcomes)")
    }

    /// Every rejected record stands in the rejects file as it stood in the file.
    private func checkBytes(_ imported: Imported, _ bytes: [UInt8], _ folder: ScratchFolder, seed: UInt64) throws {
        let rejections = imported.tally.rejections
        guard !rejections.isEmpty else { return }
        let path = try #require(imported.tally.rejectsPath)
        let written = try #require(FileManager.default.contents(atPath: path))
        let delimiter = try #require(imported.plan.report.shape.delimiter.utf8.first)
        let starts = rejections.map { rejection -> Data in
            let cells = [String(rejection.line), rejection.column ?? "", rejection.reason]
            var start: [UInt8] = [0x0A]
            for cell in cells {
                CSVEncoding(delimiter: delimiter).append(text: cell, to: &start)
                start.append(delimiter)
            }
            return Data(start)
        }
        var rest = written[...]
        for (number, start) in starts.enumerated() {
            let found = try #require(rest.range(of: start), "seed \(seed): reject \(number)")
            rest = rest[found.upperBound...]
            let next = number + 1 < starts.count ? rest.range(of: starts[number + 1])?.lowerBound : nil
            guard number + 1 < starts.count || imported.tally.rejected == rejections.count else { return }
            let record = rest[..<(next ?? rest.endIndex - 1)]
            var text: [UInt8] = []
            let encoding = TextEncoding(rawValue: imported.plan.report.shape.encoding) ?? .utf8
            var transcoder = Transcoder(encoding)
            transcoder.append(bytes, isLast: true, to: &text)
            #expect(!record.isEmpty && Data(text).range(of: record) != nil, "seed \(seed): reject \(number)")
        }
    }
}
