import ReinCheckpoints
import Testing

/// What every codec must do. One set of tests, run for each.
@Suite("Every codec")
struct CodecConformanceTests {
    @Test("Every kind of tree survives, and equal trees have equal bytes", arguments: CheckpointFormat.allCases)
    func roundTrip(format: CheckpointFormat) throws {
        for tree in SampleTrees.all + SampleTrees.giants {
            let bytes = try format.codec.encode(tree)
            let decoded = try format.codec.decode(bytes)
            #expect(decoded == tree)
            #expect(try format.codec.encode(decoded) == bytes)
        }
    }

    @Test("Random trees survive", arguments: CheckpointFormat.allCases)
    func randomTrees(format: CheckpointFormat) throws {
        var random = SplitMix64(state: 7)
        for _ in 0..<150 {
            let tree = random.tree()
            let decoded = try format.codec.decode(try format.codec.encode(tree))
            #expect(decoded == tree)
        }
    }

    @Test("Converting there and back gives the same bytes", arguments: CheckpointFormat.allCases)
    func conversion(format: CheckpointFormat) throws {
        var random = SplitMix64(state: 11)
        for tree in SampleTrees.all + (0..<100).map({ _ in random.tree() }) {
            let first = try format.codec.encode(tree)
            let between = try format.other.codec.encode(try format.codec.decode(first))
            let last = try format.codec.encode(try format.other.codec.decode(between))
            #expect(first == last)
        }
    }

    @Test("Every NaN is written alike", arguments: CheckpointFormat.allCases)
    func canonicalNaN(format: CheckpointFormat) throws {
        let plain = try format.codec.encode(.double(.nan))
        for value: Double in [.signalingNaN, -.nan, Double(nan: 77, signaling: false)] {
            #expect(try format.codec.encode(.double(value)) == plain)
        }
    }

    @Test("A tree that is too deep is refused in writing", arguments: CheckpointFormat.allCases)
    func depth(format: CheckpointFormat) throws {
        let error = try #require(throws: StateError.self) {
            try format.codec.encode(SampleTrees.nested(StateTree.maximumDepth + 1))
        }
        #expect(error.code == .outOfRange)
        #expect(error.path.hasPrefix("0/k/0/k") || error.path.hasPrefix("k/0/k/0"))
    }

    @Test("Tensors of a decoded tree point into the file", arguments: CheckpointFormat.allCases)
    func noCopy(format: CheckpointFormat) throws {
        let bytes = StateBytes(try format.codec.encode(SampleTrees.policy))
        let range = bytes.withUnsafeBytes {
            UInt(bitPattern: $0.baseAddress)..<UInt(bitPattern: $0.baseAddress! + $0.count)
        }
        let weight = try StateReader(try format.codec.decode(bytes))
            .child("network").child("parameters").child("0").tensor("weight")
        weight.withUnsafeBytes { #expect(range.contains(UInt(bitPattern: $0.baseAddress))) }
        #expect(try weight.floats() == [1, 2, 3, 4])
    }

    @Test("A file cut short anywhere is refused", arguments: CheckpointFormat.allCases)
    func truncation(format: CheckpointFormat) throws {
        let bytes = try format.codec.encode(SampleTrees.policy)
        for length in 0..<bytes.count {
            #expect(throws: StateError.self) { try format.codec.decode(Array(bytes[..<length])) }
        }
        #expect(throws: StateError.self) { try format.codec.decode(bytes + [0]) }
        #expect(throws: StateError.self) { try format.codec.decode([]) }
    }

    @Test("A file with any one byte changed is read or refused, never more", arguments: CheckpointFormat.allCases)
    func flippedBytes(format: CheckpointFormat) throws {
        let bytes = try format.codec.encode(SampleTrees.policy)
        var refused = 0
        for index in bytes.indices {
            for mask: UInt8 in [0x01, 0x80, 0xff] {
                var damaged = bytes
                damaged[index] ^= mask
                do {
                    // What is accepted must be a tree that can be written again.
                    _ = try format.codec.encode(try format.codec.decode(damaged))
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > bytes.count)
    }

    @Test("Random bytes are read or refused, never more", arguments: CheckpointFormat.allCases)
    func randomBytes(format: CheckpointFormat) throws {
        var random = SplitMix64(state: 3)
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in UInt8(truncatingIfNeeded: random.next())
            }
            if let tree = try? format.codec.decode(bytes) { _ = try format.codec.encode(tree) }
        }
    }
}
