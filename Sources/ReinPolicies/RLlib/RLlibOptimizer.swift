package import ReinCheckpoints
package import ReinNetworks

/// An Adam optimizer of RLlib's, which is PyTorch's: moments for each parameter by its number among those of the
/// optimizer.
package struct RLlibOptimizer: Sendable {
    /// What it updates here.
    package enum Parameters: Sendable {
        /// The network that acts.
        case network
        /// The critics, those of both together.
        case critics
        /// The logarithm of the temperature.
        case temperature
    }

    /// The optimizer.
    package var adam: Adam
    /// The learning rate of its next step.
    package var learningRate: Double
    /// The tensors in the order of the moments; empty for the temperature.
    package var views: [ParameterView]
    /// What it updates.
    package var parameters: Parameters
    /// Where its state lies in that of the policy, with slashes.
    package var place: String

    /// Describes an optimizer.
    package init(
        _ adam: Adam, learningRate: Double, views: [ParameterView], of parameters: Parameters, at place: String
    ) {
        self.adam = adam
        self.learningRate = learningRate
        self.views = views
        self.parameters = parameters
        self.place = place
    }

    /// The range of the moments of a parameter of RLlib's and the shape that it has here; nil when it has none here.
    func range(of meaning: RLlibParameter.Meaning) -> (range: Range<Int>, shape: [Int])? {
        let name: String
        switch (meaning, parameters) {
        case (.network(let view), .network), (.critic(let view), .critics): name = view
        case (.logTemperature, .temperature): return (0..<1, [1])
        default: return nil
        }
        return views.first { $0.name == name }.map { ($0.range, $0.shape) }
    }

    /// What a file holds for the parameters of one of RLlib's optimizers. Its ids are strings: RLlib reads its own
    /// files with integers for keys no more.
    func tree(for group: [RLlibParameter]) -> StateTree {
        let group = group.filter { !$0.isAlias }
        var state = StateMap()
        if adam.step > 0 {
            for (index, parameter) in group.enumerated() {
                guard let (range, shape) = range(of: parameter.meaning) else { continue }
                state[String(index)] = [
                    "step": .double(Double(adam.step)),
                    "exp_avg": .tensor(Self.tensor(adam.firstMoment[range], shape: shape)),
                    "exp_avg_sq": .tensor(Self.tensor(adam.secondMoment[range], shape: shape)),
                ]
            }
        }
        let configuration = adam.configuration
        let settings: StateMap = [
            "lr": .double(learningRate),
            "betas": [.double(configuration.beta1), .double(configuration.beta2)],
            "eps": .double(configuration.epsilon), "weight_decay": 0, "amsgrad": false, "maximize": false,
            "foreach": nil, "capturable": false, "differentiable": false, "fused": nil,
            "params": .list(group.indices.map { .string(String($0)) }),
        ]
        return ["state": .map(state), "param_groups": [.map(settings)]]
    }

    /// Numbers of ours in RLlib's orientation.
    static func tensor(_ floats: ArraySlice<Float>, shape: [Int]) -> StateTensor {
        let tensor = StateTensor(Array(floats), shape: shape)
        return (try? tensor.transposed()) ?? tensor
    }

    /// Where the moments lie in the file: `groups` are RLlib's optimizers that ours does the work of, by their numbers.
    func references(_ groups: [(index: Int, parameters: [RLlibParameter])]) -> [String: TensorReference] {
        guard adam.step > 0 else { return [:] }
        var places: [Int: (group: Int, id: Int)] = [:]
        for (group, parameters) in groups {
            for (id, parameter) in parameters.lazy.filter({ !$0.isAlias }).enumerated() {
                if let range = range(of: parameter.meaning)?.range { places[range.lowerBound] = (group, id) }
            }
        }
        let offsets = views.isEmpty ? [0] : views.map(\.offset)
        func reference(_ key: String) -> TensorReference {
            TensorReference(
                offsets.compactMap { offset in
                    places[offset].map {
                        .init(
                            ["_optimizer_variables", String($0.group), "state", String($0.id), key],
                            isTransposed: true)
                    }
                })
        }
        return ["\(place)/firstMoment": reference("exp_avg"), "\(place)/secondMoment": reference("exp_avg_sq")]
    }
}

extension RLlibPolicy {
    /// The optimizers' state for the parameters of `views`; nil when the file has none.
    ///
    /// - Parameters:
    ///   - groups: which of the file's optimizers did the work.
    ///   - parameters: what they updated.
    /// - Throws: `StateError` for moments that are missing or of another shape, and for weight decay.
    package func adam(
        _ groups: [Int], of parameters: RLlibOptimizer.Parameters, views: [ParameterView]
    ) throws(StateError) -> Adam? {
        guard let saved = file.optionalChild("_optimizer_variables") else { return nil }
        let optimizers = try saved.list()
        let count = views.map(\.range.upperBound).max() ?? 1
        var moments = (first: [Float](repeating: 0, count: count), second: [Float](repeating: 0, count: count))
        var settings: Adam.Configuration?
        var step = 0
        for group in groups {
            guard optimizers.indices.contains(group) else {
                throw saved.error(.missingKey, "\(optimizers.count) optimizers, number \(group) is missing")
            }
            let optimizer = optimizers[group]
            settings = try Self.settings(of: optimizer)
            let parameters = RLlibOptimizer(
                Adam(parameterCount: 0), learningRate: 0, views: views, of: parameters, at: "")
            for (id, name) in try names(of: group).enumerated() {
                guard let meaning = layout.groups[group].first(where: { $0.name == name })?.meaning,
                    let (range, shape) = parameters.range(of: meaning),
                    let state = try optimizer.child("state").optionalChild(String(id))
                else { continue }
                let view = ParameterView(name: name, offset: range.lowerBound, shape: shape)
                try RLlibWeights.copy(state.child("exp_avg"), view, into: &moments.first)
                try RLlibWeights.copy(state.child("exp_avg_sq"), view, into: &moments.second)
                guard moments.second[range].allSatisfy({ $0 >= 0 }) else {
                    throw try state.child("exp_avg_sq").error(.outOfRange, "means of squares that are negative")
                }
                step = max(step, try Self.step(state.child("step")))
            }
        }
        guard let settings else { return nil }
        var adam = Adam(parameterCount: count, configuration: settings)
        try adam.restore(from: [
            "beta1": .double(settings.beta1), "beta2": .double(settings.beta2),
            "epsilon": .double(settings.epsilon), "step": .int(Int64(step)),
            "firstMoment": .tensor(StateTensor(moments.first, shape: [count])),
            "secondMoment": .tensor(StateTensor(moments.second, shape: [count])),
        ])
        return adam
    }

    /// The names of the parameters of one of the file's optimizers in the order of its numbers, which is that of the
    /// weights.
    private func names(of group: Int) throws(StateError) -> [String] {
        let aliases = Set(layout.groups[group].lazy.filter(\.isAlias).map(\.name))
        let names = try weights.names.filter { !aliases.contains($0) }
        guard layout.groups.count > 1 else { return names }
        let prefixes = ["action_model."] + critics.stems.map(\.prefix) + ["log_alpha"]
        return names.filter { $0.hasPrefix(prefixes[group]) }
    }

    private static func settings(of optimizer: StateReader) throws(StateError) -> Adam.Configuration {
        let groups = try optimizer.list("param_groups")
        guard groups.count == 1 else {
            throw try optimizer.child("param_groups").error(.unsupportedFormat, "several groups of parameters")
        }
        if let decay = groups[0].optionalChild("weight_decay"), try decay.double() != 0 {
            throw decay.error(.unsupportedFormat, "weight decay is not supported")
        }
        let betas = try groups[0].list("betas")
        guard betas.count == 2 else { throw groups[0].error(.malformed, "expected two betas") }
        return Adam.Configuration(
            beta1: try betas[0].double(), beta2: try betas[1].double(), epsilon: try groups[0].double("eps"))
    }

    /// A count that PyTorch writes as a float, an integer or an array of no axes.
    private static func step(_ reader: StateReader) throws(StateError) -> Int {
        let value: Double
        if case .tensor(let tensor) = reader.tree {
            do throws(StateError) {
                value = Double(tensor.elementType == .float32 ? try tensor.floats().first ?? -1 : -1)
            } catch {
                throw error.nested(under: reader.path)
            }
        } else {
            value = try reader.double()
        }
        guard let step = Int(exactly: value), step >= 0 else {
            throw reader.error(.outOfRange, "expected a count of steps")
        }
        return step
    }
}
