import ReachColumns
import ReachKernels
import ReachPlan

/// Questions about texts that are cut at their last `@`: most are put to the few endings, and to what is before them only where it matters.
extension TextPredicate {
    /// Keeps the rows for whose text it holds; false where it has to be put to whole texts.
    func narrow(_ held: inout Mask, _ texts: EndedTexts, _ tables: TextTables) -> Bool {
        switch self {
        case .comparison(.equal, let needle): return narrow(&held, texts, equalTo: needle)
        case .match(let match):
            guard let questions = tables.questions(match, texts) else { return false }
            narrow(&held, texts, questions)
            return true
        default: return false
        }
    }

    private func narrow(_ held: inout Mask, _ texts: EndedTexts, equalTo needle: [UInt8]) -> Bool {
        if texts.fingerprints.isEmpty { return false }
        let (stem, ending) = Self.cut(needle)
        CodeTest(texts.flags { $0.elementsEqual(ending) }).narrow(&held, texts.split.codes)
        held.narrowBits {
            narrowEqualTexts(
                &$0, offsets: texts.split.offsets, bytes: texts.split.stems, fingerprints: texts.fingerprints,
                fingerprint: textFingerprint(of: needle), to: Array(stem))
        }
        return true
    }

    private func narrow(_ held: inout Mask, _ texts: EndedTexts, _ questions: EndingQuestions) {
        // Rows that their ending answers for, then those whose stem has to be asked.
        var found = held
        questions.answered.narrow(&found, texts.split.codes)
        for (stem, endings) in questions.open {
            var rows = held
            endings.narrow(&rows, texts.split.codes)
            Self.match(stem).narrow(
                &rows, offsets: texts.split.offsets, bytes: texts.split.stems, fingerprints: [],
                isASCII: texts.isASCII)
            found.widen(by: rows)
        }
        held.narrow(to: found)
    }

    fileprivate static func cut(_ text: [UInt8]) -> (stem: ArraySlice<UInt8>, ending: ArraySlice<UInt8>) {
        let place = text.lastIndex(of: UInt8(ascii: "@")) ?? text.count
        return (text[..<place], text[place...])
    }
}

extension EndedTexts {
    /// A flag by code of an ending.
    fileprivate func flags(_ isMet: (ArraySlice<UInt8>) -> Bool) -> [UInt8] {
        (0..<split.endingCount).map { isMet(split.ending($0)) ? 1 : 0 }
    }
}

/// What a match asks of endings, and of the stems before them.
struct EndingQuestions: Sendable {
    /// Endings with which a text matches whatever its stem.
    let answered: CodeTest
    /// Matches that stems may meet, with the endings of which each is asked.
    let open: [(TextMatch, CodeTest)]

    /// Nil where whole texts have to be looked at. No ending has an `@` but at its start.
    init?(_ match: TextMatch, _ texts: EndedTexts) {
        let pattern: String
        switch match {
        case .like: return nil
        case .hasPrefix(let text), .hasSuffix(let text), .contains(let text): pattern = text
        }
        var matcher = TextMatcher(match)
        let answered = texts.flags { matcher.matches(Array($0), from: 0, to: $0.count) }
        let (stem, ending) = TextPredicate.cut(Array(pattern.utf8))
        let beforeEnding = TextMatch.hasSuffix(String(decoding: stem, as: UTF8.self))
        var open: [(TextMatch, [UInt8])] = []
        switch match {
        case .like: return nil
        case .hasPrefix:
            guard ending.isEmpty else { return nil }
            self.answered = CodeTest(texts.flags { _ in pattern.isEmpty })
            self.open = pattern.isEmpty ? [] : [(match, CodeTest(texts.flags { _ in true }))]
            return
        case .hasSuffix:
            // The pattern reaches into the stem where the whole ending is its last part.
            open = [(beforeEnding, texts.flags { Self.folded($0).elementsEqual(ending) })]
        case .contains:
            if ending.isEmpty || texts.stemsHoldMark { open.append((match, texts.flags { _ in true })) }
            if !ending.isEmpty { open.append((beforeEnding, texts.flags { Self.folded($0).starts(with: ending) })) }
        }
        self.answered = CodeTest(answered)
        self.open = open.compactMap { match, flags in
            let left = zip(flags, answered).map { $0 & (1 - $1) }
            return left.contains(1) ? (match, CodeTest(left)) : nil
        }
    }

    private static func folded(_ ending: ArraySlice<UInt8>) -> [UInt8] {
        var folded: [UInt8] = []
        FoldTable.append(Array(ending), from: 0, to: ending.count, into: &folded)
        return folded
    }
}
