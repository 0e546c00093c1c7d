import Foundation
import ReachColumns
import ReachDiagnostics
import ReachKernels
import Testing

@testable import ReachExchange

/// Text in other encodings than UTF-8.
struct EncodingTests {
    private let folder = ScratchFolder()
    private static let russian =
        "код;имя;город\n1;Анна Петрова;Москва\n2;Ольга;Санкт-Петербург\n3;ИВАН;Ёлкино\n4;Щукин «Юг»;Нижний Новгород\n"
    private static let french = "id;nom;ville\n1;Éloïse;Orléans\n2;François;Besançon\n3;Zoë;Genève – Suisse\n"

    private static func encoded(_ text: String, _ encoding: TextEncoding) -> [UInt8] {
        if encoding == .utf8 { return Array(text.utf8) }
        if encoding == .utf16LittleEndian { return text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
        if encoding == .utf16BigEndian { return text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }
        // The way back of the table that is tested: bytes that stand for one character each.
        var bytes: [Unicode.Scalar: UInt8] = [:]
        for byte in 0...255 {
            var output: [UInt8] = []
            var transcoder = Transcoder(encoding)
            transcoder.append([UInt8(byte)], isLast: true, to: &output)
            if let scalar = String(validating: output, as: UTF8.self)?.unicodeScalars.first {
                bytes[scalar] = UInt8(byte)
            }
        }
        return text.unicodeScalars.map { bytes[$0] ?? 0x3F }
    }

    @Test(arguments: [
        TextEncoding.utf8, .utf16LittleEndian, .utf16BigEndian, .windows1251, .koi8r, .ibm866,
    ])
    func russianIsFound(_ encoding: TextEncoding) throws {
        let mark: [UInt8] =
            encoding == .utf16BigEndian ? [0xFE, 0xFF] : encoding == .utf16LittleEndian ? [0xFF, 0xFE] : []
        let text =
            encoding == .koi8r
            ? Self.russian.replacing("«Юг»", with: "Юг")
            : Self.russian
                .replacing("«Юг»", with: encoding == .ibm866 ? "Юг" : "«Юг»")
        // What has no mark is found all the same.
        for start in [mark, []] {
            let imported = try importFile(try folder.write(start + Self.encoded(text, encoding)))
            #expect(imported.plan.report.shape.encoding == encoding.rawValue)
            #expect(imported.names == ["код", "имя", "город"])
            #expect(imported.column("город") == Self.text("Москва", "Санкт-Петербург", "Ёлкино", "Нижний Новгород"))
        }
    }

    private static func text(_ values: String...) -> [Value] { values.map { .text($0) } }

    @Test func frenchIsFound() throws {
        let imported = try importFile(try folder.write(Self.encoded(Self.french, .windows1252)))
        #expect(imported.plan.report.shape.encoding == "windows-1252")
        #expect(imported.column("nom") == Self.text("Éloïse", "François", "Zoë"))
        #expect(imported.column("ville").last == .text("Genève – Suisse"))
    }

    @Test func aNamedEncodingIsTaken() throws {
        let bytes = Self.encoded("id;name\n1;Юля\n", .windows1251)
        let imported = try importFile(try folder.write(bytes), .customers { $0.encoding = "cp1251" })
        #expect(imported.column("name") == Self.text("Юля"))
        #expect(imported.plan.report.shape.notes.isEmpty)
    }

    @Test func onlyTheEndShowsIt() throws {
        let filler = (1...20_000).map { "\($0);plain text without accents\n" }.joined()
        let tail = (1...300).map { "\($0 + 20_000);Москва и область\n" }.joined()
        let bytes = Array(("id;city\n" + filler).utf8) + Self.encoded(tail, .windows1251)
        let imported = try importFile(try folder.write(bytes))
        #expect(imported.plan.report.shape.encoding == "windows-1251")
        #expect(imported.rows.count == 20_300)
        #expect(imported.column("city").last == .text("Москва и область"))
    }

    @Test func whatStandsForNothingIsRejected() throws {
        let bytes = Self.encoded("id;name\n1;Юля\n2;Оля", .windows1251) + [0x98, 0x0A]
        let imported = try importFile(try folder.write(bytes), .customers { $0.encoding = "windows-1251" })
        #expect(imported.column("id") == integers(1))
        #expect(imported.tally.rejected == 1)
        let half = [0xFF, 0xFE] + Self.encoded("id;name\n1;a\n2;", .utf16LittleEndian) + [0x00, 0xD8, 0x0A, 0x00]
        let wide = try importFile(try folder.write(half))
        #expect(wide.column("id") == integers(1))
        #expect(wide.tally.rejected == 1)
    }

    @Test func piecesMayCutCharacters() throws {
        var random = TestRandom(seed: 5)
        let text = (0..<2_000).map { _ in ["a", "ж", "日", "😀", "\n"].randomElement(using: &random) ?? "" }.joined()
        for encoding in [TextEncoding.utf16LittleEndian, .utf16BigEndian] {
            let bytes = Self.encoded(text, encoding)
            var transcoder = Transcoder(encoding)
            var output: [UInt8] = []
            var at = 0
            while at < bytes.count {
                let end = min(bytes.count, at + Int.random(in: 1...7, using: &random))
                transcoder.append(Array(bytes[at..<end]), isLast: end == bytes.count, to: &output)
                at = end
            }
            #expect(String(decoding: output, as: UTF8.self) == text)
        }
    }
}
