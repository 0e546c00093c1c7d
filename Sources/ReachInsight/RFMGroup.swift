/// What buyers with some scores of recency and frequency are called. Bounds are on the scale of 1 to 5; every pair is in one group.
package enum RFMGroup: String, Hashable, Sendable, CaseIterable {
    case champions
    case loyal
    case promising
    case new
    case needsAttention = "needs attention"
    case aboutToSleep = "about to sleep"
    case atRisk = "at risk"
    case cannotLose = "can't lose"
    case hibernating
    case lost

    /// By scores of 1 to 5.
    package init(recency: Int, frequency: Int) {
        self =
            switch (recency, frequency) {
            case (5, 4...): .champions
            case (3..., 4...): .loyal
            case (5, 1): .new
            case (4..., _): .promising
            case (3, 3): .needsAttention
            case (3, _): .aboutToSleep
            case (_, 5...): .cannotLose
            case (_, 3...): .atRisk
            case (2, _): .hibernating
            default: .lost
            }
    }

    /// Of a cell; other numbers of scores are stretched to 1 … 5, worst to worst and best to best: s of b counts as 1 + 4·(s − 1)/(b − 1),
    /// rounded half up. Worked example: of three scores the middle one counts as 3.
    package init(_ cell: RFMCells.Cell, bins: Int) {
        func stretched(_ score: Int) -> Int { 1 + (8 * (score - 1) + bins - 1) / (2 * (bins - 1)) }
        self.init(recency: stretched(cell.recency), frequency: stretched(cell.frequency))
    }

    /// The scores it takes in, as help and answers print them.
    package var bounds: (recency: String, frequency: String) {
        switch self {
        case .champions: ("5", "4–5")
        case .loyal: ("3–4", "4–5")
        case .promising: ("4–5", "2–3, with R 4 also 1")
        case .new: ("5", "1")
        case .needsAttention: ("3", "3")
        case .aboutToSleep: ("3", "1–2")
        case .atRisk: ("1–2", "3–4")
        case .cannotLose: ("1–2", "5")
        case .hibernating: ("2", "1–2")
        case .lost: ("1", "1–2")
        }
    }

    /// Short enough for the head of a matrix.
    package var shortName: String {
        switch self {
        case .champions: "champ"
        case .loyal: "loyal"
        case .promising: "promis"
        case .new: "new"
        case .needsAttention: "attent"
        case .aboutToSleep: "sleep"
        case .atRisk: "risk"
        case .cannotLose: "can't"
        case .hibernating: "hibern"
        case .lost: "lost"
        }
    }
}
