#if Serving
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Synchronization
import Testing

@testable import ReinServing

/// Requests that wait for a policy, and are acted on together.
@Suite("Requests that wait for a policy", .timeLimit(.minutes(2)))
struct BatchQueueTests {
    /// What has become of requests, by their numbers.
    private final class Outcomes: Sendable {
        private let state = Mutex<[Int: QueuedInference.Outcome]>([:])
        private let signal = ThreadSignal()

        func note(_ number: Int, _ outcome: QueuedInference.Outcome) {
            state.withLock { #expect($0.updateValue(outcome, forKey: number) == nil) }
            signal.notify()
        }

        /// Waits until so many are there, without keeping the thread from the tasks that delays take.
        func coming(_ count: Int) async throws -> [Int: QueuedInference.Outcome] {
            let limit = ContinuousClock.now + .seconds(60)
            while state.withLock({ $0.count }) < count, ContinuousClock.now < limit {
                try await Task.sleep(for: .milliseconds(1))
            }
            return all(count)
        }

        /// Waits until so many are there.
        func all(_ count: Int) -> [Int: QueuedInference.Outcome] {
            #expect(signal.wait(atMost: .seconds(60)) { state.withLock { $0.count } >= count })
            return state.withLock { $0 }
        }

        /// The numbers of rows of the batches that were acted on.
        static func batches(_ outcomes: [Int: QueuedInference.Outcome]) -> [Int] {
            outcomes.values.compactMap { if case .acted(_, _, let executed) = $0 { executed } else { nil } }.sorted()
        }
    }

    /// A thread that is kept until it is let go, so that what comes meanwhile waits.
    private final class Gate: Sendable {
        private let isOpen = Atomic(false)
        private let signal = ThreadSignal()

        func open() {
            isOpen.store(true, ordering: .sequentiallyConsistent)
            signal.notify()
        }

        init(_ workers: WorkerThreads) {
            workers.submit { _ = self.signal.wait(atMost: .seconds(60)) { self.isOpen.load(ordering: .acquiring) } }
        }
    }

    private static func request(
        _ policy: Policy, rows: Int, first: Int = 0, explore: Bool = false, timeout: Int64? = nil, masked: Bool = false
    ) throws -> PreparedInference {
        let width = policy.observationSpace.count
        var random = RandomStream(seed: UInt64(first), name: "observations")
        let numbers = (0..<rows * width).map { _ in random.nextNormal() }
        var inputs = [InferenceTensor("obs", [rows] + policy.observationSpace.shape, numbers)]
        if masked {
            let masks = AlignedBuffer<UInt8>(count: rows * policy.actionSpace.maskWidth)
            var place = 0
            for count in (0..<rows).flatMap({ _ in policy.actionSpace.choiceCounts }) {
                // The first choice of each component is valid, and every second one.
                for choice in 0..<count { masks.pointer[place + choice] = choice % 2 == 0 ? 1 : 0 }
                place += count
            }
            inputs.append(
                InferenceTensor(
                    name: "action_mask", datatype: .bool, shape: [rows, policy.actionSpace.maskWidth], bytes: masks))
        }
        var parameters: [(name: String, value: ParameterValue)] = []
        if explore { parameters += [("explore", .bool(true)), ("seed", .int(Int64(first)))] }
        if let timeout { parameters.append(("timeout", .int(timeout))) }
        return try PreparedInference(
            InferenceRequest(model: "", parameters: parameters, inputs: inputs), for: policy, maxRows: 4096
        ) { 0 }
    }

    private static func results(_ policy: Policy, _ request: PreparedInference) -> InferenceResults {
        InferenceResults(policy, rows: request.rows)
    }

    private static func floats(_ buffer: AlignedBuffer<Float>?) -> [Float] {
        buffer.map { Array(UnsafeBufferPointer(start: $0.pointer, count: $0.count)) } ?? []
    }

    private static func bytes(_ buffer: AlignedBuffer<UInt8>) -> [UInt8] {
        Array(UnsafeBufferPointer(start: buffer.pointer, count: buffer.count))
    }

    @Test("What waits is acted on together, and answered as if it were alone", arguments: SamplePolicy.all)
    func together(sample: SamplePolicy) throws {
        let policy = sample.policy
        let pool = ActingPool(policy)
        let queue = BatchQueue(policy, pool, cost: ActingCost(row: 100, batchRow: 100))
        let rules = BatchRules(workers: WorkerThreads(count: 1), rows: 256)
        let gate = Gate(rules.workers)
        let outcomes = Outcomes()
        var items: [(PreparedInference, InferenceResults)] = []
        for number in 0..<24 {
            // Some draw their actions, some have masks, and one is larger than a batch.
            let request = try Self.request(
                policy, rows: number == 11 ? 300 : 1 + number % 5, first: number, explore: number % 4 == 3,
                masked: policy.actionSpace.isDiscrete && number % 3 == 0)
            let results = Self.results(policy, request)
            items.append((request, results))
            try queue.enter(
                QueuedInference(request, into: results, before: nil) { outcomes.note(number, $0) }, under: rules)
        }
        #expect(queue.count == 24)
        gate.open()
        let batches = Outcomes.batches(outcomes.all(24))
        #expect(batches.count < 8 && batches.reduce(0, +) == items.reduce(0) { $0 + $1.0.rows })
        #expect(batches.allSatisfy { $0 <= 256 || $0 == 300 })
        for (number, item) in items.enumerated() {
            let alone = try Self.request(
                policy, rows: item.0.rows, first: number, explore: number % 4 == 3,
                masked: policy.actionSpace.isDiscrete && number % 3 == 0)
            let expected = Self.results(policy, alone)
            pool.act(on: alone, into: expected)
            #expect(Self.near(Self.floats(item.1.outputs), Self.floats(expected.outputs)))
            #expect(Self.near(Self.floats(item.0.states), Self.floats(alone.states)))
            if policy.actionSpace.isDiscrete { #expect(Self.bytes(item.1.actions) == Self.bytes(expected.actions)) }
        }
    }

    private static func near(_ left: [Float], _ right: [Float]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }
    }

    private static let policy = SamplePolicy("plain", .discrete(4), hidden: [8]).policy

    @Test("No more requests wait than may, and none for longer than it should")
    func limits() throws {
        let policy = Self.policy
        let queue = BatchQueue(policy, ActingPool(policy), cost: ActingCost(row: 1000, batchRow: 1000))
        var rules = BatchRules(workers: WorkerThreads(count: 1), requests: 3)
        let gate = Gate(rules.workers)
        let outcomes = Outcomes()
        func enter(_ number: Int, rows: Int = 1) -> String? {
            do throws(ServingError) {
                let request = try! Self.request(policy, rows: rows, first: number)
                try queue.enter(
                    QueuedInference(request, into: Self.results(policy, request), before: nil) {
                        outcomes.note(number, $0)
                    }, under: rules)
                return nil
            } catch { return "\(error.kind): \(error.message)" }
        }
        for number in 0..<3 { #expect(enter(number) == nil) }
        #expect(enter(3)?.hasPrefix("unavailable: 3 requests wait for the model, as many as may") == true)
        rules.requests = 100
        rules.wait = .microseconds(100)
        #expect(enter(3, rows: 98) == nil)
        #expect(
            enter(4)
                == "unavailable: the request would wait for about 0 ms behind 101 rows; at most 0 ms are waited; try again later"
        )
        gate.open()
        #expect(outcomes.all(4).keys.sorted() == [0, 1, 2, 3])
        #expect(queue.count == 0)
    }

    @Test("A batch takes no more than half of the time that may be waited")
    func timely() throws {
        let policy = Self.policy
        let queue = BatchQueue(policy, ActingPool(policy), cost: ActingCost(row: 1_000_000, batchRow: 1_000_000))
        let rules = BatchRules(workers: WorkerThreads(count: 1), wait: .milliseconds(20))
        let gate = Gate(rules.workers)
        let outcomes = Outcomes()
        for number in 0..<15 {
            let request = try Self.request(policy, rows: 1, first: number)
            try queue.enter(
                QueuedInference(request, into: Self.results(policy, request), before: nil) {
                    outcomes.note(number, $0)
                }, under: rules)
        }
        gate.open()
        #expect(Outcomes.batches(outcomes.all(15)) == [5, 10])
    }

    @Test("Nobody waits for longer than may be behind what is acted on")
    func behindOthers() throws {
        let policy = Self.policy
        let queue = BatchQueue(policy, ActingPool(policy), cost: ActingCost(row: 1_000_000, batchRow: 1_000_000))
        let rules = BatchRules(workers: WorkerThreads(count: 1), wait: .milliseconds(20))
        let outcomes = Outcomes()
        let refusal = Mutex<String?>(nil)
        let (first, second) = (try Self.request(policy, rows: 98), try Self.request(policy, rows: 1, first: 1))
        let later = QueuedInference(second, into: Self.results(policy, second), before: nil) { outcomes.note(1, $0) }
        // Said by the thread that acts, which is not free yet.
        let item = QueuedInference(first, into: Self.results(policy, first), before: nil) { outcome in
            do throws(ServingError) { try queue.enter(later, under: rules) } catch {
                refusal.withLock { $0 = error.message }
            }
            outcomes.note(0, outcome)
        }
        try queue.enter(item, under: rules)
        #expect(outcomes.all(1).keys.sorted() == [0])
        #expect(
            refusal.withLock { $0 }
                == "the request would wait for about 98 ms behind 98 rows; at most 20 ms are waited; try again later")
    }

    @Test("Nobody acts for a client that does not wait any more")
    func late() throws {
        let policy = Self.policy
        let queue = BatchQueue(policy, ActingPool(policy), cost: ActingCost(row: 1, batchRow: 1))
        let rules = BatchRules(workers: WorkerThreads(count: 1))
        let gate = Gate(rules.workers)
        let outcomes = Outcomes()
        for (number, timeout) in [Int64(1), 60_000_000].enumerated() {
            let request = try Self.request(policy, rows: 1, timeout: timeout)
            let item = QueuedInference(
                request, into: Self.results(policy, request), before: request.parameters.deadline(from: .now)
            ) { outcomes.note(number, $0) }
            try queue.enter(item, under: rules)
        }
        let end = ContinuousClock.now + .microseconds(2)
        while ContinuousClock.now < end {}
        gate.open()
        let all = outcomes.all(2)
        guard case .refused(let error) = all[0] else { throw NotRefused() }
        #expect(error.kind == .deadlineExceeded)
        guard case .acted(_, _, executed: 1) = all[1] else { throw NotRefused() }
    }

    private struct NotRefused: Error {}

    @Test("A delay ends while there is time to act for each client, whoever came first")
    func delayUntilDeadline() async throws {
        let policy = Self.policy
        let queue = BatchQueue(policy, ActingPool(policy), cost: ActingCost(row: 1, batchRow: 1))
        let rules = BatchRules(workers: WorkerThreads(count: 1), delay: .seconds(3600))
        let outcomes = Outcomes()
        for (number, timeout) in [nil, Int64(600_000_000), 10_000_000].enumerated() {
            let request = try Self.request(policy, rows: 1, timeout: timeout)
            let item = QueuedInference(
                request, into: Self.results(policy, request), before: request.parameters.deadline(from: .now)
            ) { outcomes.note(number, $0) }
            try queue.enter(item, under: rules)
        }
        #expect(Outcomes.batches(try await outcomes.coming(3)) == [3])
    }

    @Test("With a delay, requests wait for others, but not when there are enough")
    func delay() async throws {
        let policy = Self.policy
        let queue = BatchQueue(policy, ActingPool(policy), cost: ActingCost(row: 1, batchRow: 1))
        let rules = BatchRules(workers: WorkerThreads(count: 2), rows: 8, delay: .seconds(3600))
        let outcomes = Outcomes()
        for number in 0..<8 {
            let request = try Self.request(policy, rows: 1, first: number)
            if number < 7 { #expect(queue.count == number) }
            try queue.enter(
                QueuedInference(request, into: Self.results(policy, request), before: nil) {
                    outcomes.note(number, $0)
                }, under: rules)
        }
        #expect(Outcomes.batches(try await outcomes.coming(8)) == [8])
        var soon = rules
        soon.delay = .milliseconds(1)
        let later = BatchQueue(policy, ActingPool(policy), cost: ActingCost(row: 1, batchRow: 1))
        let request = try Self.request(policy, rows: 1)
        let item = QueuedInference(request, into: Self.results(policy, request), before: nil) { outcomes.note(8, $0) }
        try later.enter(item, under: soon)
        guard case .acted(let began, _, _) = try #require(try await outcomes.coming(9)[8]) else { throw NotRefused() }
        #expect(began - item.entered >= .milliseconds(1))
    }
}
#endif
