import ReinCheckpoints
import ReinTune
import Testing

@Suite struct PlacementFittingTests {
    typealias Amounts = [String: Double]

    static func group(_ bundles: [Amounts], _ strategy: PlacementStrategy) throws -> PlacementGroup {
        try PlacementGroup(bundles: bundles, strategy: strategy)
    }

    @Test("strict packing needs one machine for all, the others need room for each bundle")
    func strategies() throws {
        let bundles: [Amounts] = [["CPU": 2], ["CPU": 2], ["CPU": 2]]
        func feasible(_ strategy: PlacementStrategy, _ cpus: [Double]) throws -> Bool {
            try Self.group(bundles, strategy).isFeasible(on: cpus.map { ["CPU": $0] })
        }
        #expect(try feasible(.strictPack, [6, 1]) && !feasible(.strictPack, [5, 5]))
        #expect(try feasible(.strictSpread, [2, 2, 3]) && !feasible(.strictSpread, [8, 8]))
        #expect(try !feasible(.strictSpread, [8, 8, 1]))
        for strategy in [PlacementStrategy.pack, .spread] {
            #expect(try feasible(strategy, [6]) && feasible(strategy, [4, 2]) && feasible(strategy, [3, 3, 3]))
            #expect(try !feasible(strategy, [3, 3]) && !feasible(strategy, [5]) && !feasible(strategy, []))
        }
    }

    @Test("different machines are found for bundles by moving those that have one")
    func matching() throws {
        // The first bundle fits everywhere, and has to leave the only machine that the last one fits on.
        let bundles: [Amounts] = [["CPU": 1], ["CPU": 2], ["CPU": 1, "GPU": 1]]
        let machines: [Amounts] = [["CPU": 4, "GPU": 1], ["CPU": 2], ["CPU": 1]]
        #expect(try Self.group(bundles, .strictSpread).isFeasible(on: machines))
        #expect(try Self.group(bundles.reversed(), .strictSpread).isFeasible(on: machines.reversed()))
        #expect(try !Self.group(bundles, .strictSpread).isFeasible(on: [machines[0], machines[2], machines[2]]))
    }

    @Test("a packing is found where taking the first machine with room finds none")
    func packing() throws {
        // 6 + 4 and 5 + 5; the largest first puts 6, then 5 and 5 ... 4 beside 6.
        let bundles = [6.0, 5, 5, 4].map { ["CPU": $0] }
        #expect(try Self.group(bundles, .pack).isFeasible(on: [["CPU": 10], ["CPU": 10]]))
        // 4 + 4 + 2 and 3 + 3 + 2 + 2: the first with room takes 4 + 4, 3 + 3 + 2 and finds no place for the second 2 of 10.
        let tight = [5.0, 5, 4, 3, 3].map { ["CPU": $0] }
        #expect(try Self.group(tight, .pack).isFeasible(on: [["CPU": 10], ["CPU": 10]]))
        #expect(try !Self.group([6.0, 6, 4, 4].map { ["CPU": $0] }, .pack).isFeasible(on: [["CPU": 11], ["CPU": 9]]))
    }

    @Test("every small request gets the answer that trying all ways gives", arguments: PlacementStrategy.allCases)
    func exhaustive(strategy: PlacementStrategy) throws {
        // A simple generator of numbers, the same in each run.
        var state: UInt64 = 12_345
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var answers: [Bool: Int] = [:]
        for _ in 0..<600 {
            let machines: [Amounts] = (0..<(1 + next(3))).map { _ in
                ["CPU": Double(1 + next(6)), "GPU": Double(next(3))]
            }
            let bundles: [Amounts] = (0..<(1 + next(4))).map { _ in
                ["CPU": Double(1 + next(3)), "GPU": Double(next(3)) / 2]
            }
            let expected = Self.someWayWorks(bundles, machines, strategy)
            let answer = try Self.group(bundles, strategy).isFeasible(on: machines)
            #expect(answer == expected, "\(bundles) on \(machines)")
            answers[answer, default: 0] += 1
        }
        #expect(answers[true, default: 0] > 50 && answers[false, default: 0] > 50)
    }

    private static func someWayWorks(
        _ bundles: [Amounts], _ machines: [Amounts], _ strategy: PlacementStrategy
    ) -> Bool {
        var ways = [[Int]()]
        for _ in bundles { ways = ways.flatMap { way in machines.indices.map { way + [$0] } } }
        return ways.contains { way in
            switch strategy {
            case .strictPack where Set(way).count > 1: return false
            case .strictSpread where Set(way).count < way.count: return false
            default: break
            }
            return machines.indices.allSatisfy { machine in
                ["CPU", "GPU"].allSatisfy { name in
                    let used = bundles.indices.filter { way[$0] == machine }.map { bundles[$0][name] ?? 0 }
                    return used.reduce(0, +) <= machines[machine][name] ?? 0
                }
            }
        }
    }

    @Test("fractions that fill a machine fit, whatever their last digits come to")
    func fractions() throws {
        // 0.1 + 0.1 + 0.1 is more than 0.3 in doubles.
        for strategy in [PlacementStrategy.pack, .strictPack] {
            #expect(try Self.group(Array(repeating: ["GPU": 0.1], count: 3), strategy).isFeasible(on: [["GPU": 0.3]]))
            #expect(try Self.group(Array(repeating: ["GPU": 1.0 / 7], count: 7), strategy).isFeasible(on: [["GPU": 1]]))
            #expect(
                try !Self.group(Array(repeating: ["GPU": 0.1], count: 11), strategy).isFeasible(on: [["GPU": 1]]))
        }
    }

    @Test("what cannot be decided in time is not refused, and nothing takes for ever")
    func hard() throws {
        // Thirds of machines in pieces of many sizes: there is room in all, and too many ways to try.
        let bundles: [Amounts] = (0..<60).map { ["CPU": 34 + Double($0) / 100, "GPU": Double($0 % 7) / 10] }
        let machines: [Amounts] = (0..<31).map { ["CPU": 70 + Double($0) / 10, "GPU": 2] }
        #expect(try Self.group(bundles, .pack).isFeasible(on: machines))
        let many = Array(repeating: ["CPU": 1.0], count: 20_000)
        #expect(try Self.group(many, .spread).isFeasible(on: [["CPU": 20_000]]))
        #expect(try !Self.group(many, .spread).isFeasible(on: [["CPU": 19_999]]))
        #expect(try Self.group(Array(many.prefix(500)), .strictSpread).isFeasible(on: Array(many.prefix(500))))
        let three = try Self.group(Array(repeating: ["CPU": 2.0], count: 40), .pack)
        // 39 places for 40 bundles, though the machines have 117 in all.
        let small = Array(repeating: ["CPU": 3.0], count: 39)
        #expect(!three.isFeasible(on: small))
    }

    @Test(
        "a request that can never be granted is refused with what there is",
        arguments: [
            (
                [["CPU": 1], ["GPU": 4]], .pack,
                "bundles/1/GPU: GPU 4 is more than any machine has: CPU 8, GPU 2 + CPU 4"
            ),
            (
                [[:], ["gpu_memory": 4]], .pack,
                "bundles/1/gpu_memory: no machine has any of gpu_memory 4; there is CPU 8, GPU 2 + CPU 4"
            ),
            (
                [["CPU": 8], ["CPU": 8]], .pack,
                "bundles: CPU 16 is more than the machines have in all: CPU 8, GPU 2 + CPU 4"
            ),
            (
                [["CPU": 5], ["CPU": 5]], .spread,
                "bundles: cannot be divided among the machines, though they have enough in all; asked for are "
                    + "CPU 5 + CPU 5 (SPREAD), there is CPU 8, GPU 2 + CPU 4"
            ),
            (
                [["CPU": 6], ["CPU": 3]], .strictPack,
                "bundles: must be on one machine (STRICT_PACK), and no machine has CPU 9; asked for are "
                    + "CPU 6 + CPU 3 (STRICT_PACK), there is CPU 8, GPU 2 + CPU 4"
            ),
            (
                [["CPU": 1], ["CPU": 1], ["CPU": 1]], .strictSpread,
                "bundles: need 3 machines (STRICT_SPREAD), and there are 2; asked for are "
                    + "CPU 1 + CPU 1 + CPU 1 (STRICT_SPREAD), there is CPU 8, GPU 2 + CPU 4"
            ),
            (
                [["CPU": 5], ["CPU": 5]], .strictSpread,
                "bundles: cannot be on a machine each (STRICT_SPREAD): too few machines have room for one; asked for "
                    + "are CPU 5 + CPU 5 (STRICT_SPREAD), there is CPU 8, GPU 2 + CPU 4"
            ),
        ] as [([Amounts], PlacementStrategy, String)])
    func refusals(bundles: [Amounts], strategy: PlacementStrategy, message: String) throws {
        let group = try Self.group(bundles, strategy)
        let error = #expect(throws: StateError.self) {
            try group.requireFits(on: [["CPU": 8, "GPU": 2], ["CPU": 4]])
        }
        #expect(error?.description == message)
        #expect(error?.code == .outOfRange)
    }

    @Test("a resource that no machine has is answered with the nearest, and amounts on no machine together are said")
    func missing() throws {
        let group = try PlacementGroup(custom: ["licenses": 1])
        let error = #expect(throws: StateError.self) { try group.requireFits(on: [["license": 2]]) }
        #expect(
            error?.description == "bundles/0/licenses: no machine has any of licenses 1; did you mean \"license\"? "
                + "There is license 2")
        let both = #expect(throws: StateError.self) {
            try PlacementGroup(cpus: 4, gpus: 1).requireFits(on: [["CPU": 4], ["CPU": 1, "GPU": 1]])
        }
        #expect(both?.description == "bundles/0: no machine has CPU 4, GPU 1 together: CPU 4 + CPU 1, GPU 1")
        let none = #expect(throws: StateError.self) { try PlacementGroup.oneCPU.requireFits(on: []) }
        #expect(none?.description == "bundles/0/CPU: no machine has any of CPU 1; there is no machine")
    }
}
