import ReachLanguage

/// Every statement of the language. A new one is a file of its own and a line here.
package enum Catalogue {
    package static let statements: [any StatementDefinition.Type] = [
        Import.self,
        Export.self,
        Tables.self,
        Describe.self,
        Demo.self,
        Define.self,
        Drop.self,
        SegmentStatement.self,
        Segments.self,
        Freeze.self,
        Count.self,
        Show.self,
        Summarize.self,
        Histogram.self,
        RFM.self,
        Cohorts.self,
        Funnel.self,
        Frequency.self,
        Metrics.self,
        Spend.self,
        Compare.self,
        Basket.self,
        Recommend.self,
        Predict.self,
        Attribute.self,
        Duplicates.self,
        Merge.self,
        Explain.self,
        Why.self,
        ChannelStatement.self,
        Channels.self,
        Suppress.self,
        Unsuppress.self,
        Suppressions.self,
        TemplateStatement.self,
        Templates.self,
        Preview.self,
        Send.self,
        Plans.self,
        Optimize.self,
        Report.self,
        SetStatement.self,
        Run.self,
        Audit.self,
        Require.self,
        Echo.self,
        Help.self,
        Quit.self,
    ]

    package static let grammar = Grammar(statements.map { $0.syntax })

    /// By the keyword of a parsed statement.
    package static func definition(_ keyword: String) -> (any StatementDefinition.Type)? {
        statements.first { $0.syntax.keyword == keyword }
    }
}
