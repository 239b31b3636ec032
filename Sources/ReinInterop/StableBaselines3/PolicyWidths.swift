import ReinCheckpoints

/// The widths of the hidden layers of an agent, as `net_arch` has them.
struct PolicyWidths {
    /// The layers that policy and value share, as they could up to Stable-Baselines3 1.7; the others' inputs.
    var shared: [Int] = []
    /// The policy's own layers.
    var policy: [Int] = []
    /// The value network's own layers, or those of critics.
    var value: [Int] = []

    /// The width of what the policy's last layer reads.
    func featureCount(inputs: Int) -> Int { policy.last ?? shared.last ?? inputs }

    /// The widths that Stable-Baselines3 takes when it is given none.
    init(defaultsOf kind: StableBaselines3Agent.Method.PolicyKind) {
        switch kind {
        case .actorCritic, .actionValues: policy = [64, 64]
        case .softActor: policy = [256, 256]
        case .deterministicActor: policy = [400, 300]
        }
        value = policy
    }

    /// Reads `net_arch`: a list for all networks, a dictionary with a list for each, or, for actor-critics of versions
    /// 1.x, a list of the widths of shared layers that may end in such a dictionary.
    ///
    /// - Parameter sharesLayers: whether the agent has shared layers. Nothing else tells what a plain list of widths
    ///   means, all of them being shared in older versions and none in newer ones.
    /// - Throws: `StateError` when it is something else, or a width is impossible.
    init(
        _ architecture: StateReader, of kind: StableBaselines3Agent.Method.PolicyKind, sharesLayers: Bool
    ) throws(StateError) {
        guard case .list = architecture.tree else {
            self = try Self.parts(architecture, of: kind)
            return
        }
        let elements = try architecture.list()
        if kind == .actorCritic, let last = elements.last, case .map = last.tree {
            self = try Self.parts(last, of: kind)
            shared = try Self.widths(elements.dropLast())
            return
        }
        let widths = try Self.widths(elements)
        if kind == .actorCritic, sharesLayers {
            shared = widths
        } else {
            (policy, value) = (widths, widths)
        }
    }

    private init(policy: [Int], value: [Int]) { (self.policy, self.value) = (policy, value) }

    private static func parts(
        _ reader: StateReader, of kind: StableBaselines3Agent.Method.PolicyKind
    ) throws(StateError) -> PolicyWidths {
        let value = kind == .actorCritic ? "vf" : "qf"
        try reader.expectKeys(["pi", value])
        return PolicyWidths(
            policy: try widths(reader.optionalChild("pi")?.list() ?? StateReader.Elements()),
            value: try widths(reader.optionalChild(value)?.list() ?? StateReader.Elements()))
    }

    private static func widths(_ elements: some Sequence<StateReader>) throws(StateError) -> [Int] {
        try elements.map { element throws(StateError) in
            let width = try element.int()
            guard (1...65_536).contains(width) else {
                throw element.error(.outOfRange, "a layer of width \(width) is impossible")
            }
            return width
        }
    }
}
