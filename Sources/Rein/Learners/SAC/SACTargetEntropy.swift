import ReinNumerics

/// The entropy that the temperature is learnt for, in nats.
///
/// Unless the settings give one, it is minus the number of dimensions of a continuous action, and for discrete ones 0.98
/// of the largest entropy that a policy can have: log n for n actions (Christodoulou 2019, arXiv 1910.07207), and under
/// masks the mean of log n over the states of a batch, n being the number of valid actions of each. An entropy that no
/// policy reaches would raise the temperature without end.
enum SACTargetEntropy: Sendable {
    /// One for all batches.
    case constant(Double)
    /// 0.98 times the mean of the entry for the number of valid actions of a state: log n, `[actions + 1]`.
    case ofValidActions(logarithms: [Double])

    /// How much of the largest entropy discrete actions are to keep.
    private static let share = 0.98

    /// The entropy for a kind of actions.
    ///
    /// - Parameters:
    ///   - configured: the one that the settings give, or nil.
    ///   - areMasked: whether the environment masks actions.
    init(_ configured: Double?, actions: SACActions, areMasked: Bool) {
        if configured == nil, areMasked, case .discrete(let categorical) = actions {
            self = .ofValidActions(logarithms: (0...categorical.count).map(Self.logarithm(of:)))
        } else {
            self = .constant(Self.unmasked(configured, actions: actions))
        }
    }

    /// The entropy for actions that are all valid.
    static func unmasked(_ configured: Double?, actions: SACActions) -> Double {
        switch actions {
        case .continuous, .stateDependent: configured ?? -Double(actions.dimensions)
        case .discrete(let categorical): configured ?? share * logarithm(of: categorical.count)
        }
    }

    private static func logarithm(of count: Int) -> Double { Double(SACTemperature.log(Float(max(1, count)))) }

    /// The entropy for a batch.
    ///
    /// - Parameter masks: which actions are valid in its states, `[rows, actions]`; read only where that matters.
    func value(masks: AlignedBuffer<Bool>, rows: Int) -> Double {
        switch self {
        case .constant(let entropy): return entropy
        case .ofValidActions(let logarithms):
            let width = logarithms.count - 1
            precondition(masks.count == rows * width, "a mask has \(width) entries")
            var sum = 0.0
            for row in 0..<rows {
                var valid = 0
                let mask = masks.rows(of: width)[row]
                for action in 0..<width where mask[action] { valid &+= 1 }
                sum += logarithms[valid]
            }
            return Self.share * (sum / Double(rows))
        }
    }
}
