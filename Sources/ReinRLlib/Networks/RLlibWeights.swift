import ReinCheckpoints
import ReinNetworks

/// The weights of an RLlib policy by their names.
struct RLlibWeights: Sendable {
    private let reader: StateReader

    init(_ reader: StateReader) { self.reader = reader }

    /// The names in the order of the file, by which RLlib's optimizers number them.
    var names: [String] {
        get throws(StateError) { try reader.map().map(\.key) }
    }

    /// Whether there is a parameter of this name.
    func contains(_ name: String) -> Bool { reader.optionalChild(name) != nil }

    /// The number of all their elements.
    var count: Int {
        get throws(StateError) {
            try reader.map().reduce(0) { if case .tensor(let tensor) = $1.value.tree { $0 + tensor.count } else { $0 } }
        }
    }

    /// The widths of consecutive dense layers, `NAME.0`, `NAME.1` and so on.
    ///
    /// - Parameter inputs: what the first of them reads.
    /// - Throws: `StateError` when a layer does not read what the one before it gives.
    func widths(inputs: Int, _ name: (Int) -> String) throws(StateError) -> [Int] {
        var widths: [Int] = []
        while let weight = reader.optionalChild("\(name(widths.count))._model.0.weight") {
            let shape = try Self.matrix(weight).shape
            guard shape[1] == widths.last ?? inputs else {
                throw weight.error(.wrongShape, "expected shape \([shape[0], widths.last ?? inputs]), found \(shape)")
            }
            widths.append(shape[0])
        }
        return widths
    }

    private static func matrix(_ reader: StateReader) throws(StateError) -> StateTensor {
        let tensor = try reader.tensor()
        guard tensor.shape.count == 2, tensor.shape.allSatisfy({ (1...65_536).contains($0) }) else {
            throw reader.error(.wrongShape, "expected a matrix [outputs, inputs], found \(tensor.shape)")
        }
        return tensor
    }

    /// Reads the parameters of a layout that `choose` finds a view for into the flat buffer of their views.
    ///
    /// - Throws: `StateError` that names a parameter that is missing or has another shape.
    func read(
        _ parameters: [RLlibParameter], into flat: inout [Float], views: [ParameterView],
        choose: (RLlibParameter.Meaning) -> String?
    ) throws(StateError) {
        let places = Dictionary(views.map { ($0.name, $0) }) { first, _ in first }
        for parameter in parameters where !parameter.isAlias {
            guard let name = choose(parameter.meaning), let view = places[name] else { continue }
            let place = try reader.child(parameter.name)
            try Self.copy(place, view, into: &flat)
        }
    }

    /// Copies a tensor of RLlib's, a matrix transposed, to the place of a view.
    static func copy(_ reader: StateReader, _ view: ParameterView, into flat: inout [Float]) throws(StateError) {
        let tensor = try reader.tensor(shape: view.shape.reversed())
        do throws(StateError) {
            let floats = try tensor.transposed().floats()
            guard floats.allSatisfy(\.isFinite) else {
                throw StateError(.outOfRange, "has numbers that are not finite")
            }
            flat.replaceSubrange(view.range, with: floats)
        } catch {
            throw error.nested(under: reader.path)
        }
    }

    /// The numbers of a tensor of a shape, a matrix transposed.
    ///
    /// - Throws: `StateError` when it is missing, of another shape, or not finite.
    func numbers(_ name: String, shape: [Int]) throws(StateError) -> [Float] {
        let view = ParameterView(name: name, offset: 0, shape: shape)
        var numbers = [Float](repeating: 0, count: view.range.count)
        try Self.copy(reader.child(name), view, into: &numbers)
        return numbers
    }

    /// A single number.
    func number(_ name: String) throws(StateError) -> Double? {
        guard let place = reader.optionalChild(name) else { return nil }
        let tensor = try place.tensor()
        do throws(StateError) {
            let value =
                tensor.elementType == .float64
                ? try tensor.doubles().first : try tensor.floats().first.map { Double($0) }
            guard let value, tensor.count == 1, value.isFinite else {
                throw StateError(.wrongShape, "expected one finite number, found \(tensor.shape)")
            }
            return value
        } catch {
            throw error.nested(under: place.path)
        }
    }
}
