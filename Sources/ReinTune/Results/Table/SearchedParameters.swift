import ReinCheckpoints

/// The settings that differ between trials, and their values.
struct SearchedParameters {
    /// A setting.
    struct Parameter {
        /// Its place in the configurations; a list is one value.
        let path: SpacePath
        /// Its value in each trial; nil where there is none, as of a setting that another one brings along.
        fileprivate(set) var values: [StateTree?]

        /// The path in words.
        var name: String { path.description }
    }

    /// The settings in the order in which they first appear.
    private(set) var parameters: [Parameter] = []

    /// Compares configurations.
    init(of configurations: [StateMap]) {
        var places: [SpacePath: Int] = [:]
        var all: [Parameter] = []
        for (trial, configuration) in configurations.enumerated() {
            configuration.forEachSetting(at: SpacePath()) { path, value in
                let place = places[path] ?? all.count
                if place == all.count {
                    places[path] = place
                    all.append(Parameter(path: path, values: Array(repeating: nil, count: configurations.count)))
                }
                all[place].values[trial] = value
            }
        }
        parameters = all.filter(\.differs)
    }

    /// Names of the parameters that are as short as they can be: the last step of the path where no other has the same.
    var shortNames: [String] {
        var counts: [String: Int] = [:]
        for parameter in parameters { counts[parameter.lastStep, default: 0] += 1 }
        return parameters.map { counts[$0.lastStep] == 1 ? $0.lastStep : $0.name }
    }
}

extension SearchedParameters.Parameter {
    fileprivate var lastStep: String { path.components.last?.text ?? "" }

    fileprivate var differs: Bool {
        let first = values[0]
        return values.contains { !Self.isSame($0, first) }
    }

    private static func isSame(_ left: StateTree?, _ right: StateTree?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left == right || (left.parameterNumber != nil && left.parameterNumber == right.parameterNumber)
    }
}

extension StateTree {
    /// The number that a setting is; nil for one that is none, truth values among them.
    var parameterNumber: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value.isFinite ? value : nil
        default: nil
        }
    }
}

extension StateMap {
    /// Calls `body` with every setting and its place, those of maps inside one another among them.
    fileprivate func forEachSetting(at path: SpacePath, _ body: (SpacePath, StateTree) -> Void) {
        for (key, value) in entries {
            if case .map(let map) = value, !map.isEmpty {
                map.forEachSetting(at: path.key(key), body)
            } else {
                body(path.key(key), value)
            }
        }
    }
}
