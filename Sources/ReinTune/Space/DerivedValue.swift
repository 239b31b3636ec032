public import ReinCheckpoints

/// A value that follows from other settings: fixed, drawn or derived ones.
public struct DerivedValue: Sendable {
    /// What a function of a name is given.
    public enum Input: Sendable, Equatable {
        /// The setting at a path from the outermost map, such as `optimizer/rate`.
        case setting(String)
        /// A value.
        case value(StateTree)
    }

    enum Rule: Sendable {
        case closure(@Sendable (DerivedInputs) throws -> StateTree)
        case function(DerivedFunction, [Input], StateMap)
    }

    let rule: Rule

    /// Makes a value that a closure computes. Such a value cannot be written as JSON.
    public init(_ rule: @escaping @Sendable (DerivedInputs) throws -> StateTree) { self.rule = .closure(rule) }

    /// Makes a value that a function of a name computes.
    ///
    /// - Throws: `StateError` for a name or parameters that nobody knows and for a wrong number of inputs.
    public init(_ function: String, of inputs: [Input], with parameters: StateMap = [:]) throws(StateError) {
        let function = try DerivedFunction.named(function)
        try function.check(inputCount: inputs.count, parameters: parameters)
        rule = .function(function, inputs, parameters)
    }

    /// The value.
    ///
    /// - Throws: `StateError` with whatever stands against it.
    func value(of inputs: DerivedInputs) throws(StateError) -> StateTree {
        switch rule {
        case .closure(let closure):
            do {
                return try closure(inputs)
            } catch let error as StateError {
                throw error
            } catch {
                throw StateError(.malformed, "the closure throws: \(error)")
            }
        case .function(let function, let sources, let parameters):
            var values: [StateTree] = []
            for source in sources {
                switch source {
                case .setting(let path): values.append(try inputs.tree(path))
                case .value(let value): values.append(value)
                }
            }
            return try function.value(of: values, with: parameters)
        }
    }
}

extension DerivedValue.Input: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    /// The setting at a path.
    public init(stringLiteral value: String) { self = .setting(value) }

    /// A whole number.
    public init(integerLiteral value: Int64) { self = .value(.int(value)) }

    /// A number.
    public init(floatLiteral value: Double) { self = .value(.double(value)) }
}
