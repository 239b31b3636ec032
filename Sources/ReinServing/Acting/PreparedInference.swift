#if Serving
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// A request that has been checked against a policy: what to act on, and what to answer.
struct PreparedInference: Sendable {
    /// One of the outputs that a policy has.
    enum Output: Sendable, Equatable {
        /// The action.
        case action
        /// What a program is shown.
        case output
        /// What a recurrent policy remembers next: its part of that number.
        case state(Int)
    }

    /// What the request's parameters say.
    let parameters: RequestParameters
    /// The number of rows, at least 1.
    let rows: Int
    /// What is to be answered, in this order.
    let wanted: [Output]
    /// What a recurrent policy remembers, `[rows, state width]`, replaced by acting; nil without memory.
    let states: AlignedBuffer<Float>?
    /// Whether the request has brought states.
    let bringsStates: Bool
    private let observationBytes: AlignedBuffer<UInt8>
    private let maskBytes: AlignedBuffer<UInt8>?
    private let drawing: UInt64?

    /// The observations, `[rows, observation width]`.
    var observations: UnsafePointer<Float> {
        UnsafeRawPointer(observationBytes.pointer).assumingMemoryBound(to: Float.self)
    }

    /// Which actions are valid, `[rows, mask width]`; nil for all.
    var masks: UnsafePointer<Bool>? {
        maskBytes.map { UnsafeRawPointer($0.pointer).assumingMemoryBound(to: Bool.self) }
    }

    /// Checks a request.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - parameters: what its parameters say, if they have been read already.
    ///   - policy: who is to act.
    ///   - maxRows: the largest number of rows.
    ///   - freshSeed: what draws without a seed begin with.
    /// - Throws: `ServingError` that says which input, output or parameter is not as expected, what was expected and what
    ///   was found.
    init(
        _ request: InferenceRequest, parameters: RequestParameters? = nil, for policy: Policy, maxRows: Int,
        freshSeed: () -> UInt64
    ) throws(ServingError) {
        let parameters =
            if let parameters { parameters } else { try RequestParameters(request.parameters) }
        self.parameters = parameters
        let inputs = try RequestInputs(request.inputs, for: policy)
        rows = try inputs.rows(atMost: maxRows)
        observationBytes = try inputs.observations()
        maskBytes = try inputs.masks(rows: rows)
        (states, bringsStates) = try inputs.states(rows: rows)
        wanted = try Self.outputs(request.outputs, stateCount: policy.stateCount)
        drawing = parameters.explores ? parameters.seed ?? freshSeed() : nil
    }

    /// Whether actions are drawn, not the most likely ones.
    var explores: Bool { drawing != nil }

    /// The streams that actions of some rows are drawn from, each row's own; none when the most likely ones are wanted.
    func streams(for rows: Range<Int>) -> [RandomStream] {
        guard let drawing else { return [] }
        return rows.map { RandomStream(seed: drawing, name: "serving", index: $0) }
    }

    private static func outputs(_ requested: [RequestedOutput], stateCount: Int) throws(ServingError) -> [Output] {
        let known = ["action", "output"] + (0..<stateCount).map { "state_out_\($0)" }
        let all: [Output] = [.action, .output] + (0..<stateCount).map { .state($0) }
        guard !requested.isEmpty else { return all }
        var wanted: [Output] = []
        for output in requested {
            guard let index = known.firstIndex(of: output.name) else {
                throw ServingError(
                    .invalidArgument,
                    unknownName(
                        "there is no output \"\(output.name.shortened)\"",
                        nearest: nearestName(to: output.name, in: known),
                        rest: "the outputs are \(known.joined(separator: ", "))"))
            }
            guard !wanted.contains(all[index]) else {
                throw ServingError(.invalidArgument, "output \"\(output.name)\" is asked for twice")
            }
            if output.parameters.contains(where: { $0.name == "classification" }) {
                throw ServingError(
                    .invalidArgument, "output \"\(output.name)\": there is no classification; ask for \"output\" itself"
                )
            }
            wanted.append(all[index])
        }
        return wanted
    }
}

extension Policy {
    /// The number of tensors that what a recurrent policy remembers is made of; 0 without memory.
    var stateCount: Int { network.policyCore?.kind.stateCount ?? 0 }
}
#endif
