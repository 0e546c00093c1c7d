import ReachDiagnostics

@testable import ReachLanguage

/// Statements modelled on the language's table, for tests of everything that follows from definitions.
enum Sample {
    static let grammar = Grammar(statements)

    static let statements: [StatementSyntax] =
        data + asking + [
            StatementSyntax(
                "send", summary: "prices or sends a campaign",
                form: .sequence([
                    .slot("name", .newName), .optional(.sequence([.keyword("to"), .slot("audience", .audience)])),
                    .keyword("via"), .list("channels", of: .slot("channel", .name(.channel))),
                    .clauses([
                        .sequence([
                            .keyword("until"), .word("until", oneOf: ["delivered", "opened", "clicked", "ordered"]),
                        ]), .sequence([.keyword("wait"), .slot("wait", .duration)]),
                        .sequence([.keyword("again after"), .slot("again", .duration)]),
                        .sequence([.keyword("holdout"), .slot("holdout", .number)]),
                        .sequence([
                            .keyword("budget"), .slot("budget", .number), .optional(.flag("expected")),
                            .optional(.flag("strict")),
                        ]), .sequence([.keyword("offer"), .slot("offer", .number)]),
                        .sequence([.keyword("at"), .slot("at", .timeOfDay)]), .flag("live"),
                    ]),
                ])),
            StatementSyntax(
                "channel", summary: "sets up a channel",
                form: .sequence([
                    .slot("name", .newName),
                    .clauses([
                        .sequence([
                            .keyword("price"), .slot("price", .number),
                            .optional(
                                .sequence([
                                    .keyword(","),
                                    .list(
                                        "prices",
                                        of: .sequence([.slot("prefix", .text), .slot("price", .number)])),
                                ])),
                        ]), .flag("per part"),
                        .sequence([.keyword("per"), .word("per", oneOf: ["sent", "delivered"])]),
                        .sequence([.keyword("from"), .slot("from", .number), .slot("from price", .number)]),
                        .sequence([.keyword("all from"), .slot("all from", .number), .slot("all price", .number)]),
                        .sequence([.keyword("free"), .slot("free", .integer)]),
                        .sequence([.keyword("address"), .slot("address", .name(.customerColumn))]),
                        .sequence([
                            .keyword("consent"),
                            .choice([.flag("none"), .slot("consent", .name(.customerColumn))]),
                        ]),
                        .sequence([
                            .keyword("cap"), .slot("cap", .integer), .keyword("per"), .slot("cap per", .duration),
                        ]),
                        .sequence([.keyword("quiet"), .slot("quiet", .timeRange)]),
                        .sequence([.keyword("rate"), .slot("rate", .rate)]),
                    ]),
                ])),
            StatementSyntax(
                "suppress", summary: "writes to somebody no more",
                form: .choice([
                    .sequence([
                        .keyword("address"), .slot("address", .text),
                        .optional(.sequence([.keyword("on"), .slot("channel", .name(.channel))])),
                    ]), .slot("key", .customerKey),
                ])),
            StatementSyntax(
                "template", summary: "keeps a text",
                form: .sequence([
                    .slot("name", .newName), .keyword("for"), .slot("channel", .name(.channel)),
                    .optional(.sequence([.keyword("subject"), .slot("subject", .text)])), .slot("body", .text),
                ])),
            StatementSyntax(
                "set", summary: "changes a setting or gives a parameter a value",
                form: .choice([
                    .sequence([.slot("parameter", .name(.parameter)), .keyword("="), .slot("value", .value)]),
                    .sequence([.slot("name", .name(.setting)), .optional(.keyword("=")), .slot("value", .settingValue)]
                    ),
                ])),
            StatementSyntax(
                "require", summary: "stops unless a condition holds",
                form: .sequence([
                    .slot("condition", .requirement),
                    .optional(.sequence([.keyword("else"), .slot("message", .text)])),
                ])),
            StatementSyntax("run", summary: "runs a script", form: .slot("file", .file)),
            StatementSyntax("echo", summary: "prints a text", form: .slot("text", .text)),
            StatementSyntax(
                "help", aliases: ["?"], summary: "explains a statement",
                form: .optional(.slot("topic", .bareWord("topic")))),
            StatementSyntax("quit", aliases: ["exit", "\\q"], summary: "leaves", form: .sequence([])),
        ]

    private static let data: [StatementSyntax] = [
        StatementSyntax(
            "import", summary: "reads a file into a table",
            form: .sequence([
                .slot("table", .newName), .keyword("from"), .slot("file", .file),
                .clauses([
                    .sequence([.keyword("key"), .slot("key", .newName)]),
                    .sequence([.keyword("customer"), .slot("customer", .newName)]),
                    .sequence([.keyword("at"), .slot("at", .newName)]),
                    .sequence([
                        .keyword("types"),
                        .bracketed("types", of: .sequence([.slot("column", .newName), .slot("type", .dataType)])),
                    ]),
                    .sequence([
                        .keyword("rename"),
                        .bracketed("rename", of: .sequence([.slot("old", .newName), .slot("new", .newName)])),
                    ]), .sequence([.keyword("delimiter"), .slot("delimiter", .text)]),
                    .sequence([.keyword("missing"), .bracketed("missing", of: .slot("value", .text))]),
                    .flag("replace"),
                    .flag("again"), .flag("strict"),
                    .sequence([.keyword("rejects"), .slot("rejects", .file)]), .flag("check"),
                ]),
            ])),
        StatementSyntax(
            "export", summary: "writes customers or rows to a file",
            form: .sequence([
                .optional(.slot("subject", .subject)),
                .optional(.sequence([.keyword("columns"), Syntax.expressions("columns")])), .keyword("to"),
                .slot("file", .file), .optional(.flag("hashed")),
            ])),
        StatementSyntax("tables", summary: "lists the tables", form: .sequence([])),
        StatementSyntax("describe", summary: "describes a table or column", form: .slot("what", .tableOrColumn)),
        StatementSyntax(
            "demo", summary: "fills the workspace with a sample shop",
            form: .clauses([
                .sequence([.slot("customers", .integer), .keyword("customers")]),
                .sequence([.keyword("seed"), .slot("seed", .integer)]),
            ])),
        StatementSyntax(
            "define", summary: "names an expression",
            form: .sequence([.slot("name", .newName), .keyword("="), .slot("value", .expression)])),
        StatementSyntax(
            "drop", summary: "removes an object",
            form: .choice([
                .sequence([.keyword("import"), .slot("import", .integer)]),
                .sequence([
                    .word("kind", oneOf: ["segment", "attribute", "table", "channel", "template"]),
                    .slot("name", .newName),
                ]),
            ])),
    ]

    private static let asking: [StatementSyntax] = [
        StatementSyntax(
            "segment", summary: "selects customers",
            form: .optional(
                .choice([
                    .flag("all"), .sequence([.flag("current"), .keyword("where"), .slot("where", .condition)]),
                    .sequence([.keyword("where"), .slot("where", .condition)]),
                    .sequence([
                        .slot("name", .name(.segment)),
                        .optional(.sequence([.keyword("where"), .slot("where", .condition)])),
                    ]),
                ]))),
        StatementSyntax("segments", summary: "lists the segments", form: .sequence([])),
        StatementSyntax(
            "freeze", summary: "saves today's members",
            form: .sequence([.slot("segment", .name(.segment)), .keyword("as"), .slot("new", .newName)])),
        StatementSyntax(
            "count", summary: "counts customers or rows",
            form: .sequence([
                .optional(.slot("subject", .subject)),
                .optional(.sequence([.keyword("by"), Syntax.expressions("by")])),
            ])),
        StatementSyntax(
            "show", summary: "lists customers or rows",
            form: .sequence([
                .optional(Syntax.expressions("columns")),
                .clauses([.slot("of", .ofSubject), Syntax.sort, Syntax.top]),
            ])),
        StatementSyntax(
            "summarize", summary: "computes measures",
            form: .sequence([
                Syntax.expressions("measures", .measure),
                .clauses([
                    .sequence([.keyword("by"), Syntax.expressions("by")]), .slot("of", .ofSubject), Syntax.sort,
                    Syntax.top,
                ]),
            ])),
        StatementSyntax(
            "histogram", summary: "draws a distribution",
            form: .sequence([
                .slot("value", .expression),
                .clauses([.slot("of", .ofSubject), .sequence([.keyword("buckets"), .slot("buckets", .integer)])]),
            ])),
        StatementSyntax("explain", summary: "says what a statement does", form: .slot("statement", .statement)),
        StatementSyntax("why", summary: "says why a customer is in the segment", form: .slot("key", .customerKey)),
        StatementSyntax(
            "compare", summary: "compares two audiences",
            form: .sequence([.slot("one", .audience), .keyword("with"), .slot("other", .audience)])),
    ]

    /// Well-formed statements, at least one of each.
    static let examples: [String] = [
        "import customers from \"customers.csv\" key id",
        "import orders from 'orders.csv' customer client at created types (total decimal(2), code text) rename (a b) replace check",
        "import visits from \"v.csv\" missing (\"NA\", \"-\") rejects \"bad.csv\"",
        "export lapsed columns email, lower(city) as town to \"out.csv\" hashed",
        "export orders of lapsed within 90d to 'o.jsonl'",
        "export to \"all.csv\"", "tables", "describe orders", "describe orders.total", "demo",
        "demo 1000 customers seed 7",
        "define clv = sum(orders.total within 1y) * 30%", "drop segment lapsed", "drop import 3", "segment",
        "segment all",
        "segment where orders>2 and last_seen>60d", "segment lapsed where last_seen > 90 days", "segment lapsed",
        "segment current where city in (\"Paris\", \"Rome\")", "segments", "freeze lapsed as lapsed_march", "count",
        "count all by city", "count orders",
        "count orders of lapsed in last 6 months where total > 100 by month(at) as m, category",
        "count where not (has orders within 26w) by city", "show customers", "show top 20 by revenue",
        "show email, city as town of lapsed where has 3+ orders sort by city desc, email top 10",
        "show where stopped orders for 60d", "show lapsed",
        "summarize count, avg(total) as mean by city of orders where total > 1_000",
        "summarize quantile(total, 0.9), median(total) of orders sort by count top 5",
        "histogram total of orders buckets 20",
        "explain count where a = 1", "why 007", "why anna@example.com", "compare lapsed with all where city = 'Paris'",
        "send reactivation via email,push,sms",
        "send spring to lapsed via email until clicked wait 2d holdout 10% budget 5k expected strict at 10:00",
        "channel sms price 3.25, \"+7\" 2.10, \"+375\" 4 per part quiet 22:00-08:00 rate 100/s cap 2 per 1w",
        "channel push price 0 per delivered from 100k 0.01 consent none", "suppress 12-A",
        "suppress address \"+79990001122\" on sms",
        "template hello for email subject \"Hi\" \"\"\"Dear {{name}},\nbye\"\"\"", "set today = 2026-11-22",
        "set timezone \"Europe/Moscow\"", "set $limit = 10%",
        "require count(lapsed where total > 5) > 100 and rejected = 0 else \"stop\"",
        "run \"other.reach\"", "echo 'hello'", "help", "help segment", "? count", "exit", "\\q",
        "count where has carts within 30d then no orders within 7d", "count where resumed orders after 60d within 30d",
        "count where has orders in 3 of last 6 full months",
        "count where at in this month or at in 2026-q1 or at >= 2026-11-22T14:30Z",
        "count where name does not start with “A” and not (b is missing or c is not true)",
        "count by if(a > 1, \"x\", missing)",
    ]
}
