import ReinCheckpoints
import ReinNetworks

/// The parameters of a module by their names.
struct ModuleWeights {
    private let reader: StateReader

    /// - Throws: `StateError` unless the file holds a map of arrays.
    init(_ reader: StateReader) throws(StateError) {
        self.reader = reader
        for (_, value) in try reader.map() { _ = try value.tensor() }
    }

    /// Whether there is a stack of layers of this name.
    func contains(_ stack: String) -> Bool { reader.optionalChild("\(stack).0.weight") != nil }

    /// The widths of a stack's layers, nil when there is no such stack.
    func optionalWidths(_ stack: String) throws(StateError) -> [Int]? {
        guard contains(stack) else { return nil }
        return try widths(stack)
    }

    /// The widths of the outputs of a stack's layers, which stand at even places, nonlinearities between them.
    func widths(_ stack: String) throws(StateError) -> [Int] {
        var widths: [Int] = []
        while let weight = reader.optionalChild("\(stack).\(2 * widths.count).weight") {
            let tensor = try weight.tensor()
            guard tensor.shape.count == 2, tensor.shape.allSatisfy({ (1...65_536).contains($0) }) else {
                throw weight.error(
                    .unsupportedFormat,
                    "expected a matrix [outputs, inputs], found \(tensor.shape); layer norms are not supported")
            }
            widths.append(tensor.shape[0])
        }
        guard !widths.isEmpty else {
            throw reader.error(.missingKey, "there are no layers \"\(stack)\"; only default modules are read")
        }
        return widths
    }

    /// Copies a stack's layers into those of a network that begin with the given number.
    ///
    /// - Throws: `StateError` that names a parameter that is missing or has another shape.
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
                    network.parameters.replaceSubrange(view.range, with: try tensor.transposed().floats())
                } catch {
                    throw error.nested(under: place.path)
                }
            }
        }
    }
}
