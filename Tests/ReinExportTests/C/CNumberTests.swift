import Foundation
import ReinNumerics
import ReinTestSupport
import Testing

@testable import ReinExport

/// Numbers in a header.
struct CNumberTests {
    @Test(
        "Compilers read numbers back to the last bit", .enabled(if: !CCompiler.all.isEmpty, CCompiler.missing),
        arguments: CCompiler.all)
    func exact(_ compiler: CCompiler) throws {
        var random = RandomStream(seed: 3, name: "numbers")
        var floats: [Float] = [
            0, -0.0, 1, 0.1, 1e-5, .leastNonzeroMagnitude, .leastNormalMagnitude, .infinity, -.infinity,
        ]
        floats += [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 16_777_216, 1e20, Float(0.1).nextUp]
        var doubles: [Double] = [0, -0.0, 0.1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e16, -.infinity]
        while floats.count < 2000 {
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            let double = Double(bitPattern: random.next())
            if float.isFinite { floats.append(float) }
            if double.isFinite { doubles.append(double) }
        }
        let integers = [0, 7, -7, Int(Int32.min), Int(Int32.max)]
        let text = """
            #include <math.h>
            #include <stdio.h>
            static const float floats[] = {\(floats.map { CNumber.text($0) }.joined(separator: ",\n"))};
            static const double doubles[] = {\(doubles.map { CNumber.text($0) }.joined(separator: ",\n"))};
            static const int integers[] = {\(integers.map { CNumber.text($0) }.joined(separator: ",\n"))};
            int main(void) {
                fwrite(floats, sizeof floats, 1, stdout);
                fwrite(doubles, sizeof doubles, 1, stdout);
                fwrite(integers, sizeof integers, 1, stdout);
                return 0;
            }

            """
        let expected =
            floats.withUnsafeBytes(Array.init) + doubles.withUnsafeBytes(Array.init)
            + integers.map { Int32($0) }.withUnsafeBytes(Array.init)
        try withTemporaryDirectory { directory in
            let source = "\(directory)/numbers.c"
            try text.write(toFile: source, atomically: false, encoding: .utf8)
            for language in CCompiler.Language.allCases {
                let (status, output) = try run(try compiler.build(language, ["-O0"], [source], in: directory))
                #expect(status == 0 && output == expected, "\(output.count) bytes of \(expected.count)")
            }
        }
    }

    @Test(
        "The tanh of a header is as exact as it says", .enabled(if: !CCompiler.all.isEmpty, CCompiler.missing),
        arguments: CCompiler.all)
    func hyperbolicTangent(_ compiler: CCompiler) throws {
        let exported = try #require(SamplePolicy.all.first { $0.description == "activation tanh" })
        let header = String(decoding: try exported.policy.exported(as: .c(prefix: "p")), as: UTF8.self)
        #expect(header.contains("within 4e-7 of the true one"))
        let text = """
            #include <stdio.h>
            #include "policy.h"
            int main(void) {
                double error = 0.0, largest = 0.0;
                for (float x = 1e-30f; x < 1e30f; x *= 1.00003f) {
                    const double y = p_tanh(x), true_one = tanh((double)x);
                    error = fmax(error, fabs(y / true_one - 1.0));
                    largest = fmax(largest, y);
                    if (p_tanh(-x) != -(float)y) return 1;
                }
                if (1.0f - p_tanh(INFINITY) > 4e-7f || p_tanh(0.0f) != 0.0f || !(p_tanh(NAN) != p_tanh(NAN))) return 2;
                return error < 4e-7 && largest <= 1.0 ? 0 : 3;
            }

            """
        try withTemporaryDirectory { directory in
            try header.write(toFile: "\(directory)/policy.h", atomically: false, encoding: .utf8)
            try text.write(toFile: "\(directory)/tanh.c", atomically: false, encoding: .utf8)
            #expect(try run(try compiler.build(.c99, ["-O1"], ["\(directory)/tanh.c"], in: directory)).status == 0)
        }
    }
}
