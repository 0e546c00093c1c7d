import ReachColumns

/// Messages that are due, or leave, evenly between two instants; at once where they are the same.
struct MessageBatch: Hashable, Sendable {
    /// Which customers: position in the schedule's groups.
    let group: Int
    var from: Int64
    var to: Int64
    var count: Int
}

/// One channel on its way from due messages to sent ones: quiet hours first, then as many per second as its provider takes, whoever may
/// leave first going first.
struct MessageFlow {
    let messagesPerSecond: Int?
    /// By group; nil where the channel never keeps quiet.
    let clocks: [QuietClock?]

    /// What leaves when, in the order of leaving.
    func sent(_ due: [MessageBatch]) -> [MessageBatch] {
        var waiting = WaitingBatches(due.filter { $0.count > 0 })
        var sent: [MessageBatch] = []
        var free = Int64.min
        while var batch = waiting.next() {
            let start = max(batch.from, free)
            if let clock = clocks[batch.group], clock.isQuiet(start) {
                let opening = clock.opening(from: start)
                batch.to = max(batch.to, opening)
                batch.from = opening
                waiting.add(batch)
                continue
            }
            let closing = clocks[batch.group]?.closing(after: start) ?? .max
            let (now, later) = split(batch, start: start, closing: closing)
            if let later { waiting.add(later) }
            guard now.count > 0 else { continue }
            sent.append(now)
            if let messagesPerSecond {
                free = start + duration(now.count, messagesPerSecond)
            }
        }
        return sent
    }

    /// The part of a batch that leaves before the channel falls quiet, and the rest.
    private func split(
        _ batch: MessageBatch, start: Int64, closing: Int64
    ) -> (now: MessageBatch, later: MessageBatch?) {
        let busy = messagesPerSecond.map { duration(batch.count, $0) } ?? 0
        let end = max(start + busy, batch.to)
        if end <= closing {
            return (MessageBatch(group: batch.group, from: start, to: end, count: batch.count), nil)
        }
        // Evenly over the time they take, so that as many leave as the open time is part of it; at least one, to come to an end.
        let open = Int128(closing - start)
        let fitting = max(1, Int(Int128(batch.count) * open / Int128(max(1, end - start))))
        let now = MessageBatch(group: batch.group, from: start, to: closing, count: min(fitting, batch.count))
        let rest = batch.count - now.count
        if rest == 0 { return (now, nil) }
        let isStillComing = batch.to > closing
        return (
            now,
            MessageBatch(
                group: batch.group, from: closing, to: isStillComing ? batch.to : closing, count: rest)
        )
    }

    private func duration(_ count: Int, _ perSecond: Int) -> Int64 {
        Int64((Int128(count) * 1_000_000 + Int128(perSecond) - 1) / Int128(perSecond))
    }
}

/// Batches by when they may leave, equal ones in the order of groups: a binary heap.
private struct WaitingBatches {
    private var heap: [MessageBatch] = []

    init(_ batches: [MessageBatch]) { for batch in batches { add(batch) } }

    private static func isBefore(_ one: MessageBatch, _ other: MessageBatch) -> Bool {
        (one.from, one.group, one.to) < (other.from, other.group, other.to)
    }

    mutating func add(_ batch: MessageBatch) {
        heap.append(batch)
        var child = heap.count - 1
        while child > 0, Self.isBefore(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> MessageBatch? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if heap.isEmpty { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && Self.isBefore(heap[child], heap[least]) { least = child }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
