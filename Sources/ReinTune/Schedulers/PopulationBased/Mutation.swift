public import ReinCheckpoints
import ReinRandom

/// How population-based training changes a parameter.
///
///     let mutations: [String: Mutation] = [
///         "lr": .domain(.logUniform(1e-5...1e-2)),
///         "batch": [16, 32, 64, 128],
///         "model/activation": .domain(.choice(["tanh", "relu"])),
///     ]
public enum Mutation: Sendable, Equatable {
    /// A number is multiplied by a factor and stays in the domain.
    ///
    /// The domain decides the kind of number: a real one gives reals also where a trial began with a whole number. A product
    /// is rounded to the nearest whole number or point of the grid; where that is the old one, the neighbour is taken that
    /// lies in the direction of the factor, if there is one. A real 0 without a grid stays 0 until it is drawn anew.
    ///
    /// A choice is one of categories. When all of them are numbers they have an order, and the value moves to the next
    /// smaller or larger one. Others have no order, so that there is no small step: the value is kept unless it is drawn
    /// anew. Categories of weight 0 are never taken.
    case domain(Domain)
    /// Some values in an order of their own: the value moves to the one before or after it, or stays at an end.
    case list([StateTree])

    /// A value drawn at random.
    func sample(using random: inout RandomStream) -> StateTree {
        switch self {
        case .domain(let domain): domain.sample(using: &random)
        case .list(let values): values[random.below(values.count)]
        }
    }
}

extension Mutation: ExpressibleByArrayLiteral {
    /// Makes a list of values.
    public init(arrayLiteral elements: StateTree...) { self = .list(elements) }
}
