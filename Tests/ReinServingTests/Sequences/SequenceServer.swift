#if Serving
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Synchronization
import Testing

@testable import ReinServing

/// A time that stands still until it is told.
final class ManualClock: Sendable {
    private let time = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 += duration } }
}

/// A service of recurrent policies, and the requests of a client that has sequences.
struct SequenceServer {
    /// What a step of a sequence gave.
    struct Step: Equatable {
        var version: String
        var action: Int64
        var state: [Float]

        init(version: String, action: Int64, state: [Float]) {
            self.version = version
            self.action = action
            self.state = state
        }

        /// What a response says.
        init(_ response: InferenceResponse) {
            action = UnsafeRawPointer(response.outputs[0].bytes.pointer).load(as: Int64.self)
            state = response.outputs.filter { $0.name.hasPrefix("state_out_") }.flatMap { tensor in
                let numbers = UnsafeRawPointer(tensor.bytes.pointer).assumingMemoryBound(to: Float.self)
                return Array(UnsafeBufferPointer(start: numbers, count: tensor.count))
            }
            version = response.version
        }
    }

    let run: RunFolder
    let clock = ManualClock()
    let service: InferenceService

    /// Calls `body` with a server of the models `red` and `blue`, both of a version 1 that remembers.
    static func with<Value>(
        _ change: (inout InferenceService.Limits) -> Void = { _ in },
        _ body: (SequenceServer) throws -> Value
    ) throws -> Value {
        try RunFolder.with { run in
            try write(1, to: run)
            return try body(SequenceServer(run, change))
        }
    }

    init(_ run: RunFolder, _ change: (inout InferenceService.Limits) -> Void = { _ in }) throws {
        self.run = run
        var limits = InferenceService.Limits()
        change(&limits)
        service = InferenceService(try run.repository(), limits: limits, seed: 5) { [clock] in clock.now }
    }

    /// The policy of a version.
    static func policy(_ number: Int, width: Int = 6) -> Policy {
        SamplePolicy(
            "version \(number)", .discrete(4), hidden: [8], recurrent: RecurrentArchitecture(kind: .lstm, width: width)
        ).policy
    }

    /// Writes a version of both models.
    static func write(_ number: Int, to run: RunFolder) throws {
        try run.write(number) { _ in policy(number) }
    }

    /// Writes a newer version, which takes over.
    func swap(to number: Int) throws {
        try Self.write(number, to: run)
        service.repository.poll()
    }

    /// The observation of a step.
    static func observation(_ step: Int) -> [Float] { (0..<3).map { Float((step * 7 + $0 * 3) % 11) / 5 - 1 } }

    /// A request of a sequence.
    static func request(
        _ model: String = "red", _ id: ParameterValue?, start: Bool? = nil, end: Bool? = nil, version: String? = nil,
        inputs: [InferenceTensor] = [InferenceTensor("obs", [1, 3], observation(0))]
    ) -> InferenceRequest {
        var parameters: [(name: String, value: ParameterValue)] = []
        if let id { parameters.append(("sequence_id", id)) }
        if let start { parameters.append(("sequence_start", .bool(start))) }
        if let end { parameters.append(("sequence_end", .bool(end))) }
        return InferenceRequest(model: model, version: version, parameters: parameters, inputs: inputs)
    }

    func answer(_ request: InferenceRequest) throws(ServingError) -> Step {
        let response =
            if let response = try service.answer(request) { response } else { try service.answerLoading(request) }
        return Step(response)
    }

    /// Takes the step of a number.
    @discardableResult
    func step(
        _ number: Int, _ model: String = "red", _ id: ParameterValue? = .int(7), start: Bool? = nil, end: Bool? = nil,
        version: String? = nil
    ) throws(ServingError) -> Step {
        try answer(
            Self.request(
                model, id, start: start, end: end, version: version,
                inputs: [InferenceTensor("obs", [1, 3], Self.observation(number))]))
    }

    /// Why a request is refused, with the kind before it; nil when it is not.
    func refusal(_ request: InferenceRequest) -> String? {
        do throws(ServingError) {
            _ = try answer(request)
            return nil
        } catch { return "\(error.kind): \(error.message)" }
    }

    /// Whether a request of a sequence of `red` is refused because the sequence has not begun.
    func needsStart(_ id: ParameterValue) -> Bool {
        refusal(Self.request("red", id))?.contains(Self.startNeeded) == true
    }

    /// What the policy of a version does in steps from 0 on.
    static func expected(_ version: Int, steps: [Int]) -> [Step] {
        let policy = policy(version)
        var state = policy.initialState
        return steps.map { step in
            guard case .discrete(let action) = policy.action(for: observation(step), state: &state) else {
                preconditionFailure("no discrete action")
            }
            return Step(version: String(version), action: Int64(action), state: state)
        }
    }

    static let startNeeded = "must specify the START flag on the first request of the sequence"
}
#endif
