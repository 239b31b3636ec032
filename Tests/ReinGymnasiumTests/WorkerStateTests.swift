import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinTestSupport
import Testing

@testable import ReinGymnasium

/// What is saved of lanes, and what becomes of them when it is restored.
@Suite(.enabled(if: FakeWorker.isThere, "\(FakeWorker.message)"), .timeLimit(.minutes(5)))
struct WorkerStateTests {
    private static let seeds: [UInt64] = [3, 1 << 31, .max, 4, 5, 6, 7, 8]

    private func lanes(_ options: StateMap = [:], workers: Int = 2) throws -> Lanes {
        var options = options
        options["masks"] = true
        return Lanes(try FakeWorker.specification(options, workers: workers), seeds: Self.seeds)
    }

    private func restore(_ lanes: Lanes, _ state: StateTree) throws -> RestoredLanes {
        let restored = try lanes.vector.restoreLanes(from: state, observations: lanes.observations.pointer)
        _ = lanes.vector.writeMasks(0..<lanes.count, into: lanes.masks.pointer)
        return restored
    }

    @Test("Lanes go on where they were, whatever the number of workers, after any number of steps", arguments: 0..<12)
    func exact(steps: Int) throws {
        let lanes = try lanes()
        try lanes.reset()
        _ = try lanes.run(steps)
        let state = lanes.vector.state
        let expected = try lanes.run(13)
        for workers in [1, 3, 8] {
            let other = try self.lanes(workers: workers)
            #expect(try restore(other, state) == RestoredLanes())
            #expect(other.vector.state == state)
            other.skip(to: steps)
            #expect(try other.run(13) == expected)
        }
        // A vector that is in the middle of something else.
        #expect(try restore(lanes, state) == RestoredLanes())
        lanes.skip(to: steps)
        #expect(try lanes.run(13) == expected)
    }

    @Test(
        "Lanes that are not where they were begin new episodes, which is said and counted",
        arguments: [
            ("forgetful", "element 2 of its observation is"), ("replayError", "replaying it failed: ValueError"),
        ])
    func begunAnew(mode: String, reason: String) throws {
        let lanes = try lanes()
        try lanes.reset()
        _ = try lanes.run(7)
        let state = lanes.vector.state
        let other = try self.lanes(["mode": .string(mode)])
        let restored = try restore(other, state)
        #expect(restored.begunAnew == Array(0..<8))
        #expect(restored.reason.hasPrefix("lane 0, and 7 more: \(reason)"), "\(restored.reason)")
        for lane in 0..<8 { #expect(other.observations[lane * 3 + 1] == 0) }
        #expect(other.vector.incidents?.episodesBegunAnew == 8)
        // Counts stay, and seeds of episodes are not used twice.
        let again = try self.lanes()
        #expect(try restore(again, other.vector.state) == RestoredLanes())
        #expect(again.vector.incidents?.episodesBegunAnew == 8)
        try again.reset()
        #expect(
            Set((0..<8).map { again.observations[$0 * 3] }).isDisjoint(with: (0..<8).map { other.observations[$0 * 3] })
        )
    }

    @Test("Environments that cannot be replayed, and lanes whose episodes were given up, begin new ones")
    func obstacles() throws {
        let lanes = try lanes()
        try lanes.reset()
        _ = try lanes.run(2)
        let state = lanes.vector.state
        let restored = try restore(try self.lanes(["spaces": ["replays": false]]), state)
        #expect(restored.begunAnew.count == 8 && restored.reason.contains("cannot be put where it was"))

        lanes.vector.forgetEpisodes()
        let other = try self.lanes()
        let forgotten = try restore(other, lanes.vector.state)
        #expect(forgotten.begunAnew.count == 8 && forgotten.reason.contains("given up"))
        _ = try other.run(3)
        // Only some lanes of a block.
        let mixed = try self.lanes()
        var saved = try StateReader(state).child("lanes").list().map(\.tree)
        for lane in [1, 6] { saved[lane] = ["laneSeed": 1, "begun": 1, "episode": .null] }
        let partly = try restore(mixed, ["lanes": .list(saved), "incidents": EnvironmentIncidents().tree])
        #expect(partly.begunAnew == [1, 6])
        mixed.skip(to: 2)
        _ = try lanes.vector.restoreLanes(from: state, observations: lanes.observations.pointer)
        lanes.skip(to: 2)
        try mixed.step()
        try lanes.step()
        for lane in 0..<8 where ![1, 6].contains(lane) {
            for place in lane * 3..<lane * 3 + 3 { #expect(mixed.observations[place] == lanes.observations[place]) }
        }
        #expect(mixed.observations[4] == 1 && mixed.observations[19] == 1)
    }

    @Test("After an error the state says that the lanes have no episode, and others have theirs")
    func afterErrors() throws {
        let lanes = try lanes(["mode": "error", "when": 3, "lane": 5])
        try lanes.reset()
        #expect(throws: EnvironmentFault.self) { try lanes.run(5, pieces: [0..<4, 4..<8]) }
        let state = lanes.vector.state
        let other = try self.lanes()
        let restored = try restore(other, state)
        #expect(restored.begunAnew == [4, 5, 6, 7] && restored.reason.contains("given up"))
        try other.step()
        #expect(other.observations[4 * 3 + 1] == 1)
    }

    @Test("State that does not fit is refused, with its place")
    func badState() throws {
        let lanes = try lanes()
        try lanes.reset()
        _ = try lanes.run(2)
        let good = lanes.vector.state
        func changed(_ change: (inout StateMap, inout StateMap) -> Void) throws -> StateTree {
            guard case .map(var whole) = good, case .list(var list)? = whole["lanes"], case .map(var lane) = list[1],
                case .map(var episode)? = lane["episode"]
            else { return .null }
            change(&lane, &episode)
            lane["episode"] = lane["episode"].map { $0.isNull ? .null : .map(episode) }
            list[1] = .map(lane)
            whole["lanes"] = .list(list)
            return .map(whole)
        }
        let wrong = StateTree.tensor(StateTensor([1, 2] as [Float], shape: [2]))
        let states: [(StateTree, String)] = [
            ([:], "lanes"), (["lanes": .list([])], "lanes"),
            (try changed { lane, _ in lane["begun"] = -1 }, "lanes/1/begun"),
            (try changed { lane, _ in lane["begun"] = 0 }, "lanes/1/episode/steps"),
            (try changed { _, episode in episode["seed"] = .int(1 << 31) }, "lanes/1/episode/seed"),
            (try changed { _, episode in episode["steps"] = -1 }, "lanes/1/episode/steps"),
            (try changed { _, episode in episode["steps"] = 3 }, "lanes/1/episode/actions"),
            (try changed { _, episode in episode["observation"] = wrong }, "lanes/1/episode/observation"),
            (try changed { _, episode in episode["mask"] = wrong }, "lanes/1/episode/mask"),
        ]
        for (state, path) in states {
            let error = #expect(throws: StateError.self) { try lanes.vector.restore(from: state) }
            #expect(error?.path == path)
        }
        #expect(lanes.vector.state == good)
    }

    @Test("The first episode has the lane's seed if it has 31 bits; all later ones have seeds of their own")
    func seeds() throws {
        #expect(EpisodeLog.seed(ofEpisode: 0, 12) == 12)
        #expect(EpisodeLog.seed(ofEpisode: 0, 1 << 31 - 1) == 1 << 31 - 1)
        var seeds = Set<UInt32>()
        for lane in [0, 1, 1 << 31, UInt64.max] {
            for episode in 1..<200 { seeds.insert(EpisodeLog.seed(ofEpisode: episode, lane)) }
        }
        #expect(seeds.count == 4 * 199 && seeds.allSatisfy { $0 < 1 << 31 })
    }

    @Test("Actions of long episodes are kept up to a limit")
    func longEpisodes() {
        let log = EpisodeLog(seeds: [1], width: 2, stepsAtFirst: 3)
        log.begin(0)
        for step in 0..<EpisodeLog.limit { log.record(0, [Float(step), 1]) }
        #expect(log.actions(0)?.count == 2 * EpisodeLog.limit)
        #expect(log.actions(0)?[2 * 70_000] == 70_000)
        log.record(0, [0, 0])
        #expect(log.actions(0) == nil && log.steps(0) == EpisodeLog.limit + 1 && log.lastAction(0) == nil)
        log.begin(0)
        #expect(log.actions(0)?.isEmpty == true && log.begun(0) == 2)
    }
}
