import ReinCheckpoints
import ReinNetworks

/// The parameters of a module by their names.
struct ModuleWeights {
    /// The largest number of axes of a parameter; those of default modules have two at most.
    private static let maximumAxes = 8

    private let reader: StateReader
    /// The names in the order of the file.
    private let names: [String]

    /// - Throws: `StateError` unless the file holds a map of arrays.
    init(_ reader: StateReader) throws(StateError) {
        self.reader = reader
        let entries = try reader.map()
        for (_, value) in entries {
            let axes = try value.tensor().shape.count
            guard axes <= Self.maximumAxes else { throw value.error(.wrongShape, "an array of \(axes) axes") }
        }
        names = entries.map(\.key)
    }

    /// Whether there is a stack of layers of this name.
    func contains(_ stack: String) -> Bool { reader.optionalChild("\(stack).0.weight") != nil }

    /// The widths of a stack's layers, nil when there is no such stack.
    func optionalWidths(_ stack: String, inputs: Int) throws(StateError) -> [Int]? {
        guard contains(stack) else { return nil }
        return try widths(stack, inputs: inputs)
    }

    /// The widths of the outputs of a stack's layers, which stand at even places, nonlinearities between them.
    ///
    /// - Parameter inputs: the number of inputs of the first layer; the others read the layer before them. Matrices that
    ///   do not fit are refused here, before anybody takes memory for a network of these widths.
    /// - Throws: `StateError` that names a matrix of another shape, or a parameter of the stack that is not at its place:
    ///   without its nonlinearities or with layer norms, every second layer would be left out otherwise.
    func widths(_ stack: String, inputs: Int) throws(StateError) -> [Int] {
        var matrices: [StateReader] = []
        while let matrix = reader.optionalChild("\(stack).\(2 * matrices.count).weight") { matrices.append(matrix) }
        guard !matrices.isEmpty else {
            throw reader.error(.missingKey, "there are no layers \"\(stack)\"; only default modules are read")
        }
        let known = Set(matrices.indices.flatMap { ["\(stack).\(2 * $0).weight", "\(stack).\(2 * $0).bias"] })
        if let other = names.first(where: { $0.hasPrefix("\(stack).") && !known.contains($0) }) {
            throw StateError(
                .unsupportedFormat,
                "is not at the place of a layer between nonlinearities; layer norms, and hidden layers without an "
                    + "activation (\"linear\"), are not read", path: other.shortened)
        }
        var widths: [Int] = []
        for matrix in matrices {
            let shape = try matrix.tensor().shape
            let inputs = widths.last ?? inputs
            guard shape.count == 2, shape[1] == inputs, (1...65_536).contains(shape[0]) else {
                throw matrix.error(.wrongShape, "expected a matrix of shape [outputs, \(inputs)], found \(shape)")
            }
            widths.append(shape[0])
        }
        return widths
    }

    /// Refuses parameters that nobody reads: with them, the module computes something else.
    ///
    /// - Parameter prefixes: the beginnings of the names of what is read, and of what does not matter to acting.
    func expectNothing(but prefixes: [String]) throws(StateError) {
        for name in names where !prefixes.contains(where: { name.hasPrefix($0) }) {
            // A constant that every head has. It limits how widely actions are spread, not where their middle is.
            if name.hasSuffix(".log_std_clip_param_const") { continue }
            throw name.hasSuffix(".log_std")
                ? StateError(
                    .unsupportedFormat, "log standard deviations that are parameters (free_log_std) are not read",
                    path: name.shortened)
                : StateError(.unknownKey, "no parameter of a default module has this name", path: name.shortened)
        }
    }

    /// Copies a stack's layers into those of a network that begin with the given number.
    ///
    /// - Throws: `StateError` that names a parameter that is missing, has another shape, or is not finite.
    func copy(
        _ stack: String, count: Int, to name: String, first: Int = 0, of network: inout ActorCritic
    ) throws(StateError) {
        for index in 0..<count {
            for kind in ["weight", "bias"] {
                let place = try reader.child("\(stack).\(2 * index).\(kind)")
                guard let view = network.views.first(where: { $0.name == "\(name)/\(first + index)/\(kind)" }) else {
                    throw place.error(.wrongShape, "there is no such layer in a network of these spaces")
                }
                let tensor = try place.tensor(shape: view.shape.reversed())
                do throws(StateError) {
                    let numbers = try tensor.transposed().floats()
                    guard numbers.allSatisfy(\.isFinite) else {
                        throw StateError(.outOfRange, "holds numbers that are not finite")
                    }
                    network.parameters.replaceSubrange(view.range, with: numbers)
                } catch {
                    throw error.nested(under: place.path)
                }
            }
        }
    }
}
