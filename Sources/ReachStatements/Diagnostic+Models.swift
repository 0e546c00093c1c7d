import ReachColumns
import ReachDiagnostics
import ReachInsight
import ReachLanguage

/// What can be wrong with a prediction.
extension Diagnostic {
    static func calibrationTooShort(days: Int, least: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "calibration-too-short",
            "\(Figure.count(days, "day")) of orders are too few to calibrate on: it takes 3 median times between orders, \(Figure.count(least)) days, and a week to foresee",
            at: span, help: ["import orders from \"FILE\"", "cohorts of all"])
    }

    static func fewRepeatBuyers(_ count: Int, before day: Int?, at span: SourceSpan) -> Diagnostic {
        let whenever =
            day.map { " through \(CivilDate(daysSinceEpoch: $0).iso), where the calibration is fitted" } ?? ""
        return Diagnostic(
            "few-repeat-buyers",
            "\(Figure.count(count, "customer")) bought on two days or more\(whenever); a model takes at least \(DropoutFit.fewestRepeatBuyers)",
            at: span,
            help: day == nil ? ["frequency of all", "cohorts of all"] : ["predict orders next 30d", "cohorts of all"])
    }

    static func horizonLength(at span: SourceSpan) -> Diagnostic {
        Diagnostic("horizon-length", "a prediction is for 1 day to 10 years", at: span, help: ["next 365d", "next 8w"])
    }

    static func modelNotConverged(_ model: DropoutModel, before day: Int?, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-convergence", "no set of parameters fits\(calibrating(day)) better than those around it", at: span,
            help: [other(than: model), "cohorts of all"])
    }

    static func parameterAtBound(
        _ name: String, _ value: Double, _ model: DropoutModel, before day: Int?, at span: SourceSpan
    ) -> Diagnostic {
        let size = value < 1 ? "without limit towards 0" : "without limit"
        return Diagnostic(
            "parameter-at-bound",
            "the fit\(calibrating(day)) takes `\(name)` \(size): buyers do not differ in the way the model takes them to",
            at: span, help: [other(than: model), "cohorts of all"])
    }

    static func predictWithoutHorizon(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-horizon", "`predict` needs to know for how long", at: span.end,
            help: ["predict orders next 365d", "predict value next 90d of all"])
    }

    static func spendWithoutMean(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "spend-without-mean", "the values of orders vary so much that their fitted mean does not exist", at: span,
            help: ["predict orders next 365d", "histogram total of orders"])
    }

    private static func other(than model: DropoutModel) -> String {
        "predict orders next 365d model \(model == .bg ? "mbg" : "bg")"
    }

    private static func calibrating(_ day: Int?) -> String {
        day.map { " of orders through \(CivilDate(daysSinceEpoch: $0).iso), the calibration," } ?? ""
    }
}

/// What can be wrong with a report or an attribution.
extension Diagnostic {
    static func attributedType(_ name: String, _ type: DataType, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "attributed-type", "`\(name)` is \(type.phrase); what is divided is an exact number", at: span,
            help: ["attribute orders.total to visits by source"])
    }

    static func attributeWithoutChannel(_ touches: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-channel", "`attribute` needs to know what tells the rows of `\(touches)` apart", at: span.end,
            help: ["by source", "by channel"])
    }

    static func controlNotFound(_ control: String, arms: [String], at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "unknown-arm", "nobody is in arm \(control)", at: span,
            help: ["arms: " + arms.sorted().prefix(12).joined(separator: ", ")])
    }

    static func experimentWithout(_ clause: String, help: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("no-\(clause)", "`report experiment` needs a `\(clause)`", at: span.end, help: [help])
    }

    static func measureType(_ name: String, _ type: DataType, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "measure-type", "`\(name)` is \(type.phrase); a measure is a number or yes/no", at: span,
            help: ["measure orders > 0, sum(orders.total)"])
    }

    static func noClicks(_ table: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-clicks", "rows of `\(table)` do not tell whether they were clicked", at: span,
            help: ["model last", "model all"])
    }

    static func onlyControl(_ control: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("only-control", "everybody is in the control arm \(control)", at: span, help: ["tables"])
    }

    static func plannedShares(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "planned-shares", "`planned` gives every arm one share above 0", at: span,
            help: ["planned (\"mail\" 90%, \"none\" 10%)"])
    }

    static func tooManyArms(_ name: String, _ count: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "too-many-arms", "`\(name)` has \(Figure.count(count)) values, more than the arms of an experiment",
            at: span,
            help: ["tables", "describe customers"])
    }

    static func tooManyChannels(_ name: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "too-many-channels",
            "`\(name)` has more than \(Figure.count(AttributedCredits.mostChannels)) values, which are no channels",
            at: span, help: ["attribute orders to visits by source", "describe visits"])
    }

    static func tooManySubgroups(_ count: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "too-many-groups", "\(Figure.count(count)) subgroups are more than \(ExperimentReport.mostGroups)",
            at: span,
            help: ["by bucket(points, 100, 500)"])
    }

    static func touchesThemselves(_ name: Identifier) -> Diagnostic {
        Diagnostic(
            "same-table", "`\(name.text)` cannot be its own touches", at: name.span,
            help: ["attribute orders to visits by source"])
    }

    static func unknownCampaign(_ name: Identifier, known: [String]) -> Diagnostic {
        let near = DidYouMean.closest(to: name.text, among: known)
        return Diagnostic(
            "unknown-campaign", "no campaign is called `\(name.text)`", at: name.span,
            help: near.isEmpty ? ["plans"] : near.map { "report \(NameText.value($0))" })
    }
}

/// What can be wrong with a merge.
extension Diagnostic {
    static func noAddresses(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-addresses", "no column of `customers` holds an e-mail address or a phone", at: span,
            help: ["duplicates on name, birthday", "describe customers"])
    }

    static func nothingToUndo(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "nothing-to-undo", "there is no merge to take back: the data has changed since, or none was made", at: span,
            help: ["duplicates of all"])
    }

    static func undoOfSome(at span: SourceSpan) -> Diagnostic {
        Diagnostic("undo-of-some", "a merge is taken back as a whole", at: span, help: ["merge undo"])
    }
}
