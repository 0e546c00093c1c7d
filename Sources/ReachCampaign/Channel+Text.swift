import ReachDiagnostics

extension Channel {
    /// The definition as `channel` statement, clauses in the language's order: parses back to the same channel.
    package var canonicalText: String {
        var words = ["channel", Self.spelled(name)]
        if let prices { words += prices.clauses }
        if let address { words += ["address", Self.spelled(address)] }
        switch consent {
        case .column(let column): words += ["consent", Self.spelled(column)]
        case .notNeeded: words += ["consent", "none"]
        case nil: break
        }
        for event in CampaignEvent.allCases {
            if let share = rates[event] { words += [event.rawValue, share.text] }
        }
        if let sure { words += ["sure", String(sure)] }
        if let cap { words += ["cap", cap.text] }
        if let quiet { words += ["quiet", quiet.text] }
        if let messagesPerSecond { words += ["rate", "\(messagesPerSecond)/s"] }
        return words.joined(separator: " ")
    }

    /// A name as the language takes it: in backticks unless it is letters, digits and underscores.
    package static func spelled(_ name: String) -> String {
        var isPlain = !name.isEmpty
        for (index, scalar) in name.unicodeScalars.enumerated() {
            let isLetter = scalar.properties.isAlphabetic || scalar == "_"
            let isDigit = scalar.properties.numericType == .decimal
            if !(isLetter || (isDigit && index > 0)) { isPlain = false }
        }
        if isPlain, Name.fold(name) != "none" { return name }
        return "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }
}

extension PriceList {
    /// `price 3.25, "+7" 2.90 per part from 100000 3 free 100 minimum 500`, in words.
    package var clauses: [String] {
        var words = [
            "price", ([base.description] + prefixes.map { "\"\($0.prefix)\" \($0.price)" }).joined(separator: ", "),
        ]
        if perPart { words += ["per", "part"] }
        if billing == .delivered { words += ["per", "delivered"] }
        if let first = tiers.first {
            words += first.repricesAll ? ["all", "from"] : ["from"]
            words.append(tiers.map { "\($0.threshold) \($0.price)" }.joined(separator: ", "))
        }
        if freeQuota > 0 { words += ["free", "\(freeQuota)"] }
        if let minimum { words += ["minimum", "\(minimum)"] }
        return words
    }
}
