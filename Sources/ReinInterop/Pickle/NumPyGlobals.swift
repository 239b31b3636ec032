/// The names that NumPy's pickles use: arrays, scalars and element types; and random generators, which are let in
/// because spaces hold them, and never looked at.
enum NumPyGlobals {
    /// The modules that NumPy 1 and NumPy 2 keep the same functions in.
    private static let cores = ["numpy.core", "numpy._core"]

    /// What makes an array from an exchanged buffer, its type, its shape and its order.
    static let arraysFromBuffers = Set(cores.map { "\($0).numeric._frombuffer" })
    /// What makes an array whose type, shape and bytes follow as its state.
    static let arrays = Set(cores.map { "\($0).multiarray._reconstruct" })
    /// What makes a scalar from its type and its bytes.
    static let scalars = Set(cores.map { "\($0).multiarray.scalar" })
    /// What makes an element type from its name.
    static let elementType = "numpy.dtype"

    /// All of them.
    static let all: Set<String> =
        arraysFromBuffers.union(arrays).union(scalars).union([
            elementType, "numpy.ndarray", "numpy.random._pickle.__generator_ctor",
            "numpy.random._pickle.__bit_generator_ctor", "numpy.random._pickle.__randomstate_ctor",
            "numpy.random._generator.Generator", "numpy.random._pcg64.PCG64", "numpy.random._pcg64.PCG64DXSM",
            "numpy.random._mt19937.MT19937", "numpy.random._philox.Philox", "numpy.random._sfc64.SFC64",
            "numpy.random.mtrand.RandomState", "numpy.random.bit_generator.SeedSequence",
            "numpy.random.bit_generator.__pyx_unpickle_SeedSequence",
        ])
}
