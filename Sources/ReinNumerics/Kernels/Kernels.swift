import CReinKernels

/// Vector functions over flat floats: thin covers of the C kernels.
///
/// Nothing is allocated or checked; `count` elements are read and written. Elementwise functions may work in place.
/// Results do not depend on the processor's vector width.
public enum Kernels {
    /// Writes `tanh(x)` to `y`, within 2.5 units in the last place and never beyond -1 and 1.
    public static func tanh(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
        rein_tanh(x, y, Int64(count))
    }

    /// Writes `exp(x)` to `y`, within 1.1 units in the last place.
    public static func exp(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
        rein_exp(x, y, Int64(count))
    }

    /// Writes the natural logarithm of `x` to `y`, within 0.9 units in the last place.
    public static func log(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
        rein_log(x, y, Int64(count))
    }

    /// Writes `1 / (1 + exp(-x))` to `y`, within 2.4 units in the last place.
    public static func sigmoid(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
        rein_sigmoid(x, y, Int64(count))
    }

    /// Adds `x` to `y`.
    public static func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
        rein_add(x, y, Int64(count))
    }

    /// Multiplies `y` by `factor`.
    public static func scale(_ y: UnsafeMutablePointer<Float>, by factor: Float, count: Int) {
        rein_scale(factor, y, Int64(count))
    }

    /// Adds `factor * x` to `y`.
    public static func add(
        _ x: UnsafePointer<Float>, times factor: Float, to y: UnsafeMutablePointer<Float>, count: Int
    ) {
        rein_axpy(factor, x, y, Int64(count))
    }

    /// Moves `y` towards `x`: `y += rate * (x - y)`, the soft update of a target network.
    public static func blend(
        _ y: UnsafeMutablePointer<Float>, towards x: UnsafePointer<Float>, rate: Float, count: Int
    ) {
        rein_blend(rate, x, y, Int64(count))
    }

    /// Returns the sum of `x`, in double precision and a fixed order.
    public static func sum(_ x: UnsafePointer<Float>, count: Int) -> Double {
        rein_sum(x, Int64(count))
    }

    /// Returns the sum of the squares of `x`, in double precision and a fixed order.
    public static func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Double {
        rein_sum_of_squares(x, Int64(count))
    }

    /// Returns the sum of `x * y`, in double precision and a fixed order.
    public static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Double {
        rein_dot(x, y, Int64(count))
    }

    /// Returns the index of the first element that is NaN or infinite, or nil when all are finite.
    public static func firstNotFinite(_ x: UnsafePointer<Float>, count: Int) -> Int? {
        let index = rein_first_not_finite(x, Int64(count))
        return index < 0 ? nil : Int(index)
    }

    /// Returns the index of the first element that is NaN or infinite, or too large for a float, or nil when there is
    /// none.
    public static func firstBeyondFloats(_ x: UnsafePointer<Double>, count: Int) -> Int? {
        let index = rein_first_beyond_floats(x, Int64(count))
        return index < 0 ? nil : Int(index)
    }

    /// Writes the sums of the columns of `x`, `[rows, columns]`, to `sums`, adding rows in ascending order.
    public static func columnSums(
        _ x: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        rein_column_sums(x, sums, Int64(rows), Int64(columns))
    }

    /// Writes the transpose of `x`, `[rows, columns]`, to `y`, `[columns, rows]`.
    public static func transpose(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        rein_transpose(x, y, Int64(rows), Int64(columns))
    }

    /// Copies rows by index: `destination[i] = source[indices[i]]`, each row `width` floats. Indices are not checked.
    public static func gatherRows(
        _ source: UnsafePointer<Float>, indices: UnsafePointer<Int32>, to destination: UnsafeMutablePointer<Float>,
        count: Int, width: Int
    ) {
        rein_gather_rows(source, indices, destination, Int64(count), Int64(width))
    }

    /// Writes every row's log-probabilities and probabilities (log-softmax and softmax), all `[rows, columns]`.
    ///
    /// `logProbabilities` may be `logits`; `probabilities` must be neither.
    public static func logSoftmax(
        _ logits: UnsafePointer<Float>, logProbabilities: UnsafeMutablePointer<Float>,
        probabilities: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        rein_log_softmax(logits, logProbabilities, probabilities, Int64(rows), Int64(columns))
    }

    /// Adds a bias row to every row of `y`, `[rows, columns]`, and applies an activation, in place.
    ///
    /// `preactivation`, where given, receives the sums. For products that were made elsewhere; `Dense.forward` does
    /// all of it at once.
    public static func activate(
        _ y: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>?,
        preactivation: UnsafeMutablePointer<Float>? = nil,
        rows: Int, columns: Int, activation: Activation
    ) {
        rein_activation_forward(y, bias, preactivation, Int64(rows), Int64(columns), activation.code)
    }

    /// Multiplies a gradient by the activation's slope, in place.
    ///
    /// `saved` is the activation's argument where it `needsPreactivation`, its result for the others, and not read for
    /// identity.
    public static func multiplyBySlope(
        _ gradient: UnsafeMutablePointer<Float>, saved: UnsafePointer<Float>?, count: Int, activation: Activation
    ) {
        rein_activation_backward(gradient, saved, Int64(count), activation.code)
    }
}
