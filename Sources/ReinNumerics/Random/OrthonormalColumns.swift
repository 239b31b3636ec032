import CReinKernels

/// A random matrix `[length, count]` with orthonormal columns, from the uniform (Haar) distribution over them.
///
/// It is a product of Householder reflections, of the vectors that the QR decomposition of a matrix of normal numbers
/// would reflect by (Stewart 1980, SIAM J. Numer. Anal. 17): of each column those are as many independent normal numbers
/// as there are rows from its diagonal on, so there is nothing to decompose. Reflections are applied 64 at a time as
/// `I - V T Vᵀ` (Schreiber and Van Loan 1989), by the kernels alone: the bits are the same on AVX2 and on AVX-512, and
/// no threads take part.
///
/// Takes `2 length count²` multiplications and additions or less, and memory for `length count` floats and a little.
public struct OrthonormalColumns {
    /// The number of rows.
    public let length: Int
    /// The number of columns; at most that of rows.
    public let count: Int

    /// The product so far, `[rows, columns]`, at the end of the storage.
    private let storage: AlignedBuffer<Float>
    private var rows = 0
    private var columns = 0
    /// What the diagonal of R is multiplied with to be positive, without which the distribution would not be uniform.
    private var signs: [Float]

    /// The number of reflections that are applied together.
    private static let blockSize = 64
    /// The number of rows that are changed together.
    private static let panelRows = 256

    /// Draws a matrix.
    ///
    /// - Precondition: `0 <= count <= length`.
    public init(length: Int, count: Int, using random: inout RandomStream) {
        precondition((0...length).contains(count), "\(count) orthonormal columns of \(length) elements")
        self.length = length
        self.count = count
        storage = AlignedBuffer(count: length * count)
        signs = [Float](repeating: 1, count: count)
        let width = min(Self.blockSize, count)
        let workspace = Workspace(rows: length, columns: count, width: width)
        var first = count
        while first > 0 {
            let size = first % Self.blockSize == 0 ? Self.blockSize : first % Self.blockSize
            first -= size
            grow(by: size, rows: length - first)
            drawReflections(size, first: first, into: workspace, using: &random)
            workspace.combine(size, rows: rows)
            reflect(size, with: workspace)
        }
    }

    /// Copies the matrix times a factor, row-major.
    ///
    /// - Parameters:
    ///   - target: `[length, count]`, or `[count, length]` where it is transposed.
    ///   - transposed: whether its transpose is written.
    ///   - factor: what the matrix is multiplied by.
    public func copy(to target: UnsafeMutableBufferPointer<Float>, transposed: Bool = false, times factor: Float = 1) {
        precondition(target.count == length * count, "room for \(target.count) elements, not \(length * count)")
        guard let base = target.baseAddress else { return }
        for row in 0..<length {
            let source = storage.pointer + row * count
            for column in 0..<count {
                let place = transposed ? column * length + row : row * count + column
                base[place] = factor * signs[column] * source[column]
            }
        }
    }

    /// The product, `[rows, columns]`, packed.
    private var product: UnsafeMutablePointer<Float> { storage.pointer + (storage.count - rows * columns) }

    /// Puts `size` columns of the identity in front, and rows above, so that there are `newRows`.
    private mutating func grow(by size: Int, rows newRows: Int) {
        let (old, oldRows, oldColumns) = (product, rows, columns)
        (rows, columns) = (newRows, columns + size)
        let new = product
        let added = newRows - oldRows
        for row in 0..<added { (new + row * columns).update(repeating: 0, count: columns) }
        for column in 0..<size { new[column * columns + column] = 1 }
        // Rows move towards the beginning, the first ones first: none is written over before it has moved.
        for row in 0..<oldRows {
            let target = new + (added + row) * columns
            (target + size).update(from: old + row * oldColumns, count: oldColumns)
            target.update(repeating: 0, count: size)
        }
    }

    /// Draws the vectors of reflections, each of length √2, as columns of V.
    private mutating func drawReflections(
        _ size: Int, first: Int, into workspace: Workspace, using random: inout RandomStream
    ) {
        let vectors = workspace.vectors.pointer
        vectors.update(repeating: 0, count: rows * size)
        for index in 0..<size {
            var square = 0.0
            while square < 1e-30 {
                square = 0
                for row in index..<rows {
                    let number = random.nextNormal()
                    vectors[row * size + index] = number
                    square += Double(number) * Double(number)
                }
            }
            // H x = -sign(x₁) |x| e₁ for v = x + sign(x₁) |x| e₁.
            let head = Double(vectors[index * size + index])
            let norm = square.squareRoot()
            signs[first + index] = head < 0 ? 1 : -1
            let scale = 1 / (square + abs(head) * norm).squareRoot()
            vectors[index * size + index] = Float(head + (head < 0 ? -norm : norm))
            for row in index..<rows { vectors[row * size + index] *= Float(scale) }
        }
    }

    /// Multiplies the product by `I - V T Vᵀ` from the left.
    private func reflect(_ size: Int, with workspace: Workspace) {
        let vectors = workspace.vectors.pointer
        let (projected, combined) = (workspace.projected.pointer, workspace.combined.pointer)
        let (width, columns) = (Int64(size), Int64(self.columns))
        rein_dense_backward_parameters(vectors, product, projected, nil, Int64(rows), width, columns)
        rein_dense_forward(
            workspace.triangle.pointer, projected, nil, combined, nil, width, width, columns, Int32(REIN_IDENTITY))
        var row = 0
        while row < rows {
            let panel = min(Self.panelRows, rows - row)
            rein_dense_forward(
                vectors + row * size, combined, nil, workspace.panel.pointer, nil, Int64(panel), width, columns,
                Int32(REIN_IDENTITY))
            rein_axpy(-1, workspace.panel.pointer, product + row * self.columns, Int64(panel) * columns)
            row += panel
        }
    }

    /// What a block of reflections needs besides the product.
    private struct Workspace {
        /// V, `[rows, width]`.
        let vectors: AlignedBuffer<Float>
        /// T, `[width, width]`.
        let triangle: AlignedBuffer<Float>
        /// Vᵀ times the product, `[width, columns]`.
        let projected: AlignedBuffer<Float>
        /// T times that.
        let combined: AlignedBuffer<Float>
        /// Some rows of V times that.
        let panel: AlignedBuffer<Float>

        init(rows: Int, columns: Int, width: Int) {
            vectors = AlignedBuffer(count: rows * width)
            triangle = AlignedBuffer(count: width * width)
            projected = AlignedBuffer(count: width * columns)
            combined = AlignedBuffer(count: width * columns)
            panel = AlignedBuffer(count: min(OrthonormalColumns.panelRows, rows) * columns)
        }

        /// Computes T from V: its diagonal is 1, the column above `T[i, i]` is `-T[..<i, ..<i] Vᵀ v`.
        func combine(_ size: Int, rows: Int) {
            let products = AlignedBuffer<Float>(count: size * size)
            rein_dense_backward_parameters(
                vectors.pointer, vectors.pointer, products.pointer, nil, Int64(rows), Int64(size), Int64(size))
            var matrix = [Double](repeating: 0, count: size * size)
            for column in 0..<size {
                matrix[column * size + column] = 1
                for row in 0..<column {
                    var sum = 0.0
                    for index in row..<column {
                        sum += matrix[row * size + index] * Double(products[index * size + column])
                    }
                    matrix[row * size + column] = -sum
                }
            }
            for index in matrix.indices { triangle[index] = Float(matrix[index]) }
        }
    }
}
