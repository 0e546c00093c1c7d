import ReachDiagnostics

extension Parser {
    /// `[all | SEGMENT | current] [where C]`, at least one of the two.
    mutating func audience() throws(ParseFailure) -> AudienceSyntax {
        crossLineBreak()
        let first = peek()
        let base = try audienceBase()
        let condition = try audienceCondition()
        guard base != nil || condition != nil else { return try fail(.audience) }
        return AudienceSyntax(base: base, condition: condition, span: span(from: first))
    }

    /// `where C` over customers, nil where there is no `where`.
    private mutating func audienceCondition() throws(ParseFailure) -> Expression? {
        guard accept("where") else { return nil }
        let (counts, bare) = (state.countsAudiences, state.allowsBareCount)
        (state.countsAudiences, state.allowsBareCount) = (false, false)
        let result = try condition()
        (state.countsAudiences, state.allowsBareCount) = (counts, bare)
        return result
    }

    private mutating func audienceBase() throws(ParseFailure) -> AudienceSyntax.Base? {
        let first = peek()
        guard let name = first.identifier else {
            if case .text(let text) = first.kind { throw .problem(.nameInQuotes(text, at: first.span)) }
            return nil
        }
        if !name.quoted {
            switch Words.key(name.text) {
            case "all", "customers":
                advance()
                return .all(name.span)
            case "current":
                advance()
                return .current(name.span)
            case let word where Words.reservedAsAudience.contains(word): return nil
            default: break
            }
        }
        advance()
        return .segment(name)
    }

    /// `[AUDIENCE]` or `TABLE [of AUDIENCE] [window] [where C]`, at least something.
    mutating func subject() throws(ParseFailure) -> SubjectSyntax {
        crossLineBreak()
        let first = peek()
        let base = try audienceBase()
        var (audience, window, condition): (AudienceSyntax?, Window?, Expression?) = (nil, nil, nil)
        var name: String?
        if case .segment(let identifier) = base { name = identifier.text }
        while true {
            if name != nil, audience == nil, accept("of") {
                crossLineBreak()
                let start = peek()
                guard let base = try audienceBase() else { return try fail(.audience) }
                audience = AudienceSyntax(base: base, condition: nil, span: span(from: start))
            } else if name != nil, window == nil, let read = try self.window() {
                window = read
            } else if condition == nil, accept("where") {
                let scope = state.scope
                if let name { state.scope = .subject(name) }
                condition = try self.condition()
                state.scope = scope
            } else {
                break
            }
        }
        guard base != nil || condition != nil else { return try fail(.subject) }
        return SubjectSyntax(
            base: base, audience: audience, window: window, condition: condition, span: span(from: first))
    }
}
