import Testing

@testable import Rein

@Suite("Sums over shards")
struct ShardTreeTests {
    private static func gradients(_ count: Int, length: Int = 5) -> [AlignedBuffer<Float>] {
        var random = RandomStream(seed: 5, name: "gradients")
        return (0..<count).map { _ in AlignedBuffer((0..<length).map { _ in random.nextNormal() }) }
    }

    /// The sum over the tree, written down once more: both halves of the next power of two.
    private static func sum(_ numbers: ArraySlice<Float>, size: Int) -> Float? {
        guard size > 1 else { return numbers.first }
        let left = sum(numbers.prefix(size / 2), size: size / 2)
        guard let right = sum(numbers.dropFirst(size / 2), size: size / 2) else { return left }
        return left.map { $0 + right }
    }

    private static func expected(_ gradients: [AlignedBuffer<Float>]) -> [Float] {
        let size = [1, 2, 4, 8, 16, 32].first { $0 >= gradients.count } ?? 64
        return (0..<gradients[0].count).map { element in
            sum(gradients.map { $0[element] }[...], size: size) ?? 0
        }
    }

    @Test("One participant adds halves to halves", arguments: 1...17)
    func alone(count: Int) {
        let gradients = Self.gradients(count)
        let expected = Self.expected(gradients)
        LearningContext().sum(gradients, shards: count)
        #expect(Array(gradients[0].elements) == expected)
    }

    @Test("Up to three shards are added one after the other", arguments: 1...3)
    func fewShards(count: Int) {
        let gradients = Self.gradients(count)
        let expected = (0..<5).map { element in gradients.dropFirst().reduce(gradients[0][element]) { $0 + $1[element] }
        }
        LearningContext().sum(gradients, shards: count)
        #expect(Array(gradients[0].elements) == expected)
    }

    @Test("Shards belong to one participant each, in order", arguments: 0...17, 1...9)
    func division(count: Int, participants: Int) {
        var next = 0
        for participant in 0..<participants {
            let collective = Participants.Participant(
                participants: Participants(participants), participant: participant)
            let own = ShardTree(count: count, in: collective).ownShards
            #expect(own.isEmpty || own.lowerBound == next)
            next += own.count
        }
        #expect(next == count)
    }

    @Test(
        "Several participants, each with its own shards, end with the sum of one, to the bit",
        arguments: [1, 2, 3, 5, 8, 11],
        2...6)
    func together(count: Int, participants: Int) {
        let expected = Self.expected(Self.gradients(count))
        let sums = Participants.run(participants) { collective -> [Float] in
            let context = LearningContext(collective: collective)
            let gradients = Self.gradients(count)
            // What a participant does not compute is nothing that it could add.
            for shard in 0..<count where !context.ownShards(of: count).contains(shard) {
                gradients[shard].mutableElements.update(repeating: .nan)
            }
            context.sum(gradients, shards: count)
            return Array(gradients[0].elements)
        }
        #expect(sums.count == participants && sums.allSatisfy { $0 == expected })
    }

    @Test("A column is completed from the parts of all", arguments: [1, 2, 3, 5, 8, 11], 2...6)
    func gathering(count: Int, participants: Int) {
        // Shards of four elements, the last one of three.
        let all = (0..<4 * count - 1).map { Float($0) }
        let columns = Participants.run(participants) { collective -> [Float] in
            let context = LearningContext(collective: collective)
            let column = AlignedBuffer<Float>(count: all.count)
            context.run(shards: count) { shard, _ in
                for index in 4 * shard..<min(4 * shard + 4, all.count) { column.pointer[index] = all[index] }
            }
            context.gather(column.mutableElements, shards: count, of: 4)
            return Array(column.elements)
        }
        #expect(columns.count == participants && columns.allSatisfy { $0 == all })
    }

    @Test("Moments are merged in the order of shards, whoever took them", arguments: 2...5)
    func moments(participants: Int) {
        var random = RandomStream(seed: 6, name: "moments")
        let all = (0..<6).map { shard in
            var moments = RunningMoments(width: 2)
            let rows = (0..<2 * shard).map { _ in 1000 + random.nextNormal() }
            moments.update(rows, count: shard)
            return moments
        }
        let expected = LearningContext().merged(all)
        #expect(expected?.count == 15)
        let merged = Participants.run(participants) { collective -> RunningMoments? in
            let context = LearningContext(collective: collective)
            let own = context.ownShards(of: all.count)
            return context.merged(all.indices.map { own.contains($0) ? all[$0] : RunningMoments(width: 2) })
        }
        #expect(merged.count == participants && merged.allSatisfy { $0 == expected })
        #expect(LearningContext().merged([]) == nil)
    }

    @Test("Every job of every shard runs once", arguments: [1, 2], 1...3)
    func jobs(jobs: Int, threads: Int) throws {
        let counts = AlignedBuffer<Int32>(count: 7 * jobs)
        try LearningContext(pool: WorkerPool(threads: threads)).run(shards: 7, jobs: jobs) { shard, job in
            counts.pointer[shard * jobs + job] += 1
        }
        #expect(counts.elements.allSatisfy { $0 == 1 })
    }
}
