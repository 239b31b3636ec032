import COpenBLAS
import CReinKernels
public import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Who computes: what the last bits of results depend on, besides seed and settings.
///
/// The same arithmetic gives the same bits on any machine and for any number of threads.
public struct Arithmetic: Sendable, Hashable {
    /// How kernels round.
    public enum Kernels: String, Sendable, Hashable, CaseIterable {
        /// AVX2 or AVX-512, which give the same bits: products and sums are rounded once.
        case vector
        /// The variant for any processor, on one without fused multiply-add.
        case portable
        /// The variant for any processor, on one with fused multiply-add.
        case portableFused
    }

    /// How kernels round.
    public let kernels: Kernels
    /// The library that multiplies by matrices of 512 x 512 elements and more, its version, and the processor that it
    /// computes for; nil where the kernels do that, too, or where no matrix is so large.
    public let library: String?

    init(kernels: Kernels, library: String?) {
        self.kernels = kernels
        self.library = library
    }

    /// The arithmetic of this process.
    ///
    /// - Parameter largestMatrix: the number of elements of the largest weight matrix that is multiplied by.
    public init(largestMatrix: Int) {
        kernels =
            rein_kernels_selected() != REIN_KERNELS_PORTABLE
            ? .vector : rein_kernels_portable_is_fused() == 1 ? .portableFused : .portable
        let route = DenseRoute.fastest(rows: DenseRoute.libraryRows, inputs: largestMatrix, outputs: 1)
        library = route == .library ? LibraryDense.name : nil
    }

    /// Checks that the environment variable `REIN_KERNELS`, where it is set, names kernels that this processor has.
    ///
    /// - Throws: `StateError` with `.outOfRange` that lists the names.
    public static func checkEnvironment() throws(StateError) {
        if let problem = environmentProblem { throw StateError(.outOfRange, problem, path: "REIN_KERNELS") }
    }

    /// Looked at once, as the kernels do.
    private static let environmentProblem: String? = {
        guard let text = getenv("REIN_KERNELS") else { return nil }
        let known = ["portable": REIN_KERNELS_PORTABLE, "avx2": REIN_KERNELS_AVX2, "avx512": REIN_KERNELS_AVX512]
        let available = known.filter { rein_kernels_table(Int32($0.value)) != nil }.keys.sortedByBytes
        let name = String(cString: text)
        guard !available.contains(name) else { return nil }
        let names = available.joined(separator: ", ")
        return known[name] != nil
            ? "this processor has no \(name); it has \(names)"
            : "there are no kernels \"\(name.shortened)\"; this processor has \(names)"
    }()

    /// How results may differ that were computed by another arithmetic before, in words; nil when they do not.
    public func difference(from before: Arithmetic) -> String? {
        guard self != before else { return nil }
        return
            "computed by \(before) before, by \(self) now: the last bits differ from those of a run that stayed there"
    }
}

extension Arithmetic: CustomStringConvertible {
    /// Kernels and library in words.
    public var description: String {
        let kernels =
            switch kernels {
            case .vector: "vector kernels"
            case .portable: "portable kernels"
            case .portableFused: "portable kernels with fused multiply-add"
            }
        return library.map { "\(kernels) and \($0)" } ?? kernels
    }
}

extension Arithmetic {
    /// Kernels and library, as they are saved.
    public var state: StateTree {
        var map: StateMap = ["kernels": .string(kernels.rawValue)]
        if let library { map["library"] = .string(library) }
        return .map(map)
    }

    /// Reads what was saved.
    ///
    /// - Throws: `StateError` for unknown keys and kernels.
    public init(from reader: StateReader) throws(StateError) {
        try reader.expectKeys(["kernels", "library"])
        let name = try reader.string("kernels")
        guard let kernels = Kernels(rawValue: name) else {
            let known = Kernels.allCases.map(\.rawValue).joined(separator: ", ")
            throw try reader.child("kernels").error(.outOfRange, "\"\(name.shortened)\" is none of \(known)")
        }
        self.init(kernels: kernels, library: try reader.optionalChild("library")?.string())
    }
}
