/// Chunks of a column whose type widened.
package enum ChunkConversion {
    /// The same rows as another type, one that `widened` gave. Values that do not fit become missing; callers look at `fits` first.
    /// Text goes through `dictionary`. `zone` places the start of a day where a date becomes a datetime.
    package static func convert(
        _ chunk: Chunk, from: DataType, to: DataType, zone: Zone, dictionary: inout TextDictionaryBuilder,
        policy: EncodingPolicy = .automatic
    ) -> Chunk {
        if from == to { return chunk }
        if case .allMissing = chunk.payload { return chunk }
        switch to {
        case .float:
            guard let lanes = chunk.decodedLanes() else { return chunk }
            var divisor = 1.0
            if case .decimal(let scale) = from { divisor = Double(powerOfTen(scale)) }
            return ChunkEncoder.encode(floats: lanes.map { Double($0) / divisor }, missing: chunk.missing)
        case .text:
            let (offsets, bytes) = spelled(chunk, type: from)
            return ChunkEncoder.encode(
                text: offsets, bytes: bytes, missing: chunk.missing, dictionary: &dictionary, policy: policy)
        case .datetime:
            guard let days = chunk.decodedLanes() else { return chunk }
            return ChunkEncoder.encode(
                lanes: days.map { zone.start(ofDay: Int(Int32(truncatingIfNeeded: $0))) }, missing: chunk.missing,
                policy: policy)
        case .decimal(let scale):
            var factor = powerOfTen(scale)
            if case .decimal(let narrower) = from { factor = powerOfTen(scale - narrower) }
            return multiplied(chunk, by: factor, policy: policy)
        case .integer, .boolean, .date:
            return chunk
        }
    }

    /// The canonical characters of every row, missing rows being empty.
    package static func spelled(_ chunk: Chunk, type: DataType) -> (offsets: [UInt32], bytes: [UInt8]) {
        var offsets: [UInt32] = [0]
        var bytes: [UInt8] = []
        offsets.reserveCapacity(chunk.rowCount + 1)
        let lanes = chunk.decodedLanes() ?? []
        let floats = lanes.isEmpty ? chunk.decodedFloats() ?? [] : []
        for row in 0..<chunk.rowCount {
            if !chunk.isMissing(at: row) {
                if type == .float {
                    TextForm.append(floats[row], to: &bytes)
                } else {
                    TextForm.append(lane: lanes[row], of: type, to: &bytes)
                }
            }
            offsets.append(UInt32(bytes.count))
        }
        return (offsets, bytes)
    }

    private static func multiplied(_ chunk: Chunk, by factor: Int64, policy: EncodingPolicy) -> Chunk {
        guard var lanes = chunk.decodedLanes() else { return chunk }
        var missing = chunk.missing ?? Bitmap(count: chunk.rowCount)
        for row in 0..<lanes.count where !missing[row] {
            let (product, overflow) = lanes[row].multipliedReportingOverflow(by: factor)
            if overflow { missing[row] = true }
            lanes[row] = product
        }
        return ChunkEncoder.encode(lanes: lanes, missing: missing, policy: policy)
    }
}
