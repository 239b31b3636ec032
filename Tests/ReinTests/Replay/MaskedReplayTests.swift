import ReinTestSupport
import Testing

@testable import Rein

@Suite("Masks in the replay")
struct MaskedReplayTests {
    /// A mask of four entries that spells a number from 1 to 15 in binary.
    static func mask(_ number: Int) -> [Bool] { (0..<4).map { number >> $0 & 1 == 1 } }

    static func number(_ masks: AlignedBuffer<Bool>, _ row: Int) -> Int {
        (0..<4).reduce(0) { $0 + (masks.pointer[4 * row + $1] ? 1 << $1 : 0) }
    }

    static func policy() throws -> Policy {
        var policy = try SACLearner.makePolicy(
            observationSpace: Box(-1...1, shape: [1]), actionSpace: .discrete(4),
            configuration: SACConfiguration().with { $0.network.hidden = [4] },
            random: RandomStream(seed: 1, name: "replay"))
        policy.masksActions = true
        return policy
    }

    /// A rollout of one environment: the mask of step s is s + 1, that of a final state 9 + s.
    static func batch(_ statuses: [Status]) throws -> RolloutBatch {
        let batch = RolloutBatch(steps: statuses.count, lanes: 1, policy: try policy(), columns: .finalObservations)
        func write(_ number: Int, into masks: AlignedBuffer<Bool>, _ row: Int) {
            for (entry, value) in mask(number).enumerated() { masks.pointer[4 * row + entry] = value }
        }
        for (step, status) in statuses.enumerated() {
            write(step + 1, into: batch.masks, step)
            write(9 + step, into: batch.finalMasks, step)
            batch.statuses.pointer[step] = status
        }
        write(statuses.count + 1, into: batch.masks, statuses.count)
        return batch
    }

    static func replay(stepCount: Int = 3, capacity: Int = 10_000) throws -> ExperienceReplay {
        ExperienceReplay(for: try policy(), lanes: 1, capacity: capacity, stepCount: stepCount, discount: 0.5)
    }

    @Test("A transition has the masks of both its ends, however many steps it spans")
    func ends() throws {
        let statuses: [Status] = [.running, .running, .running, .truncated, .running]
        for (stepCount, expected) in [(1, [2, 3, 4, 12, 6]), (3, [4, 12, 12, 12])] {
            var replay = try Self.replay(stepCount: stepCount)
            replay.append(try Self.batch(statuses))
            #expect(replay.buffer.count == expected.count)
            for (row, next) in expected.enumerated() {
                #expect(Self.number(replay.buffer.masks, row) == row + 1)
                #expect(Self.number(replay.buffer.nextMasks, row) == next)
            }
        }
    }

    @Test("Masks move along when the buffer grows, and are gathered with their transitions")
    func growth() throws {
        var replay = try Self.replay(stepCount: 1)
        let rollout = try Self.batch(Array(repeating: .running, count: 6))
        for _ in 0..<900 { replay.append(rollout) }
        #expect(replay.buffer.count == 5_400)
        let batch = ReplayBatch(rows: 3, of: replay.buffer)
        for (row, index) in [0, 4_097, 5_399].enumerated() { batch.indices.pointer[row] = Int32(index) }
        batch.gather(from: replay.buffer)
        for (row, index) in [0, 4_097, 5_399].enumerated() {
            #expect(Self.number(batch.masks, row) == index % 6 + 1)
            #expect(Self.number(batch.nextMasks, row) == index % 6 + 2)
        }
    }

    @Test("Masks come back with transitions and windows")
    func state() throws {
        var replay = try Self.replay()
        replay.append(try Self.batch(Array(repeating: .running, count: 5)))
        var restored = try Self.replay()
        try restored.restore(from: replay.state)
        #expect(restored.state == replay.state)
        let more = try Self.batch(Array(repeating: .running, count: 3))
        replay.append(more)
        restored.append(more)
        #expect(restored.state == replay.state)
        #expect(Self.number(restored.buffer.masks, 4) == 5)
    }

    @Test("A file from before the environment masked actions comes back with all of them valid")
    func withoutMasks() throws {
        var replay = try Self.replay()
        replay.append(try Self.batch(Array(repeating: .running, count: 5)))
        var restored = try Self.replay()
        try restored.restore(from: Self.changing(replay.state) { _ in nil })
        #expect(restored.buffer.count == 3)
        for row in 0..<3 {
            #expect(Self.number(restored.buffer.masks, row) == 15)
            #expect(Self.number(restored.buffer.nextMasks, row) == 15)
        }
    }

    @Test("Masks that leave nothing valid, or are none, are refused")
    func hostile() throws {
        var replay = try Self.replay()
        replay.append(try Self.batch(Array(repeating: .running, count: 5)))
        let changes: [(StateTensor) -> StateTree] = [
            { .tensor(StateTensor([UInt8](repeating: 0, count: $0.count), shape: $0.shape)) },
            { .tensor(StateTensor([UInt8](repeating: 2, count: $0.count), shape: $0.shape)) },
            { .tensor(StateTensor([Float](repeating: 1, count: $0.count), shape: $0.shape)) },
            { .tensor(StateTensor([UInt8](repeating: 1, count: $0.count), shape: [$0.count])) },
            { _ in "masks" },
        ]
        for change in changes {
            var restored = try Self.replay()
            let tree = Self.changing(replay.state, change)
            let error = #expect(throws: StateError.self) { try restored.restore(from: tree) }
            #expect(error?.path.hasSuffix("masks") == true, "\(String(describing: error))")
        }
    }

    /// A replay's state with other masks, or none.
    private static func changing(_ state: StateTree, _ change: (StateTensor) -> StateTree?) -> StateTree {
        guard case .map(let map) = state else { return state }
        var changed = StateMap()
        for (key, value) in map.entries {
            if case .tensor(let tensor) = value, key == "masks" || key == "nextMasks" {
                if let other = change(tensor) { changed[key] = other }
            } else {
                changed[key] = changing(value, change)
            }
        }
        return .map(changed)
    }
}
