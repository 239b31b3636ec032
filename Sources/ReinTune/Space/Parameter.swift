public import ReinCheckpoints

extension SearchSpace {
    /// What the value of a key, or an element of a list, may be.
    ///
    /// Literals are fixed values; lists and maps may hold further parameters.
    public indirect enum Parameter: Sendable {
        /// One value.
        case fixed(StateTree)
        /// Each of some values in turn; a value may hold parameters that are no grids.
        case grid([Parameter])
        /// A value that is drawn.
        case domain(Domain)
        /// A value that is drawn and brings keys of its own.
        case conditional(ConditionalChoice)
        /// A value that follows from others.
        case computed(DerivedValue)
        /// A list.
        case list([Parameter])
        /// A map.
        case map(SearchSpace)
    }
}

/// The domains, under the names that they have in JSON. Impossible ones are a programmer's errors here.
extension SearchSpace.Parameter {
    /// Real numbers, all equally likely; with a step those of a grid that both bounds belong to.
    public static func uniform(_ range: ClosedRange<Double>, step: Double? = nil) -> Self {
        .domain(.uniform(range, step: step))
    }

    /// Real numbers above zero, equal ratios being equally likely.
    public static func logUniform(_ range: ClosedRange<Double>, step: Double? = nil) -> Self {
        .domain(.logUniform(range, step: step))
    }

    /// Whole numbers, all equally likely, both bounds included.
    public static func integers(_ range: ClosedRange<Int>, step: Int = 1) -> Self {
        .domain(.integers(range, step: step))
    }

    /// Whole numbers above zero, equal ratios being equally likely, both bounds included.
    public static func logIntegers(_ range: ClosedRange<Int>, step: Int = 1) -> Self {
        .domain(.logIntegers(range, step: step))
    }

    /// Normally distributed numbers.
    public static func normal(mean: Double = 0, deviation: Double = 1, step: Double? = nil) -> Self {
        .domain(.normal(mean: mean, deviation: deviation, step: step))
    }

    /// One of some values.
    public static func choice(_ values: [StateTree], weights: [Double]? = nil) -> Self {
        .domain(.choice(values, weights: weights))
    }

    /// One of some names, each of which brings keys of its own that come beside the one of the choice.
    public static func cases(_ cases: KeyValuePairs<String, SearchSpace>, weights: [Double]? = nil) -> Self {
        do throws(StateError) {
            return .conditional(
                try ConditionalChoice(cases.map { .init(.string($0.key), brings: $0.value) }, weights: weights))
        } catch {
            preconditionFailure("no choice: \(error)")
        }
    }

    /// A value that a closure makes of others.
    public static func derived<Value: DerivedResult>(
        _ rule: @escaping @Sendable (DerivedInputs) throws -> Value
    ) -> Self {
        .computed(DerivedValue { try rule($0).tree })
    }

    /// A value that a function of a name makes of others; a name that nobody has registered is a programmer's error.
    public static func derived(
        _ function: String, of inputs: [DerivedValue.Input], with parameters: StateMap = [:]
    ) -> Self {
        do throws(StateError) {
            return .computed(try DerivedValue(function, of: inputs, with: parameters))
        } catch {
            preconditionFailure("no derived value: \(error)")
        }
    }
}

extension SearchSpace.Parameter: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes a fixed `null`.
    public init(nilLiteral: ()) { self = .fixed(.null) }

    /// Makes a fixed truth value.
    public init(booleanLiteral value: Bool) { self = .fixed(.bool(value)) }

    /// Makes a fixed integer.
    public init(integerLiteral value: Int64) { self = .fixed(.int(value)) }

    /// Makes a fixed number.
    public init(floatLiteral value: Double) { self = .fixed(.double(value)) }

    /// Makes a fixed text.
    public init(stringLiteral value: String) { self = .fixed(.string(value)) }

    /// Makes a list.
    public init(arrayLiteral elements: SearchSpace.Parameter...) { self = .list(elements) }

    /// Makes a map; a repeated key is a programmer's error.
    public init(dictionaryLiteral elements: (String, SearchSpace.Parameter)...) {
        do throws(StateError) {
            self = .map(try SearchSpace(elements.map { (key: $0.0, parameter: $0.1) }))
        } catch {
            preconditionFailure("no map: \(error)")
        }
    }
}

extension SearchSpace.Parameter {
    /// The value when nothing but it is possible.
    var fixedValue: StateTree? {
        switch self {
        case .fixed(let value): return value
        case .list(let elements):
            let values = elements.compactMap(\.fixedValue)
            guard values.count == elements.count else { return Optional.none }
            return .list(values)
        case .map(let space):
            var map = StateMap()
            for (key, parameter) in space.entries {
                guard let value = parameter.fixedValue else { return Optional.none }
                map[key] = value
            }
            return .map(map)
        case .grid, .domain, .conditional, .computed: return Optional.none
        }
    }
}
