@testable import ReinExport

/// A value of a graph that is computed, row-major. All types of elements are kept as doubles; those of single precision
/// are rounded to it.
struct GraphTensor: Equatable {
    let type: ONNXType
    let shape: [Int]
    var values: [Double]

    init(_ type: ONNXType, _ shape: [Int], _ values: [Double]) throws {
        guard values.count == shape.reduce(1, *) else {
            throw ReadingProblem("\(values.count) values of a tensor of shape \(shape)")
        }
        self.type = type
        self.shape = shape
        self.values = type == .float ? values.map { Double(Float($0)) } : values
    }

    init(_ floats: [Float], _ shape: [Int]) throws { try self.init(.float, shape, floats.map(Double.init)) }

    init(_ tensor: ONNXTensor) throws {
        let values: [Double] =
            switch tensor.elements {
            case .floats(let floats): floats.map(Double.init)
            case .doubles(let doubles): doubles
            case .integers(let integers): integers.map(Double.init)
            }
        try self.init(tensor.type, tensor.shape, values)
    }

    /// The values as whole numbers.
    var integers: [Int] { values.map { Int($0) } }
    /// The values in single precision.
    var floats: [Float] { values.map { Float($0) } }

    func reshaped(_ shape: [Int]) throws -> GraphTensor { try GraphTensor(type, shape, values) }

    func mapped(_ function: (Double) -> Double) throws -> GraphTensor {
        try GraphTensor(type, shape, values.map(function))
    }

    /// Repeats what has axes of length 1, or too few axes, as NumPy does.
    func broadcast(to target: [Int]) throws -> GraphTensor {
        let padded = [Int](repeating: 1, count: target.count - shape.count) + shape
        guard zip(padded, target).allSatisfy({ $0 == $1 || $0 == 1 }) else {
            throw ReadingProblem("\(shape) does not become \(target)")
        }
        var result = [Double](repeating: 0, count: target.reduce(1, *))
        for index in result.indices {
            var (rest, place, stride) = (index, 0, 1)
            for axis in target.indices.reversed() {
                let coordinate = rest % target[axis]
                rest /= target[axis]
                place += (padded[axis] == 1 ? 0 : coordinate) * stride
                stride *= padded[axis]
            }
            result[index] = values[place]
        }
        return try GraphTensor(type, target, result)
    }

    /// The shape that two broadcast to.
    static func commonShape(_ a: [Int], _ b: [Int]) throws -> [Int] {
        let count = max(a.count, b.count)
        let first = [Int](repeating: 1, count: count - a.count) + a
        let second = [Int](repeating: 1, count: count - b.count) + b
        return try zip(first, second).map { a, b in
            guard a == b || a == 1 || b == 1 else { throw ReadingProblem("axes of \(a) and \(b)") }
            return a == 1 ? b : a
        }
    }
}
