package import ReinCheckpoints
package import ReinNetworks

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
