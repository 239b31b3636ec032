import ReinCheckpoints
import ReinEnvironments
import ReinGymnasium
import ReinNumerics
import ReinSpaces
import ReinTestSupport
import Testing

@Suite(.enabled(if: RealPython.isThere, "\(RealPython.message)"), .timeLimit(.minutes(5)))
struct GymnasiumTests {
    private func specification(
        _ id: String, options: StateMap = [:], workers: Int? = nil
    ) throws -> EnvironmentSpecification {
        try .gymnasium(id, options: options, workers: workers, python: RealPython.path)
    }

    @Test("Spaces, limits and names are Gymnasium's")
    func spaces() throws {
        let cartPole = try specification("CartPole-v1")
        #expect(cartPole.id == "gymnasium:CartPole-v1")
        #expect(cartPole.actionSpace == .discrete(2))
        #expect(cartPole.observationSpace == EnvironmentSpecification(CartPole.self).observationSpace)
        #expect(cartPole.timeLimit == 500 && cartPole.rewardThreshold == 475)
        let taxi = try specification("Taxi-v4")
        #expect(taxi.masksActions && taxi.observationSpace.count == 500)
        let cheetah = try specification("HalfCheetah-v5", options: ["forward_reward_weight": 2])
        #expect(cheetah.actionSpace.width == 6 && cheetah.observationSpace.count == 17)
    }

    @Test("What vectors of it do is sound: restored copies also begin the same episodes later")
    func soundness() throws {
        let problems = try VectorChecker(steps: 60).problems(
            in: .gymnasium("CartPole-v1", workers: 1, python: RealPython.path))
        #expect(problems.filter { !$0.isWarning }.isEmpty, "\(problems)")
    }

    @Test("Episodes of one lane are recorded as pictures")
    func recording() throws {
        try withTemporaryDirectory { folder in
            let settings: StateMap = [
                "python": .string(RealPython.path), "recordTo": .string("\(folder)/r"), "recordForm": "frames",
            ]
            let environment = try GymnasiumProvider().environment(
                "gymnasium:FrozenLake-v1", settings: settings, record: nil)
            guard case .singleAgent(let specification) = environment else { return }
            let several = #expect(throws: EnvironmentFault.self) {
                try Lanes(specification, seeds: [1, 2]).reset()
            }
            #expect("\(try #require(several))".contains("episodes of one lane are recorded, not of 2"))
            do {
                let lanes = Lanes(specification, seeds: [1])
                try lanes.reset()
                _ = try lanes.run(5)
            }
            let files = try files(below: "\(folder)/r").filter { $0.key.hasSuffix(".png") }
            #expect(files.count >= 5 && files.values.allSatisfy { $0.starts(with: [0x89, 0x50, 0x4e, 0x47]) })
        }
    }

    @Test(
        "EnvPool's environments are stepped, and begin new episodes after they are restored",
        .enabled(if: RealPython.hasEnvPool))
    func envPool() throws {
        let seeds = (0..<8).map { UInt64($0) }
        var expected: [[UInt64]]?
        for workers in [1, 2] {
            let specification = try specification("envpool:CartPole-v1", workers: workers)
            #expect(specification.id == "envpool:CartPole-v1" && specification.actionSpace == .discrete(2))
            let lanes = Lanes(specification, seeds: seeds)
            try lanes.reset()
            let trace = try lanes.run(100, pieces: LaneDivision.pieces(of: 8))
            #expect(trace == expected ?? trace)
            #expect(trace.contains { $0.contains(1) })
            expected = trace
            let restored = try lanes.vector.restoreLanes(
                from: lanes.vector.state, observations: lanes.observations.pointer)
            #expect(restored.begunAnew == Array(0..<8) && restored.reason.contains("cannot be put where it was"))
            _ = try lanes.run(5)
        }
    }

    @Test("Gymnasium's own checker is asked")
    func complaints() throws {
        RealPython.addModules()
        let settings: StateMap = ["python": .string(RealPython.path), "options": ["trouble": "wide"]]
        let complaints = try GymnasiumProvider().complaints(
            about: "python:troubled_environments:make", settings: settings, steps: 50)
        #expect(complaints.contains { !$0.isWarning }, "\(complaints)")
        let good = try GymnasiumProvider().complaints(
            about: "gymnasium:CartPole-v1", settings: ["python": .string(RealPython.path)], steps: 50)
        #expect(good.allSatisfy { $0.isWarning }, "\(good)")
    }

    @Test("Episodes of CartPole are those of the Swift one, bit for bit")
    func cartPole() throws {
        let seeds = (0..<10).map { UInt64(7 * $0 + 1) }
        let lanes = Lanes(try specification("CartPole-v1", workers: 2), seeds: seeds)
        let own = Lanes(EnvironmentSpecification(CartPole.self), seeds: seeds)
        try lanes.reset()
        try own.reset()
        #expect(Array(lanes.observations.elements) == Array(own.observations.elements))
        // The first episodes, whose seeds are the same.
        var ended = Set<Int>()
        while ended.count < seeds.count {
            try lanes.step()
            try own.step()
            for lane in 0..<seeds.count where !ended.contains(lane) {
                try #require(lanes.rewards[lane] == own.rewards[lane])
                try #require(lanes.statuses[lane] == own.statuses[lane])
                let isOver = own.statuses[lane] != .running
                let (mine, theirs) = isOver ? (lanes.finals, own.finals) : (lanes.observations, own.observations)
                for place in lane * 4..<lane * 4 + 4 {
                    try #require(mine[place].bitPattern == theirs[place].bitPattern)
                }
                if isOver { ended.insert(lane) }
            }
        }
    }

    @Test(
        "Results do not depend on the number of workers, nor on the pieces",
        arguments: ["CartPole-v1", "HalfCheetah-v5", "Taxi-v4", "LunarLander-v3"])
    func division(id: String) throws {
        let seeds = (0..<8).map { UInt64($0) << 40 | 5 }
        var expected: [[UInt64]]?
        for (workers, pieces) in [(1, nil), (2, nil), (3, [0..<3, 3..<8]), (8, LaneDivision.singly(8))] {
            let lanes = Lanes(try specification(id, workers: workers), seeds: seeds, pieces: pieces)
            try lanes.reset()
            let trace = try lanes.run(120, pieces: pieces)
            #expect(trace == expected ?? trace, "\(workers)")
            expected = trace
        }
    }

    @Test(
        "Lanes are put where they were, and go on with the same bits, in any number of workers",
        arguments: ["CartPole-v1", "HalfCheetah-v5", "Humanoid-v5", "Taxi-v4", "LunarLander-v3"])
    func restoring(id: String) throws {
        let seeds = (0..<4).map { UInt64($0) }
        let lanes = Lanes(try specification(id, workers: 2), seeds: seeds)
        try lanes.reset()
        _ = try lanes.run(137)
        let state = lanes.vector.state
        let expected = try lanes.run(80)
        for workers in [1, 2, 4] {
            let other = Lanes(try specification(id, workers: workers), seeds: seeds)
            let restored = try other.vector.restoreLanes(from: state, observations: other.observations.pointer)
            #expect(restored == RestoredLanes())
            #expect(other.vector.state == state)
            if other.vector.maskWidth > 0 { _ = other.vector.writeMasks(0..<4, into: other.masks.pointer) }
            other.skip(to: 137)
            #expect(try other.run(80) == expected, "\(workers)")
        }
    }
}
