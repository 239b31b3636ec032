public import ReinCheckpoints
import Synchronization

/// A function that derived values name, so that a space that is written as JSON can have them.
///
///     DerivedFunction.register(DerivedFunction("warmup", inputCount: 1...1, parameters: ["share"]) {
///         inputs, parameters throws(StateError) in
///         .double(try StateReader(inputs[0]).double() * StateReader(.map(parameters)).double("share"))
///     })
///     // {"derived": "warmup", "of": ["steps"], "with": {"share": 0.1}}
///
/// There are `copy`, `sum`, `difference`, `product`, `ratio`, `quotient`, `power`, `minimum`, `maximum`, `round` and
/// `lookup` without registering them.
public struct DerivedFunction: Sendable {
    /// What a function does with the values of its inputs and with its parameters.
    public typealias Body = @Sendable (_ inputs: [StateTree], _ parameters: StateMap) throws(StateError) -> StateTree

    /// The name.
    public let name: String
    private let inputCount: ClosedRange<Int>
    private let parameters: [String]?
    private let body: Body

    /// Makes a function.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - inputCount: how many inputs it takes.
    ///   - parameters: the parameters it knows; nil when it takes any.
    ///   - body: what it does.
    public init(
        _ name: String, inputCount: ClosedRange<Int>, parameters: [String]? = [], body: @escaping Body
    ) {
        self.name = name
        self.inputCount = inputCount
        self.parameters = parameters
        self.body = body
    }

    private static let registered = Mutex<[String: DerivedFunction]>(
        Dictionary(uniqueKeysWithValues: builtIn.map { ($0.name, $0) }))

    /// Makes a function known by its name, in the place of another one of the name if there is one.
    public static func register(_ function: DerivedFunction) { registered.withLock { $0[function.name] = function } }

    /// The names that are known, sorted.
    public static var names: [String] { registered.withLock { $0.keys.sortedByBytes } }

    /// The function of a name.
    ///
    /// - Throws: `StateError` with `.unknownKey` that lists the functions there are and names the nearest.
    static func named(_ name: String) throws(StateError) -> DerivedFunction {
        if let function = registered.withLock({ $0[name] }) { return function }
        let names = names
        throw StateError(
            .unknownKey,
            unknownName(
                "there is no function \"\(name.shortened)\"", nearest: nearestName(to: name, in: names),
                rest: "the functions are \(names.joined(separator: ", "))"))
    }

    /// Checks what a space gives the function.
    ///
    /// - Throws: `StateError` for a wrong number of inputs and for unknown parameters.
    func check(inputCount count: Int, parameters given: StateMap) throws(StateError) {
        guard inputCount.contains(count) else {
            let (least, most) = (inputCount.lowerBound, inputCount.upperBound)
            let expected = most == .max ? "\(least) or more inputs" : least == most ? "\(least)" : "\(least) to \(most)"
            throw StateError(.outOfRange, "\"\(name)\" takes \(expected), not \(count)", path: SpaceWord.inputs)
        }
        if let parameters { try StateReader(.map(given), path: SpaceWord.parameters).expectKeys(parameters) }
    }

    func value(of inputs: [StateTree], with parameters: StateMap) throws(StateError) -> StateTree {
        try body(inputs, parameters)
    }
}
