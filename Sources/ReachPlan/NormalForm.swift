import Foundation

/// Unicode normal form C, which imports bring text to: what is compared with it has to have it too.
enum NormalForm {
    static func composed(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
    }
}
