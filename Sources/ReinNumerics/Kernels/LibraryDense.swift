import COpenBLAS
import CReinKernels

/// Dense layers by the system's BLAS on one thread, with the activations as separate passes.
///
/// The functions and their matrices are those of `Dense`.
enum LibraryDense {
    /// Threads are ours to manage: the library must not start its own. Evaluated once.
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// The library's version, and the processor that it computes for, which `OPENBLAS_CORETYPE` may set.
    static var name: String {
        // "OpenBLAS 0.3.21 NO_LAPACK DYNAMIC_ARCH ..."
        let version = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
        return "\(version) \(String(cString: openblas_get_corename()))"
    }

    static func forward(
        input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, preactivation: UnsafeMutablePointer<Float>?,
        rows: Int, inputs: Int, outputs: Int, activation: Activation
    ) {
        multiply(
            input, CblasNoTrans, inputs, weight, CblasNoTrans, outputs, output, rows: rows, depth: inputs,
            columns: outputs)
        rein_activation_forward(output, bias, preactivation, Int64(rows), Int64(outputs), activation.code)
    }

    static func backwardInput(
        outputGradient: UnsafePointer<Float>, weight: UnsafePointer<Float>, saved: UnsafePointer<Float>?,
        inputGradient: UnsafeMutablePointer<Float>, rows: Int, inputs: Int, outputs: Int, activationBelow: Activation
    ) {
        multiply(
            outputGradient, CblasNoTrans, outputs, weight, CblasTrans, outputs, inputGradient, rows: rows,
            depth: outputs, columns: inputs)
        rein_activation_backward(inputGradient, saved, Int64(rows * inputs), activationBelow.code)
    }

    static func backwardParameters(
        input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        weightGradient: UnsafeMutablePointer<Float>, biasGradient: UnsafeMutablePointer<Float>?,
        rows: Int, inputs: Int, outputs: Int
    ) {
        multiply(
            input, CblasTrans, inputs, outputGradient, CblasNoTrans, outputs, weightGradient, rows: inputs,
            depth: rows, columns: outputs)
        if let biasGradient { rein_column_sums(outputGradient, biasGradient, Int64(rows), Int64(outputs)) }
    }

    /// result[rows, columns] = left · right, each as it stands or transposed; the steps are their rows' lengths.
    private static func multiply(
        _ left: UnsafePointer<Float>, _ leftForm: CBLAS_TRANSPOSE, _ leftStep: Int, _ right: UnsafePointer<Float>,
        _ rightForm: CBLAS_TRANSPOSE, _ rightStep: Int, _ result: UnsafeMutablePointer<Float>,
        rows: Int, depth: Int, columns: Int
    ) {
        _ = oneThread
        cblas_sgemm(
            CblasRowMajor, leftForm, rightForm, blasint(rows), blasint(columns), blasint(depth), 1, left,
            blasint(leftStep), right, blasint(rightStep), 0, result, blasint(columns))
    }
}
