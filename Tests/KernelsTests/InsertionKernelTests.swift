import Testing

@testable import ReachKernels

/// Sorted places to insert at, several at one place among them.
private func somePlaces(_ dice: inout Dice, _ count: Int, in rowCount: Int) -> [UInt32] {
    (0..<count).map { _ in UInt32(Int(dice.next() >> 9) % (rowCount + 1)) }.sorted()
}

private func plainInsert<Element>(_ rows: [Element], _ places: [UInt32], _ column: [Element]) -> [Element] {
    var merged: [Element] = []
    for place in 0...column.count {
        for index in rows.indices where Int(places[index]) == place { merged.append(rows[index]) }
        if place < column.count { merged.append(column[place]) }
    }
    return merged
}

private func offsets(_ texts: [[UInt8]]) -> [UInt32] {
    texts.reduce(into: [0]) { $0.append($0[$0.count - 1] + UInt32($1.count)) }
}

@Test(arguments: [(0, 0), (0, 5), (1, 0), (7, 3), (300, 40)])
func insertedAndReplacedRowsMatchAPlainLoop(rowCount: Int, count: Int) {
    var dice = Dice(state: UInt64(rowCount * 100 + count))
    let places = somePlaces(&dice, count, in: rowCount)
    let column = (0..<rowCount).map { _ in UInt16(truncatingIfNeeded: dice.next() >> 9) }
    let rows = (0..<count).map { _ in UInt16(truncatingIfNeeded: dice.next() >> 9) }
    let merged = plainInsert(rows, places, column)
    #expect(insert(rows, at: places, into: column) == merged)
    #expect(
        insert(rows.map { UInt8($0 & 255) }, at: places, into: column.map { UInt8($0 & 255) })
            == merged.map { UInt8($0 & 255) })
    #expect(insert(rows.map { UInt32($0) }, at: places, into: column.map { UInt32($0) }) == merged.map { UInt32($0) })
    #expect(insert(rows.map { Int64($0) }, at: places, into: column.map { Int64($0) }) == merged.map { Int64($0) })
    #expect(insert(rows.map { Double($0) }, at: places, into: column.map { Double($0) }) == merged.map { Double($0) })

    let texts = column.map { Array("\($0)".utf8.prefix(Int($0 % 6))) }
    let added = rows.map { Array("+\($0)".utf8.prefix(Int($0 % 7))) }
    let mergedTexts = plainInsert(added, places, texts)
    let inserted = insertTexts(
        offsets(added), Array(added.joined()), at: places, into: offsets(texts), Array(texts.joined()))
    #expect(inserted.offsets == offsets(mergedTexts))
    #expect(inserted.bytes == Array(mergedTexts.joined()))

    let replacedRows = Array(Set(places.filter { $0 < rowCount })).sorted()
    var expected = column
    var expectedTexts = texts
    for (index, row) in replacedRows.enumerated() {
        expected[Int(row)] = rows[index]
        expectedTexts[Int(row)] = added[index]
    }
    var replaced = column
    replace(replacedRows, of: &replaced, with: Array(rows.prefix(replacedRows.count)))
    #expect(replaced == expected)
    let own = Array(added.prefix(replacedRows.count))
    let spelled = replaceTexts(
        replacedRows, of: offsets(texts), Array(texts.joined()), with: offsets(own), Array(own.joined()))
    #expect(spelled.offsets == offsets(expectedTexts))
    #expect(spelled.bytes == Array(expectedTexts.joined()))
}

@Test(arguments: 0..<20)
func insertedRowsStandBehindTheirOwnersRowsThatAreNoLater(seed: UInt64) {
    var dice = Dice(state: seed + 900)
    let owners = 6
    var starts: [UInt32] = [0]
    var times: [Int64] = []
    for _ in 0..<owners {
        times += (0..<(dice.next() >> 9 % 5)).map { _ in Int64(dice.next() >> 9 % 8) }.sorted()
        starts.append(UInt32(times.count))
    }
    let pairs = (0..<12).map { _ in (UInt32(dice.next() >> 9 % 6), Int64(dice.next() >> 9 % 8)) }.sorted { $0 < $1 }
    let inserted = pairs.map(\.0)
    let places = insertionPlaces(owners: inserted, ownerTimes: pairs.map(\.1), offsets: starts, times: times)
    for (index, (owner, time)) in pairs.enumerated() {
        let own = Int(starts[Int(owner)])..<Int(starts[Int(owner) + 1])
        #expect(Int(places[index]) == own.lowerBound + times[own].filter { $0 <= time }.count)
    }
    #expect(places == places.sorted())
    let merged = offsetsAfterInserting(owners: inserted, into: starts)
    for owner in 0..<owners {
        let count = Int(starts[owner + 1] - starts[owner]) + inserted.filter { Int($0) == owner }.count
        #expect(Int(merged[owner + 1] - merged[owner]) == count)
    }
    let (rows, indexes) = distinctRows([[2, 5], [0, 2, 7], []], rowCount: 9)
    #expect(rows == [0, 2, 5, 7])
    #expect(indexes == [[1, 2], [0, 1, 3], []])
    #expect(invert(places: [2, 0, 3, 1]) == [1, 3, 0, 2])
}

@Test(arguments: [0, 1, 63, 64, 65, 300])
func codesAndBitsMatchAPlainLoop(rowCount: Int) {
    var dice = Dice(state: UInt64(rowCount) + 41)
    let codes = (0..<rowCount).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 9 % 90 + 7) }
    let isMissing = dice.mask(rowCount, oneIn: 3)
    for missing in [packBits(isMissing), []] {
        let known = codes.indices.filter { missing.isEmpty || isMissing[$0] == 0 }.map { codes[$0] }
        let bounds = known.min().map { Int64($0)...Int64(known.max() ?? 0) }
        #expect(codeBounds(codes, missing: missing) == bounds)
        #expect(codeBounds(codes.map { UInt16($0) }, missing: missing) == bounds)
        #expect(codeBounds(codes.map { UInt32($0) }, missing: missing) == bounds)
        let present = presentCodes(codes, missing: missing)
        #expect(present.indices.filter { present[$0] == 1 } == Set(known).sorted().map { Int($0) })
        var lanes = codes.map { Int64($0) }
        fill(&lanes, where: missing, with: -1)
        #expect(lanes == codes.indices.map { missing.isEmpty || isMissing[$0] == 0 ? Int64(codes[$0]) : -1 })
    }
    #expect(recode(codes, table: (0..<256).map { $0 * 3 }) == codes.map { UInt32($0) * 3 })
    #expect(recode(codes.map { UInt16($0) }, offset: 5, factor: 2) == codes.map { UInt32($0) * 2 + 5 })
    #expect(recode(codes.map { UInt32($0) }, offset: 5, factor: 2) == codes.map { UInt32($0) * 2 + 5 })
    let rows = codes.indices.filter { $0 % 3 == 1 }.map { UInt32($0) }
    let flags = dice.mask(rows.count, oneIn: 2)
    var words = packBits(isMissing)
    #expect(countBits(rows, of: words) == rows.filter { isMissing[Int($0)] == 1 }.count)
    replaceBits(rows, of: &words, with: packBits(flags))
    var expected = isMissing
    for (index, row) in rows.enumerated() { expected[Int(row)] = flags[index] }
    #expect(words == packBits(expected))
}

@Test(arguments: [0, 1, 40, 20_000])
func storedKeysAreFoundAmongTheFilesWhateverTheyLookLike(count: Int) {
    var dice = Dice(state: UInt64(count) + 3)
    var table = LaneTable(seed: 9)
    var words = WordTable(seed: 9)
    for step: Int64 in [1, 1 << 20, -7] {
        for _ in 0..<count {
            let key = Int64(dice.next() >> 9 % 50_000) &* step
            _ = table.intern(key)
            _ = words.intern(Array("\(key)".utf8), from: 0, to: "\(key)".utf8.count)
        }
    }
    let filter = LaneFilter(table)
    let stored = (0..<3_000).map { _ in Int64(dice.next() >> 9 % 60_000) &* [1, 1 << 20, -7][Int(dice.next() >> 9 % 3)]
    }
    let missing = packBits(dice.mask(stored.count, oneIn: 5))
    let known = stored.indices.filter {
        table.find(stored[$0]) != nil && missing[$0 >> 6] >> UInt64($0 & 63) & 1 == 0
    }
    let found = table.knownRows(of: stored, missing: missing, filter: filter)
    #expect(found.rows == known.map { UInt32($0) })
    #expect(found.positions == known.compactMap { table.find(stored[$0]) })
    let texts = stored.map { Array("\($0)".utf8) }
    let spelled = words.knownRows(of: offsets(texts), bytes: Array(texts.joined()), missing: missing)
    #expect(spelled.rows == found.rows)
    for row in known { #expect(filter.mayHold(stored[row]...stored[row])) }
    if count == 40 { #expect(!filter.mayHold(60_000...60_001)) }
    var numbers: [UInt32] = [2, .max, 0]
    translate(&numbers, by: [7, 8, 9], skip: .max)
    #expect(numbers == [9, .max, 7])
}
