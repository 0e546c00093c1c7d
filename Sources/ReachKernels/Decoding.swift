/// The mask as lanes of 0 and 1.
package func widenToLanes(_ mask: [UInt8]) -> [Int64] { unpackLanes(mask, base: 0, step: 1) }
