/// Customers who share a value with one another, directly or through others, by union-find.
package struct DuplicateClusters: Hashable, Sendable {
    /// Each of two or more, ascending; by their first.
    package let clusters: [[Int]]
    /// Values, of how many customers, that more than `mostSharing` have: a switchboard or a placeholder, which joins nobody.
    package let sharedWidely: Int

    /// - Parameters:
    ///   - groups: customers with the same value, one group per value.
    ///   - mostSharing: customers beyond which a value says nothing about who they are.
    package init(_ groups: some Sequence<[Int]>, mostSharing: Int) {
        var parents: [Int: Int] = [:]
        func root(_ customer: Int) -> Int {
            var place = customer
            while let parent = parents[place], parent != place {
                if let grandparent = parents[parent] { parents[place] = grandparent }
                place = parent
            }
            return place
        }
        var sharedWidely = 0
        for group in groups where group.count > 1 {
            if group.count > mostSharing {
                sharedWidely += 1
                continue
            }
            for customer in group where parents[customer] == nil { parents[customer] = customer }
            for customer in group.dropFirst() {
                let (one, other) = (root(group[0]), root(customer))
                // The smaller becomes the parent, so that the order of groups changes nothing.
                parents[max(one, other)] = min(one, other)
            }
        }
        var members: [Int: [Int]] = [:]
        for customer in parents.keys { members[root(customer), default: []].append(customer) }
        clusters = members.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }
        self.sharedWidely = sharedWidely
    }
}
