import ReinCheckpoints
package import ReinNetworks

/// An Adam optimizer of RLlib's, which is PyTorch's: moments for each parameter by its number among those of the
/// optimizer.
package struct RLlibOptimizer: Sendable {
    /// What it updates here.
    package enum Parameters: Sendable, Hashable {
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
