import ReinCheckpoints
import Testing

@testable import ReinTune

@Suite struct ResourcePoolTests {
    typealias Amounts = [String: Double]

    /// A simple generator of numbers, the same in each run.
    struct Numbers {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    @Test("a request is granted whole or not at all, and nothing is changed when it is not")
    func wholeOrNotAtAll() throws {
        var pool = ResourcePool([["CPU": 4, "GPU": 1, "memory": 100, "license": 2]])
        let all = pool.free
        let group = try PlacementGroup(bundles: [["CPU": 1, "license": 1], ["CPU": 2, "memory": 60]])
        let first = try #require(try pool.reserve(group))
        #expect(first.bundles.map(\.machine) == [0, 0] && first.bundles.map(\.amounts) == group.bundles)
        #expect(pool.free == [["CPU": 1, "GPU": 1, "memory": 40, "license": 1]])
        let between = pool.free
        #expect(try pool.reserve(group) == nil)
        #expect(pool.free == between && pool.reservations == [first])
        let small = try #require(try pool.reserve(.oneCPU))
        #expect(try pool.reserve(.oneCPU) == nil)
        pool.release(first)
        #expect(try pool.reserve(group) != nil)
        pool.release(small)
        pool.release(pool.reservations[0])
        #expect(pool.free == all && pool.reservations.isEmpty)
    }

    @Test("fractions leave nothing behind, whatever the order in which they come and go")
    func fractions() throws {
        var pool = ResourcePool([["CPU": 3, "GPU": 1, "memory": 0.7]])
        let all = pool.free
        let groups = try [0.1, 1.0 / 7, 0.3, 0.7 / 3].map { try PlacementGroup(cpus: $0, gpus: $0, memory: $0 / 10) }
        var numbers = Numbers(state: 7)
        var granted = 0
        for _ in 0..<3_000 {
            if let reservation = try pool.reserve(groups[numbers.next(groups.count)]) {
                granted += 1
                if numbers.next(3) == 0 { pool.release(reservation) }
            } else {
                pool.release(pool.reservations[numbers.next(pool.reservations.count)])
            }
        }
        #expect(granted > 1_000)
        while let reservation = pool.reservations.last { pool.release(reservation) }
        #expect(pool.free == all)
        // All tenths and all sevenths of what there is can be had at once.
        for (count, group) in [(10, groups[0]), (7, groups[1])] {
            for _ in 0..<count { #expect(try pool.reserve(group) != nil) }
            #expect(try pool.reserve(group) == nil)
            while let reservation = pool.reservations.first { pool.release(reservation) }
        }
    }

    @Test("whole GPUs belong to one, parts share one, and the indices say which")
    func gpus() throws {
        var pool = ResourcePool([["CPU": 8, "GPU": 3]])
        func reserve(_ gpus: Double) throws -> [GPUShare]? {
            try pool.reserve(PlacementGroup(gpus: gpus))?.bundles[0].gpus
        }
        #expect(try reserve(0.25) == [GPUShare(index: 0, amount: 0.25)])
        #expect(try reserve(2) == [GPUShare(index: 1, amount: 1), GPUShare(index: 2, amount: 1)])
        // There is 0.75 of one left: no whole one.
        #expect(try reserve(1) == nil)
        #expect(try reserve(0.75) == [GPUShare(index: 0, amount: 0.75)])
        #expect(try reserve(0.01) == nil)
        pool.release(pool.reservations[1])
        #expect(try reserve(1.5) == [GPUShare(index: 1, amount: 1), GPUShare(index: 2, amount: 0.5)])
        #expect(try reserve(0.5) == [GPUShare(index: 2, amount: 0.5)])
    }

    @Test("parts go to the fullest GPU that has room, so that whole ones are left")
    func fullestFirst() throws {
        var pool = ResourcePool([["GPU": 2]])
        var places: [Int] = []
        for part in [0.5, 0.4, 0.2, 0.3, 0.1] {
            places += try #require(try pool.reserve(PlacementGroup(gpus: part))).gpus(on: 0)
        }
        #expect(places == [0, 0, 1, 1, 0])
    }

    @Test("a process is told which GPUs to see, in the words of the machine")
    func visibleDevices() throws {
        var pool = ResourcePool([["GPU": 1], ["CPU": 1, "GPU": 3]])
        let group = try PlacementGroup(
            bundles: [["CPU": 1, "GPU": 2], ["GPU": 0.5], ["GPU": 0.5]], strategy: .strictPack)
        let reservation = try #require(try pool.reserve(group))
        #expect(reservation.gpus(on: 1) == [0, 1, 2] && reservation.gpus(on: 0) == [])
        #expect(reservation.visibleDevices(on: 1, among: nil) == "0,1,2")
        #expect(reservation.visibleDevices(on: 1, among: ["2", "5", "GPU-7"]) == "2,5,GPU-7")
        #expect(reservation.visibleDevices(on: 0, among: nil) == "")
    }

    @Test("packing takes few machines and spreading many")
    func strategies() throws {
        let machines: [Amounts] = [["CPU": 2], ["CPU": 4], ["CPU": 3]]
        func places(_ strategy: PlacementStrategy, count: Int = 3) throws -> [Int]? {
            var pool = ResourcePool(machines)
            _ = try pool.reserve(.oneCPU)
            let bundles = Array(repeating: ["CPU": 1.0], count: count)
            return try pool.reserve(PlacementGroup(bundles: bundles, strategy: strategy))?.bundles.map(\.machine)
        }
        // The first machine has one place left; one machine is enough all the same.
        #expect(try places(.pack) == [1, 1, 1])
        #expect(try places(.strictPack) == [1, 1, 1])
        #expect(try Set(places(.spread) ?? []) == [0, 1, 2])
        #expect(try Set(places(.strictSpread) ?? []) == [0, 1, 2])
        #expect(try Set(places(.pack, count: 6) ?? []) == [1, 2])
        #expect(try places(.spread, count: 8)?.count == 8)
    }

    @Test("a request that can never be granted is refused with what there is")
    func refusals() throws {
        func refusal(_ group: PlacementGroup, _ machines: [Amounts]) -> String? {
            var pool = ResourcePool(machines)
            let error = #expect(throws: StateError.self) { try pool.requireFits(group) }
            // And also where something else is reserved.
            _ = try? pool.reserve(.oneCPU)
            #expect(#expect(throws: StateError.self) { try pool.reserve(group) } == error)
            return error?.description
        }
        #expect(
            try refusal(PlacementGroup(cpus: 1, gpus: 4), [["CPU": 8, "GPU": 2]])
                == "bundles/0/GPU: GPU 4 is more than any machine has: CPU 8, GPU 2")
        let parts = try PlacementGroup(bundles: Array(repeating: ["GPU": 0.6], count: 3))
        #expect(
            refusal(parts, [["CPU": 1, "GPU": 2]])
                == "bundles: cannot be laid on the machines, where a part of a GPU is on one GPU; asked for are "
                + "GPU 0.6 + GPU 0.6 + GPU 0.6 (PACK), there is CPU 1, GPU 2")
        #expect(refusal(.oneCPU, []) == "bundles/0/CPU: no machine has any of CPU 1; there is no machine")
        let tooMany = try PlacementGroup(bundles: Array(repeating: ["CPU": 1.0], count: 1_001))
        #expect(
            refusal(tooMany, [["CPU": 2_000]])?.hasPrefix(
                "bundles: are too many, or too different, to find a way to lay them on the machines; asked for are CPU 1 + "
            ) == true)
        // Of many kinds, but there is a way that is found.
        let many: [Amounts] = (0..<60).map { ["CPU": 34 + Double($0) / 100, "GPU": Double($0 % 7) / 10] }
        let machines: [Amounts] = (0..<31).map { ["CPU": 70 + Double($0) / 10, "GPU": 2] }
        try ResourcePool(machines).requireFits(PlacementGroup(bundles: many))
    }

    @Test(
        "what is granted and refused is what trying all ways grants and refuses", arguments: PlacementStrategy.allCases)
    func exhaustive(strategy: PlacementStrategy) throws {
        var numbers = Numbers(state: 99)
        var answers: [String: Int] = [:]
        for _ in 0..<60 {
            let machines: [Amounts] = (0..<(1 + numbers.next(3))).map { _ in
                ["CPU": Double(1 + numbers.next(6)), "GPU": Double(numbers.next(3))]
            }
            var pool = ResourcePool(machines)
            for _ in 0..<12 {
                let bundles: [Amounts] = (0..<(1 + numbers.next(3))).map { _ in
                    ["CPU": Double(1 + numbers.next(2)), "GPU": Double(numbers.next(6)) / 4]
                }
                let group = try PlacementGroup(bundles: bundles, strategy: strategy)
                let counts = Self.machineCounts(group, on: machines, beside: pool.reservations)
                guard let best = strategy == .spread ? counts.max() : counts.min() else {
                    if Self.machineCounts(group, on: machines, beside: []).isEmpty {
                        #expect(throws: StateError.self) { try pool.reserve(group) }
                        answers["refused", default: 0] += 1
                    } else {
                        #expect(try pool.reserve(group) == nil, "\(group) on \(pool.free)")
                        pool.release(pool.reservations[numbers.next(pool.reservations.count)])
                        answers["later", default: 0] += 1
                    }
                    continue
                }
                let reservation = try #require(try pool.reserve(group), "\(group) on \(pool.free)")
                #expect(Set(reservation.bundles.map(\.machine)).count == best)
                #expect(reservation.bundles.map(\.amounts) == group.bundles)
                #expect(Self.isPossible(pool.reservations.flatMap(\.bundles), on: machines))
                answers["granted", default: 0] += 1
            }
        }
        #expect(answers.values.allSatisfy { $0 > 30 } && answers.count == 3, "\(answers)")
    }

    /// How many machines a request takes in each way to lay its bundles on machines and GPUs beside what is reserved.
    private static func machineCounts(
        _ group: PlacementGroup, on machines: [Amounts], beside reservations: [ResourceReservation]
    ) -> Set<Int> {
        var ways = [reservations.flatMap(\.bundles)]
        let start = ways[0].count
        for bundle in group.bundles {
            ways = ways.flatMap { way in
                machines.indices.flatMap { machine in
                    gpuChoices(bundle["GPU"] ?? 0, of: Int(machines[machine]["GPU"] ?? 0)).map {
                        way + [PlacedBundle(machine: machine, amounts: bundle, gpus: $0)]
                    }
                }.filter { isPossible($0, on: machines) }
            }
        }
        let counts = Set(ways.map { Set($0[start...].map(\.machine)).count })
        switch group.strategy {
        case .strictPack: return counts.intersection([1])
        case .strictSpread: return counts.intersection([group.bundles.count])
        case .pack, .spread: return counts
        }
    }

    private static func gpuChoices(_ amount: Double, of count: Int) -> [[GPUShare]] {
        if amount == 0 { return [[]] }
        let (whole, part) = (Int(amount), amount - amount.rounded(.down))
        return (0..<(1 << count)).filter { $0.nonzeroBitCount == whole }.flatMap { mask -> [[GPUShare]] in
            let shares = (0..<count).filter { mask >> $0 & 1 == 1 }.map { GPUShare(index: $0, amount: 1) }
            if part == 0 { return [shares] }
            return (0..<count).filter { mask >> $0 & 1 == 0 }.map { shares + [GPUShare(index: $0, amount: part)] }
        }
    }

    private static func isPossible(_ bundles: [PlacedBundle], on machines: [Amounts]) -> Bool {
        machines.indices.allSatisfy { machine in
            let here = bundles.filter { $0.machine == machine }
            let cpus = here.map { $0.amounts["CPU"] ?? 0 }.reduce(0, +)
            var gpus: [Int: Double] = [:]
            for share in here.flatMap(\.gpus) { gpus[share.index, default: 0] += share.amount }
            return cpus <= machines[machine]["CPU"] ?? 0
                && gpus.allSatisfy { $0.value <= 1 && Double($0.key) < machines[machine]["GPU"] ?? 0 }
        }
    }

    @Test("What was given back is reserved again on the same GPUs, or not at all")
    func again() throws {
        var pool = ResourcePool([["CPU": 4, "GPU": 2]])
        let whole = try PlacementGroup(bundles: [["CPU": 1, "GPU": 1]])
        let half = try PlacementGroup(bundles: [["CPU": 1, "GPU": 0.5]])
        let first = try #require(try pool.reserve(whole))
        let second = try #require(try pool.reserve(half))
        #expect(first.gpus(on: 0) == [0] && second.gpus(on: 0) == [1])
        pool.release(first)
        pool.release(second)
        let other = try #require(try pool.reserve(whole))
        #expect(other.gpus(on: 0) == [0])
        let refused = pool.reserve(again: first)
        let halves = [pool.reserve(again: second), pool.reserve(again: second), pool.reserve(again: second)]
        #expect(refused == nil && halves.map { $0?.bundles } == [second.bundles, second.bundles, nil])
        #expect(Set(halves.map { $0?.number }).count == 3)
        for reservation in [other] + halves.compactMap(\.self) { pool.release(reservation) }
        #expect(pool.free == [["CPU": 4, "GPU": 2]])
    }
}
