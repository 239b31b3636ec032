import ReinTestSupport
import Testing

@testable import ReinExport

/// What compilers of C and C++ make of the headers of all policies.
///
/// A header is compiled without a word of the compiler, or the test fails.
struct CProgramTests {
    @Test(
        "A program in C acts as all policies do", .enabled(if: !CCompiler.all.isEmpty, CCompiler.missing),
        arguments: CCompiler.all)
    func inC(_ compiler: CCompiler) throws {
        try expectSame(Self.policies(), compiler, .c99, ["-O1"])
    }

    @Test(
        "A program in C++ acts as all policies do", .enabled(if: !CCompiler.all.isEmpty, CCompiler.missing),
        arguments: CCompiler.all)
    func inCxx(_ compiler: CCompiler) throws {
        try expectSame(Self.policies(), compiler, .cxx11, ["-O0"])
    }

    @Test(
        "Nothing but the arguments is read and written, and nothing done that C leaves undefined",
        .enabled(if: !CCompiler.sanitizing.isEmpty, "no compiler has sanitizers"), arguments: CCompiler.sanitizing)
    func sanitized(_ compiler: CCompiler) throws {
        try expectSame(SamplePolicy.all, compiler, .c99, CCompiler.sanitizers)
    }

    /// Every kind of policy, and all that other programs have saved.
    private static func policies() throws -> [SamplePolicy] {
        try SamplePolicy.all + SamplePolicy.fromRLlib() + SamplePolicy.fromStableBaselines3()
    }

    private func expectSame(
        _ policies: [SamplePolicy], _ compiler: CCompiler, _ language: CCompiler.Language, _ options: [String]
    ) throws {
        try withTemporaryDirectory { directory in
            let headers = try HeaderProgram(policies, in: directory)
            let program = try compiler.build(language, options, [headers.source], in: directory)
            let inputs = policies.map { PolicyInput($0.policy, name: $0.description) }
            let (status, message, bytes) = try headers.run(program, inputs)
            #expect(status == 0 && message.isEmpty, "status \(status): \(message)")
            var results = PolicyResults(bytes)
            let differences = zip(policies, inputs).compactMap { results.difference(from: $0, $1) }
            #expect(differences.isEmpty, "\(differences.count) policies, first \(differences.first ?? "none")")
            #expect(results.rest.isEmpty)
        }
    }
}
