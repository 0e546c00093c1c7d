/// The ways through a cascade. Customers who have the same channels still before them go on together: sums of binomials of one chance
/// are binomial, so nothing is lost.
struct CascadePath: Sendable {
    struct Node: Sendable {
        let message: CascadeSimulation.Message?
        /// Nobody here had a message yet.
        let isFirst: Bool
        /// Node of the next level for those who do not stop here; −1 where nothing is left for them.
        let next: Int
    }

    /// By channel.
    let levels: [[Node]]
    /// How many start at each node of the first level.
    let start: [Int]

    private struct Key: Hashable {
        let rest: [CascadeSimulation.Message?]
        let isFirst: Bool
    }

    /// - Parameter tellsPositions: chances differ between a first message and a later one.
    init(_ groups: [CascadeSimulation.Group], channelCount: Int, tellsPositions: Bool) {
        var keys: [Key] = []
        var places: [Key: Int] = [:]
        var start: [Int] = []
        for group in groups where group.messages.contains(where: { $0 != nil }) && group.count > 0 {
            let key = Key(rest: group.messages, isFirst: true)
            if let place = places[key] {
                start[place] += group.count
            } else {
                places[key] = keys.count
                keys.append(key)
                start.append(group.count)
            }
        }
        self.start = start
        var levels: [[Node]] = []
        for _ in 0..<channelCount {
            var nextKeys: [Key] = []
            var nextPlaces: [Key: Int] = [:]
            let level = keys.map { key -> Node in
                let rest = Array(key.rest.dropFirst())
                let message = key.rest[0]
                guard rest.contains(where: { $0 != nil }) else {
                    return Node(message: message, isFirst: key.isFirst, next: -1)
                }
                let next = Key(rest: rest, isFirst: !tellsPositions || (key.isFirst && message == nil))
                let place = nextPlaces[next] ?? nextKeys.count
                if place == nextKeys.count {
                    nextPlaces[next] = place
                    nextKeys.append(next)
                }
                return Node(message: message, isFirst: key.isFirst, next: place)
            }
            levels.append(level)
            keys = nextKeys
        }
        self.levels = levels
    }
}
