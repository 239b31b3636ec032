#if Serving
import ReinCheckpoints
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// The inputs of a request, found by their names and checked against a policy.
struct RequestInputs {
    private let policy: Policy
    private let observation: InferenceTensor
    private let mask: InferenceTensor?
    /// For each state its input; all or none.
    private let memories: [InferenceTensor]

    /// Finds the inputs.
    ///
    /// - Throws: `ServingError` for a name that the policy does not know, one that comes twice, and one that is missing.
    init(_ inputs: [InferenceTensor], for policy: Policy) throws(ServingError) {
        self.policy = policy
        let stateNames = (0..<policy.stateCount).map { "state_in_\($0)" }
        var (observation, mask): (InferenceTensor?, InferenceTensor?)
        var memories = [InferenceTensor?](repeating: nil, count: stateNames.count)
        for input in inputs {
            var isSecond = false
            switch input.name {
            case "obs":
                isSecond = observation != nil
                observation = input
            case "action_mask":
                guard policy.actionSpace.isDiscrete else {
                    throw ServingError(
                        .invalidArgument,
                        "input \"action_mask\": only discrete actions can be masked, and the policy's are continuous")
                }
                isSecond = mask != nil
                mask = input
            default:
                guard let index = stateNames.firstIndex(of: input.name) else {
                    throw Self.unknown(input.name, policy, stateNames)
                }
                isSecond = memories[index] != nil
                memories[index] = input
            }
            if isSecond { throw ServingError(.invalidArgument, "input \"\(input.name)\" is given twice") }
        }
        guard let observation else {
            throw ServingError(
                .invalidArgument, "input \"obs\" is missing: \(Self.expectation(policy.observationShape, "FP32"))")
        }
        self.observation = observation
        self.mask = mask
        self.memories = memories.compactMap(\.self)
        if let missing = memories.firstIndex(where: { $0 == nil }), !self.memories.isEmpty {
            throw ServingError(
                .invalidArgument,
                "input \"\(stateNames[missing])\" is missing: states are given all together or not at all")
        }
    }

    private static func unknown(_ name: String, _ policy: Policy, _ states: [String]) -> ServingError {
        if name.hasPrefix("state_in_"), states.isEmpty {
            return ServingError(.invalidArgument, "input \"\(name.shortened)\": the policy has no memory")
        }
        let known = ["obs"] + (policy.actionSpace.isDiscrete ? ["action_mask"] : []) + states
        return ServingError(
            .invalidArgument,
            unknownName(
                "there is no input \"\(name.shortened)\"", nearest: nearestName(to: name, in: known),
                rest: "the inputs are \(known.joined(separator: ", "))"))
    }

    private static func expectation(_ shape: [Int], _ datatype: String) -> String {
        "expected \(datatype) of shape \([-1] + shape)"
    }

    /// Checks that a tensor is rows of a shape.
    ///
    /// - Returns: the number of rows.
    private func rows(of tensor: InferenceTensor, _ shape: [Int]) throws(ServingError) -> Int {
        guard let rows = tensor.shape.first, Array(tensor.shape.dropFirst()) == shape else {
            throw ServingError(
                .invalidArgument,
                "input \"\(tensor.name)\": expected shape \([-1] + shape), found \(tensor.shape)")
        }
        return rows
    }

    private func require(_ tensor: InferenceTensor, _ shape: [Int], rows: Int) throws(ServingError) {
        let found = try self.rows(of: tensor, shape)
        guard found == rows else {
            throw ServingError(
                .invalidArgument, "input \"\(tensor.name)\": \(found) rows, but \"obs\" has \(rows)")
        }
    }

    /// The number of rows, at least 1.
    ///
    /// - Throws: `ServingError` for observations of another shape, for none, and for too many.
    func rows(atMost limit: Int) throws(ServingError) -> Int {
        let rows = try rows(of: observation, policy.observationShape)
        guard rows > 0 else {
            throw ServingError(.invalidArgument, "input \"obs\": expected at least one row, found none")
        }
        guard rows <= limit else {
            throw ServingError(.invalidArgument, "input \"obs\": \(rows) rows; at most \(limit) are answered at once")
        }
        return rows
    }

    /// The observations, `[rows, observation width]`, as bytes of single precision.
    func observations() throws(ServingError) -> AlignedBuffer<UInt8> { try observation.floats() }

    /// The masks, `[rows, mask width]`; nil when all actions are valid.
    ///
    /// - Throws: `ServingError` for another type or shape, and naming the first row that leaves no choice.
    func masks(rows: Int) throws(ServingError) -> AlignedBuffer<UInt8>? {
        guard let mask else { return nil }
        guard mask.datatype == .bool else {
            throw ServingError(
                .invalidArgument, "input \"action_mask\": expected BOOL, found \(mask.datatype.rawValue)")
        }
        let width = policy.actionSpace.maskWidth
        try require(mask, [width], rows: rows)
        let bytes = mask.bytes.pointer
        for index in 0..<rows * width where bytes[index] > 1 {
            throw ServingError(
                .invalidArgument, "input \"action_mask\": element \(index) is the byte \(bytes[index]), not 0 or 1")
        }
        for row in 0..<rows {
            var base = row * width
            for (component, count) in policy.actionSpace.choiceCounts.enumerated() {
                guard (base..<base + count).contains(where: { bytes[$0] == 1 }) else {
                    let place =
                        policy.actionSpace.choiceCounts.count == 1 ? "action" : "choice for component \(component)"
                    throw ServingError(.invalidArgument, "input \"action_mask\": row \(row) leaves no valid \(place)")
                }
                base += count
            }
        }
        return mask.bytes
    }

    /// What a recurrent policy remembers, `[rows, state width]`: zeros where nothing is given; nil without memory.
    ///
    /// - Returns: the states, and whether the request has brought them.
    func states(rows: Int) throws(ServingError) -> (AlignedBuffer<Float>?, isBrought: Bool) {
        guard policy.stateCount > 0 else { return (nil, false) }
        let states = AlignedBuffer<Float>(count: rows * policy.stateWidth)
        let width = policy.stateWidth / policy.stateCount
        for (index, memory) in memories.enumerated() {
            try require(memory, [width], rows: rows)
            let numbers = UnsafeRawPointer(try memory.floats().pointer).assumingMemoryBound(to: Float.self)
            for row in 0..<rows {
                (states.pointer + row * policy.stateWidth + index * width)
                    .update(from: numbers + row * width, count: width)
            }
        }
        return (states, !memories.isEmpty)
    }
}

extension Policy {
    /// The lengths of an observation.
    var observationShape: [Int] { observationSpace.shape }
}
#endif
