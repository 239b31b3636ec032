/// The keys that make a map of a space's JSON a parameter, and what may be beside them.
enum SpaceWord: String, CaseIterable {
    case grid, choice, cases, uniform, logUniform, int, logInt, normal, derived, constant

    /// The keys that may be there besides.
    var options: [String] {
        switch self {
        case .grid, .constant: []
        case .choice, .cases: [Self.weights]
        case .uniform, .logUniform, .int, .logInt, .normal: [Self.step]
        case .derived: [Self.inputs, Self.parameters]
        }
    }

    static let weights = "weights"
    static let step = "step"
    static let inputs = "of"
    static let parameters = "with"
    static let caseValue = "value"
    static let caseKeys = "brings"

    static let allNames = allCases.map(\.rawValue)
    static let allOptions = [weights, step, inputs, parameters]

    /// The word that a key was probably meant to be, by Ray Tune's names or by the spelling.
    static func meant(by key: String, nearest: (String, [String]) -> String?) -> String? {
        Self.others[key] ?? nearest(key, allNames)
    }

    /// Ray Tune's names.
    private static let others = [
        "grid_search": "grid", "quniform": "uniform", "loguniform": "logUniform", "qloguniform": "logUniform",
        "randint": "int", "qrandint": "int", "lograndint": "logInt", "qlograndint": "logInt", "randn": "normal",
        "qrandn": "normal", "sample_from": "derived",
    ]
}
