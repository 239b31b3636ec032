public import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

extension RolloutRunner {
    /// The environments' states, the random streams, and the episodes in flight. Masks of actions are not part of it:
    /// the environments' states determine them.
    public var state: StateTree {
        [
            "environments": environments.state,
            "streams": .list((0..<lanes).map { StateEncoder().encode(streams.pointer[$0]) }),
            "noiseStreams": hasNoise ? .list(shards.map { StateEncoder().encode($0.noiseStream) }) : .null,
            "observations": .tensor(
                StateTensor(
                    observations.elements, shape: [lanes, observations.count / lanes])),
            "returns": .tensor(StateTensor(Array(returns.elements), shape: [lanes])),
            "lengths": .tensor(StateTensor(Array(lengths.elements), shape: [lanes])),
            "discountedReturns": .tensor(StateTensor(Array(discountedReturns.elements), shape: [lanes])),
            "recurrentStates": recurrentLanes?.state ?? .null,
        ]
    }

    /// Takes over the state of a runner with as many lanes of the same environment.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    public func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let savedStreams = try reader.child("streams").list()
        guard savedStreams.count == lanes else {
            throw try reader.child("streams").error(
                .wrongShape, "\(savedStreams.count) random streams for \(lanes) lanes")
        }
        let savedNoise = try hasNoise ? reader.child("noiseStreams").list() : .init()
        guard !hasNoise || savedNoise.count == shards.count else {
            throw try reader.child("noiseStreams").error(
                .wrongShape, "\(savedNoise.count) streams of noise for \(shards.count) shards")
        }
        let savedMemory = try recurrentLanes?.values(of: reader.child("recurrentStates"))
        let saved = try reader.child("environments")
        copy(try reader.floats("observations", shape: [lanes, observations.count / lanes]), to: observations)
        do throws(StateError) {
            restoredLanes = try environments.restoreLanes(from: saved.tree, observations: observations.pointer)
        } catch {
            throw error.nested(under: saved.path)
        }
        beginsEpisodes = false
        if let lane = environments.writeMasks(0..<lanes, into: masks.pointer) {
            throw saved.error(.outOfRange, "the state of environment \(lane) leaves no valid action")
        }
        for (lane, saved) in savedStreams.enumerated() {
            streams.pointer[lane] = try StateDecoder().decode(RandomStream.self, from: saved.tree, path: saved.path)
        }
        for (shard, saved) in zip(shards, savedNoise) {
            shard.noiseStream = try StateDecoder().decode(RandomStream.self, from: saved.tree, path: saved.path)
        }
        copy(try reader.finiteNumbers("returns", shape: [lanes]), to: returns)
        copy(try reader.counts("lengths", shape: [lanes]), to: lengths)
        copy(try reader.finiteNumbers("discountedReturns", shape: [lanes]), to: discountedReturns)
        if let savedMemory { recurrentLanes?.take(savedMemory) }
        for lane in restoredLanes.begunAnew {
            returns.pointer[lane] = 0
            lengths.pointer[lane] = 0
            discountedReturns.pointer[lane] = 0
            recurrentLanes?.forget(lane)
        }
    }

    /// What the runner holds of an iteration that is not over, a part for each shard of the lanes.
    var unfinishedState: StateTree { .list(shards.map { .map($0.unfinishedState) }) }

    /// Takes over what a runner of the same lanes held, after `restore(from:)`.
    ///
    /// - Parameter policy: the policy that acts in the rollout.
    /// - Throws: `StateError` when something is missing or does not fit.
    func restoreUnfinished(from reader: StateReader, policy: Policy) throws(StateError) {
        let saved = try reader.list()
        guard saved.count == shards.count else {
            throw reader.error(.wrongShape, "\(saved.count) parts for \(shards.count) shards")
        }
        let logDeviations = Array(policy.network.parameters[policy.network.logDeviationRange])
        for (shard, saved) in zip(shards, saved) {
            try shard.restoreUnfinished(from: saved, logDeviations: logDeviations)
        }
    }

    private func copy<Element>(_ values: [Element], to buffer: AlignedBuffer<Element>) {
        for (index, value) in values.enumerated() { buffer.pointer[index] = value }
    }
}
