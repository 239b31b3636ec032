import CReinKernels
import ReinCheckpoints
import Testing

@testable import ReinNumerics

@Suite("Who computes")
struct ArithmeticTests {
    @Test("The library takes part from matrices of 512 x 512 on, where the kernels are not those of AVX-512")
    func library() throws {
        #expect(Arithmetic(largestMatrix: 512 * 512 - 1).library == nil)
        let library = Arithmetic(largestMatrix: 512 * 512).library
        #expect((library == nil) == (rein_kernels_selected() == REIN_KERNELS_AVX512))
        if let library { #expect(library.wholeMatch(of: /OpenBLAS [0-9.]+\S* \S+/) != nil, "\(library)") }
    }

    @Test("AVX2 and AVX-512 are one arithmetic, the portable kernels are another")
    func kernels() {
        let portable = rein_kernels_selected() == REIN_KERNELS_PORTABLE
        #expect((Arithmetic(largestMatrix: 1).kernels == .vector) == !portable)
    }

    @Test("What is saved is read back, and what cannot be is refused")
    func saving() throws {
        for kernels in Arithmetic.Kernels.allCases {
            for library in [nil, "OpenBLAS 0.3.21 Haswell"] {
                let arithmetic = Arithmetic(kernels: kernels, library: library)
                #expect(try Arithmetic(from: StateReader(arithmetic.state)) == arithmetic)
            }
        }
        for broken: StateTree in [[:], ["kernels": "fast"], ["kernels": "vector", "vendor": "x"], ["kernels": 1]] {
            #expect(throws: StateError.self) { _ = try Arithmetic(from: StateReader(broken)) }
        }
    }

    @Test("A difference names both")
    func difference() throws {
        let vector = Arithmetic(kernels: .vector, library: nil)
        let other = Arithmetic(kernels: .vector, library: "OpenBLAS 0.3.21 Haswell")
        #expect(vector.difference(from: vector) == nil)
        let words = try #require(vector.difference(from: other))
        #expect(words.hasPrefix("computed by vector kernels and OpenBLAS 0.3.21 Haswell before, by vector kernels now"))
    }
}
