import CReinKernels

/// Who computes a dense layer: the kernels or the system's BLAS.
///
/// Decided by measurement (`Benchmarks/`, target `KernelBenchmarks`). Per cent of one Zen 5 core's peak, forward /
/// weight gradient / input gradient, OpenBLAS 0.3 (its AVX2 kernels, so compare it with the AVX2 column):
///
///     rows x inputs x outputs    AVX-512        AVX2           OpenBLAS
///        8 x   64 x   64         90  83  60     88  94  57     63  63  41
///       64 x   64 x   64         95  98  90     98  99  91     86  86  79
///      256 x   64 x   64         94  93  97     99  95  97     90  90  88
///     2048 x   64 x   64         93  88  95     98  93  98     88  85  89
///       64 x  256 x  256         91  97  72     94  99  87     88  93  86
///      256 x  256 x  256         93  96  88     89  95  90     92  93  89
///     2048 x  256 x  256         89  91  87     92  91  91     91  89  91
///      256 x  512 x  512         84  98  64     81  82  78     85  90  87
///       64 x    4 x   64         52  84  30     76  86  41     46  52  29
///       64 x   64 x    2         27  58  27     34  71  40     18  19  28
///
/// Up to 256 wide the kernels are never behind by more than a few per cent, and far ahead where layers are narrow or
/// rows are few. From 512 wide on their AVX2 variant loses a tenth to the library, the AVX-512 variant nothing.
enum DenseRoute {
    case kernels
    case library

    /// The smallest weight matrix, in elements, that goes to the library, and the fewest rows with it.
    static let libraryElements = 512 * 512
    static let libraryRows = 16

    @inline(__always) static func fastest(rows: Int, inputs: Int, outputs: Int) -> DenseRoute {
        guard inputs * outputs >= libraryElements && rows >= libraryRows else { return .kernels }
        return rein_kernels_selected() == REIN_KERNELS_AVX512 ? .kernels : .library
    }
}
