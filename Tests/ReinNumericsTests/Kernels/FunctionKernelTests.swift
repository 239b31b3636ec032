import CReinKernels
import ReinNumerics
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A function of the kernels, what it should be, and how far it may be off.
private struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bound: Double
    let kernel: @Sendable (rein_kernel_table) -> (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int64) -> Void
    let exact: @Sendable (Double) -> Double

    static let all = [
        Function(testDescription: "tanh", bound: 2.5, kernel: { $0.tanh }, exact: { tanh($0) }),
        Function(testDescription: "exp", bound: 1.1, kernel: { $0.exp }, exact: { exp($0) }),
        Function(testDescription: "log", bound: 1, kernel: { $0.log }, exact: { log($0) }),
        Function(testDescription: "sigmoid", bound: 2.5, kernel: { $0.sigmoid }, exact: { 1 / (1 + exp(-$0)) }),
    ]

    func apply(_ variant: KernelVariant, _ x: [Float]) -> [Float] {
        var y = [Float](repeating: 9, count: x.count)
        kernel(variant.functions)(x, &y, Int64(x.count))
        return y
    }
}

@Suite("Functions of single elements")
struct FunctionKernelTests {
    @Test("Errors stay within their bounds over all magnitudes", arguments: Function.all, KernelVariant.available)
    fileprivate func accuracy(function: Function, variant: KernelVariant) {
        // Every 60,013th float of all bit patterns, and a dense sweep where the functions bend.
        var x = stride(from: UInt32(0), to: UInt32.max - 60_013, by: 60_013).map(Float.init(bitPattern:))
        x += (-12_000...12_000).map { Float($0) / 1_000 }
        let y = function.apply(variant, x)
        var worst = 0.0
        var place = Float(0)
        for (x, y) in zip(x, y) {
            let exact = function.exact(Double(x))
            let rounded = Float(exact)
            if rounded.isNaN || rounded.isInfinite {
                if y != rounded && !(y.isNaN && rounded.isNaN) { (worst, place) = (.infinity, x) }
                continue
            }
            let unit = max(Double(rounded.magnitude.ulp), Double(Float.leastNonzeroMagnitude))
            let error = abs(Double(y) - exact) / unit
            if !(error <= worst) { (worst, place) = (error, x) }
        }
        #expect(worst <= function.bound, "\(worst) units at \(place)")
    }

    @Test("Special values give what mathematics says", arguments: KernelVariant.available)
    func specialValues(variant: KernelVariant) {
        let x: [Float] = [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, 200, -200, 1]
        func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
        #expect(bits(Function.all[0].apply(variant, x)).prefix(7) == bits([0, -0.0, 1, -1, x[4], 1, -1])[...])
        #expect(bits(Function.all[1].apply(variant, x)).prefix(7) == bits([1, 1, .infinity, 0, 1, .infinity, 0])[...])
        #expect(Function.all[1].apply(variant, [-100])[0] == Float(exp(-100.0)))
        let logarithms = Function.all[2].apply(variant, x)
        #expect(logarithms[0] == -.infinity && logarithms[1] == -.infinity && logarithms[2] == .infinity)
        #expect(logarithms[3].isNaN && logarithms[6].isNaN && logarithms[7] == 0)
        #expect(Function.all[3].apply(variant, x).prefix(4) == [0.5, 0.5, 1, 0])
        for function in Function.all { #expect(function.apply(variant, [.nan])[0].isNaN, "\(function)") }
    }

    @Test("Lengths of every kind are filled, and nothing beyond", arguments: Function.all, KernelVariant.available)
    fileprivate func lengths(function: Function, variant: KernelVariant) {
        let kernel = function.kernel(variant.functions)
        let whole = GuardedFloats(65, seed: 2)
        let expected = GuardedFloats(65)
        kernel(whole.pointer, expected.pointer, 65)
        for length in awkwardLengths {
            let x = GuardedFloats(length, seed: 2)
            let y = GuardedFloats(length)
            kernel(x.pointer, y.pointer, Int64(length))
            #expect(y.bits == Array(expected.bits.prefix(length)) && y.isIntact && x.isIntact)
            kernel(x.pointer, x.pointer, Int64(length))
            #expect(x.bits == y.bits, "in place")
        }
    }

    @Test("AVX2 and AVX-512 give the same bits, the portable variant the same within 1e-5", arguments: Function.all)
    fileprivate func variantsAgree(function: Function) {
        let x = (0..<20_000).map { Float($0 - 10_000) / 700 }
        let portable = function.apply(.portable, x)
        let fused = KernelVariant.fused.map { function.apply($0, x) }
        for values in fused {
            #expect(values.map(\.bitPattern) == fused[0].map(\.bitPattern))
            #expect(zip(values, portable).allSatisfy { $0 == $1 || $0.isNaN || abs($0 - $1) <= 1e-5 * max(1, abs($0)) })
        }
    }
}

@Suite("Activations")
struct ActivationKernelTests {
    static let slopes: [(Int, @Sendable (Double) -> Double, @Sendable (Double) -> Double)] = [
        (REIN_IDENTITY, { $0 }, { _ in 1 }),
        (REIN_TANH, { tanh($0) }, { 1 - tanh($0) * tanh($0) }),
        (REIN_RELU, { max(0, $0) }, { $0 > 0 ? 1 : 0 }),
        (
            REIN_SILU, { $0 / (1 + exp(-$0)) },
            { z in
                let s = 1 / (1 + exp(-z))
                return s * (1 + z * (1 - s))
            }
        ),
        (REIN_ELU, { $0 > 0 ? $0 : expm1($0) }, { $0 > 0 ? 1 : exp($0) }),
        (REIN_LEAKY_RELU, { $0 > 0 ? $0 : 0.01 * $0 }, { $0 > 0 ? 1 : 0.01 }),
        (
            REIN_GELU, { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) },
            { 0.5 * erfc(-$0 / 2.0.squareRoot()) + $0 * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot() }
        ),
        (REIN_SIGMOID, { 1 / (1 + exp(-$0)) }, { exp(-abs($0)) / ((1 + exp(-abs($0))) * (1 + exp(-abs($0)))) }),
    ]

    @Test("Bias, activation and slope are those of double precision", arguments: KernelVariant.available)
    func againstDoublePrecision(variant: KernelVariant) {
        let functions = variant.functions
        for (activation, value, slope) in Self.slopes {
            for columns in awkwardLengths where columns > 0 {
                let rows = 3
                let count = rows * columns
                let y = GuardedFloats(count, seed: 4)
                let sums = y.values
                let b = GuardedFloats(columns, seed: 6)
                let z = GuardedFloats(count)
                let d = GuardedFloats(count, seed: 8)
                let gradients = d.values
                functions.activation_forward(
                    y.pointer, b.pointer, z.pointer, Int64(rows), Int64(columns), rein_activation(activation))
                let saved = activation == REIN_SILU || activation == REIN_GELU ? z : y
                functions.activation_backward(d.pointer, saved.pointer, Int64(count), rein_activation(activation))
                #expect(y.isIntact && z.isIntact && d.isIntact && b.isIntact)
                for index in 0..<count {
                    let sum = sums[index] + b.values[index % columns]
                    #expect(z.values[index] == sum)
                    #expect(abs(Double(y.values[index]) - value(Double(sum))) < 1e-6)
                    #expect(abs(Double(d.values[index]) - Double(gradients[index]) * slope(Double(sum))) < 1e-6)
                }
            }
        }
    }

    @Test("ELU keeps its digits near zero, and its bounds far from it", arguments: KernelVariant.available)
    func exponentialLinearUnit(variant: KernelVariant) {
        let z: [Float] = [
            -1e-30, -1e-7, -3e-4, -0.3, -0.7, -5, -17, -100, -3e38, -.infinity, 0, -0.0, 1e-30, 200, .infinity, .nan,
        ]
        let y = GuardedFloats(z.count)
        for (index, value) in z.enumerated() { y.pointer[index] = value }
        variant.functions.activation_forward(y.pointer, nil, nil, 1, Int64(z.count), rein_activation(REIN_ELU))
        #expect(y.isIntact)
        for (argument, result) in zip(z, y.values) {
            let expected = argument > 0 ? Double(argument) : expm1(Double(argument))
            let agrees = abs(Double(result) - expected) <= 2e-7 * abs(expected)
            #expect(Double(result) == expected || agrees || (result.isNaN && argument.isNaN), "\(argument): \(result)")
        }
    }

    @Test("GELU and its slope are exact to a few units over all sums", arguments: KernelVariant.available)
    func gaussianErrorLinearUnit(variant: KernelVariant) {
        // In the far tail the portable variant loses digits of the square; nobody could tell such numbers from 0.
        let tolerance = variant.testDescription == "portable" ? 6e-6 : 8e-7
        var z = (-20_000...20_000).map { Float($0) / 1_000 }
        z += [-1e-30, 1e-30, -0.0, -3e38, 3e38, -.infinity, .infinity, .nan]
        let y = GuardedFloats(z.count)
        let d = GuardedFloats(z.count, value: 1)
        for (index, value) in z.enumerated() { y.pointer[index] = value }
        variant.functions.activation_forward(y.pointer, nil, nil, 1, Int64(z.count), rein_activation(REIN_GELU))
        z.withUnsafeBufferPointer {
            variant.functions.activation_backward(d.pointer, $0.baseAddress, Int64(z.count), rein_activation(REIN_GELU))
        }
        #expect(y.isIntact && d.isIntact)
        for (argument, (result, slope)) in zip(z, zip(y.values, d.values)) {
            guard !argument.isNaN else {
                #expect(result.isNaN && slope.isNaN)
                continue
            }
            guard argument.isFinite else {
                #expect(result == max(argument, 0) && slope == (argument > 0 ? 1 : 0))
                continue
            }
            let x = Double(argument)
            let probability = 0.5 * erfc(-x / 2.0.squareRoot())
            let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
            let value = x * probability
            #expect(abs(Double(result) - value) <= tolerance * abs(value) + 1e-37, "\(argument): \(result)")
            #expect(abs(Double(slope) - (probability + x * density)) <= 3e-7, "\(argument): \(slope)")
        }
    }

    @Test("The Swift names of activations mean the same to the C kernels")
    func swiftDoor() {
        let z: [Float] = [-1, 2]
        for (activation, value) in [
            (Activation.identity, [-1, 2]), (.relu, [0, 2]), (.tanh, [-0.761594, 0.964028]),
            (.silu, [-0.268941, 1.761594]), (.elu, [-0.632121, 2]), (.leakyReLU, [-0.01, 2]),
            (.gelu, [-0.158655, 1.954500]), (.sigmoid, [0.268941, 0.880797]),
        ] as [(Activation, [Float])] {
            var y = z
            Kernels.activate(&y, bias: nil, rows: 1, columns: 2, activation: activation)
            #expect(agree(y, value))
        }
    }
}
