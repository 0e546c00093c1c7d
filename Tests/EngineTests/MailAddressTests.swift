import Foundation
import Testing

@testable import ReachEngine

private struct Vector: Decodable {
    let address: String
    let category: String
    let diagnosis: String
}

private func normalised(_ text: String) -> String? {
    var result: [UInt8] = []
    let bytes = Array(text.utf8)
    MailAddress.append(bytes, 0, bytes.count, into: &result)
    return result.isEmpty ? nil : String(decoding: result, as: UTF8.self)
}

/// isEmail's tests. Nothing that they call wrong is taken, and everything that they call right is. Between the two lie forms that the RFCs
/// allow and no mailbox has: those are no addresses here.
@Test func publishedAddresses() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let file = root.appendingPathComponent("shared/data/email/isemail_tests.json")
    guard let data = try? Data(contentsOf: file) else {
        print("skipped: no ../shared/data/email beside the project")
        return
    }
    let all = try JSONSerialization.jsonObject(with: data)
    let list = all as? [Any] ?? (all as? [String: Any])?.values.compactMap { $0 as? [Any] }.first ?? []
    let vectors = try JSONDecoder().decode([Vector].self, from: JSONSerialization.data(withJSONObject: list))
    #expect(vectors.count > 100)
    var refused: Set<String> = []
    for vector in vectors {
        let isTaken = normalised(vector.address) != nil
        // Blanks and line ends around an address are taken off, as from every cell.
        let isBare = vector.address == vector.address.trimmingCharacters(in: .whitespacesAndNewlines)
        switch vector.category {
        case "ISEMAIL_ERR": if isBare { #expect(!isTaken, "\(vector.address)") }
        case "ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN":
            // A country's top-level domain could have mailboxes; nobody has one there.
            #expect(isTaken || vector.address == "test@io", "\(vector.address)")
        default: if !isTaken { refused.insert(vector.diagnosis) }
        }
    }
    let explained = [
        "QUOTEDSTRING", "COMMENT", "LITERAL", "DOMLIT", "IPV6", "TLD", "TOOLONG", "DEPREC", "CFWS", "RFC5322_DOMAIN",
    ]
    #expect(refused.allSatisfy { diagnosis in explained.contains { diagnosis.contains($0) } }, "\(refused)")
}
