import ReachColumns
import ReachDiagnostics
import ReachKernels

/// Where the rows of a file go: they are kept apart until the whole file was read.
package protocol ImportTarget {
    func append(_ batch: ColumnBatch) throws
    /// Forgets all rows.
    func cancel()
}

extension ImportFile {
    /// Reads a file once: its first rows tell what its columns are, and all others are looked at and parsed in one pass. Where they turn out
    /// to tell otherwise, what was read is forgotten and the rows are read again by what is known then, so that a column's type never
    /// depends on where a file's blocks end.
    ///
    /// `begin` opens the target for the columns of a plan, or answers nil where nothing is to be imported; that plan's report speaks of the
    /// first rows only, the one that comes back of all. Nil comes back where `begin` gave nil.
    package static func load<Target: ImportTarget>(
        _ path: String, _ options: ImportOptions, cancellation: Cancellation = Cancellation(),
        progress: any ProgressReporter = SilentProgress(), into begin: (ImportPlan) throws -> Target?
    ) throws -> (plan: ImportPlan, tally: ImportTally, target: Target)? {
        // What came through a pipe is read once; both looks at it are at what was kept of it.
        let source = try ImportSource(path, options, cancellation, progress)
        if !options.isStrict {
            switch try readOnce(source, options, cancellation, progress, begin) {
            case .done(let plan, let tally, let target): return (plan, tally, target)
            case .declined: return nil
            case .undecided: break
            }
        }
        let plan = try open(source, options, cancellation: cancellation, progress: progress)
        guard let target = try begin(plan) else { return nil }
        do {
            let tally = try plan.read(cancellation: cancellation, progress: progress) { try target.append($0) }
            return (plan, tally, target)
        } catch {
            target.cancel()
            throw error
        }
    }

    private enum Outcome<Target> {
        case done(ImportPlan, ImportTally, Target)
        case declined
        /// The file has to be looked through before it is read.
        case undecided
    }

    private static func readOnce<Target: ImportTarget>(
        _ source: ImportSource, _ options: ImportOptions, _ cancellation: Cancellation,
        _ progress: any ProgressReporter, _ begin: (ImportPlan) throws -> Target?
    ) throws -> Outcome<Target> {
        let reader = try source.open(options)
        let opening = try PlanOpening(reader, options)
        var work = opening.work(reader)
        var survey = FileSurvey(columnCount: reader.columnCount)
        let blocks = BlockStream<BlockLook>(reader, cancellation)
        let readings = survey.readings
        let first = try blocks.first { [work] in work.look($0, known: readings) }
        for look in first { survey.add(look, work, options) }
        var guess = opening
        // What these rows cannot settle, later ones may.
        guard reader.lateColumns.isEmpty, (try? guess.decide(survey)) != nil else { return .undecided }
        let plan = guess.plan(source, reader.shape, survey)
        guard let target = try begin(plan) else { return .declined }
        do {
            var reading = PlanReading(plan, reader, writesRejects: true)
            work.plan = plan
            for look in try parsed(first, plan, work.rules.missing) { try reading.take(look, into: target.append) }
            while let look = try blocks.next({ [work, readings = survey.readings] in work.look($0, known: readings) }) {
                survey.add(look, work, options)
                try reading.take(look, into: target.append)
                progress.report(
                    "importing \(source.path)", done: reader.readBytes, total: reader.shape.byteCount, unit: "bytes")
            }
            progress.finish()
            try survey.finish(reader, options)
            var decided = opening
            try decided.decide(survey)
            let final = decided.plan(source, reader.shape, survey)
            if reader.lateColumns.isEmpty, final.schema == plan.schema, final.sources == plan.sources {
                return .done(final, try reading.finish(survey.fingerprint), target)
            }
            target.cancel()
            return .undecided
        } catch is ForeignEncoding {
            target.cancel()
            return .undecided
        } catch {
            target.cancel()
            throw error
        }
    }

    private static func parsed(_ looks: [BlockLook], _ plan: ImportPlan, _ missing: [[UInt8]]) throws -> [BlockLook] {
        try inParallel(looks.count) { index in
            var look = looks[index]
            var parser = BlockParser(plan: plan, missing: missing)
            look.parsed = parser.parse(&look.block)
            return look
        }
    }
}
