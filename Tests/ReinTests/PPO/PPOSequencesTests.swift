import ReinEnvironments
import ReinNumerics
import ReinPolicies
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Sequences of PPO")
struct PPOSequencesTests {
    @Test("Every epoch has every sample once, in whole sequences, shard by shard and time-major")
    func layout() throws {
        let (steps, lanes, length, minibatchSize) = (12, 7, 3, 30)
        let policy = try PPOLearner.makePolicy(
            observationSpace: RememberedCue().observationSpace, actionSpace: RememberedCue().actionSpace,
            configuration: PPO.Configuration().with {
                $0.network.recurrent = .gru
                $0.network.recurrentWidth = 2
            }, random: RandomStream(seed: 1, name: "policy"))
        let batch = RolloutBatch(steps: steps, lanes: RolloutLanes(lanes), policy: policy, sequenceLength: length)
        let memory = try #require(batch.memory)
        let width = memory.stateWidth
        #expect(width == 4, "policy and value have a layer each")
        // A state tells which sequence it is of.
        for index in 0..<memory.states.count { memory.states.pointer[index] = Float(index / width) }
        for index in 0..<batch.count where index % 5 == 2 { batch.statuses.pointer[index] = .terminated }
        let sequences = try #require(PPOSequences(batch: batch, rows: minibatchSize))
        let indices = AlignedBuffer<Int32>(count: batch.count)
        var random = RandomStream(seed: 2, name: "shuffling")
        sequences.begin()
        var orders: Set<[Int32]> = []
        for _ in 0..<3 {
            sequences.shuffle(using: &random, minibatchSize: minibatchSize, lanes: lanes, into: indices.pointer)
            #expect(Set(indices.elements).count == batch.count)
            orders.insert(Array(indices.elements))
            for first in stride(from: 0, to: batch.count, by: minibatchSize) {
                let rows = min(minibatchSize, batch.count - first)
                let samples = UnsafeBufferPointer(start: UnsafePointer(indices.pointer + first), count: rows)
                sequences.gather(samples, first: first, from: batch)
                for shard in stride(from: 0, to: rows, by: sequences.shardRows) {
                    let count = min(sequences.shardRows, rows - shard) / length
                    let description = sequences.sequences(of: shard..<min(shard + sequences.shardRows, rows))
                    #expect(description.steps == length)
                    let (starts, states) = (try #require(description.starts), try #require(description.states))
                    for row in 0..<count * length {
                        let sample = Int(samples[shard + row])
                        let (step, lane) = (sample / lanes, sample % lanes)
                        #expect(step % length == row / count)
                        if row >= count { #expect(sample == Int(samples[shard + row - count]) + lanes) }
                        let isStart = step > 0 && (sample - lanes) % 5 == 2
                        #expect(starts[row] == isStart)
                        #expect(states[row % count * width] == Float(step / length * lanes + lane))
                    }
                }
            }
        }
        #expect(orders.count == 3, "every epoch has another order")
    }
}
