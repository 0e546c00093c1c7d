import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// What messages say, and who must not get them.
extension Session {
    /// All templates, by name, then channel.
    func templates() throws -> [MessageTemplate] {
        try workspace.definitions(.template).compactMap { try? MessageTemplate(json: $0.text) }
            .sorted { (Name.fold($0.name), Name.fold($0.channel)) < (Name.fold($1.name), Name.fold($1.channel)) }
    }

    /// A template's body and subject over customers. Names that are none throw, pointing at `span`.
    func bound(
        _ template: MessageTemplate, among templates: [MessageTemplate], binder: Binder, at span: SourceSpan
    ) throws -> (body: BoundText, subject: BoundText?) {
        var partials: [String: String] = [:]
        for other in templates where Name.same(other.channel, template.channel) {
            partials[Name.fold(other.name)] = other.body
        }
        func bind(_ text: String, isHTML: Bool) throws -> BoundText {
            do {
                let compiled = try CompiledText(
                    text, isHTML: isHTML, channel: template.channel, partials: partials)
                return try BoundText(compiled) { name in
                    let identifier = QualifiedName(nil, Identifier(name, at: span, quoted: true))
                    return try binder.bindScalar(Expression(.name(identifier), at: span))
                }
            } catch var diagnostic as Diagnostic {
                diagnostic.span = span
                throw diagnostic
            }
        }
        if template.body.allSatisfy(\.isWhitespace) {
            var diagnostic = Diagnostic.emptyTemplate(template.channel)
            diagnostic.span = span
            throw diagnostic
        }
        return (
            try bind(template.body, isHTML: template.isHTML), try template.subject.map { try bind($0, isHTML: false) }
        )
    }

    /// What a campaign says on a cascade's channels, and where customers read it.
    func content(
        campaign: String, channels: [PlannedChannel], binder: Binder, at span: SourceSpan
    ) throws -> (content: CampaignContent, templates: [String: String]) {
        let all = try templates()
        var texts: [CampaignContent.ChannelText] = []
        var used: [String: String] = [:]
        for (index, channel) in channels.enumerated() {
            guard
                let template = all.first(where: { Name.same($0.name, campaign) && Name.same($0.channel, channel.name) })
            else { continue }
            let (body, subject): (BoundText, BoundText?)
            do {
                (body, subject) = try bound(template, among: all, binder: binder, at: span)
            } catch let diagnostic as Diagnostic {
                throw Diagnostic.templateBroken(template.name, template.channel, diagnostic, at: span)
            }
            let prices = channel.prices.flatMap { $0.perPart ? $0 : nil }
            texts.append(
                .init(
                    channel: index, name: channel.name, body: body, subject: subject, partPrices: prices,
                    template: template.statementText))
            used[channel.name] = template.statementText
        }
        let keepsQuiet = channels.contains { $0.definition.quiet != nil }
        let zones = keepsQuiet ? ZoneFinder(binder.context.schema.customers) : nil
        return (CampaignContent(texts: texts, zones: zones, zone: binder.context.moment.zone), used)
    }

    /// Who must not be written to; read anew when the list changed.
    func suppressionList() throws -> StoredSuppressions {
        let version = try workspace.suppressionsVersion()
        if let known = knownSuppressions, known.version == version { return known.list }
        let list = StoredSuppressions(try workspace.suppressions())
        knownSuppressions = (version, list)
        return list
    }

    /// Messages to a customer on all channels together; nil where `set cap` says nothing.
    func overallCap() throws -> FrequencyCap? { FrequencyCap(try workspace.setting(.cap)) }

    /// The questions that decide to whom channels are open, with everything the workspace says of it.
    func questions(
        _ channels: [PlannedChannel], campaign: String? = nil, options: CascadeOptions = CascadeOptions(),
        complete: [Int: Condition] = [:], in context: BindingContext
    ) throws -> CascadeQuestions {
        try CascadeQuestions(
            channels: channels, campaign: campaign, againAfter: options.againAfter, schema: context.schema,
            moment: context.moment, suppressions: try suppressionList(), complete: complete, cap: try overallCap(),
            startsAt: options.startsAt)
    }
}

extension FrequencyCap {
    /// Reads `3 per 7d`; nil for everything else, an empty text among it.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 3, words[1].lowercased() == "per", let count = Int(words[0]), count >= 0,
            let expression = try? ExpressionParser.parse(String(words[2])),
            case .literal(.duration(let duration)) = expression.kind, duration.count > 0
        else { return nil }
        self.init(count, per: CampaignDuration(duration))
    }
}

extension MessageTemplate {
    /// As the statement that makes it.
    var statementText: String {
        let words = [
            "template", NameText.value(name), "for", NameText.value(channel),
            subject.map { "subject " + TextLiteral.written($0) }, TextLiteral.written(body),
        ]
        return words.compactMap(\.self).joined(separator: " ")
    }
}
