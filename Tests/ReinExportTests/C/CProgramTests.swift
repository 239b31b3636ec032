import ReinTestSupport
import Testing

@testable import ReinExport

/// What compilers of C and C++ make of the headers of all policies.
struct CProgramTests {
    /// Every kind of policy, and all that other programs have saved.
    private static func policies() throws -> [ExportedPolicy] {
        try ExportedPolicy.all + ExportedPolicy.fromRLlib() + ExportedPolicy.fromStableBaselines3()
    }

    @Test(
        "A program in C acts as all policies do", .enabled(if: !CCompiler.all.isEmpty, CCompiler.missing),
        arguments: CCompiler.all)
    func all(_ compiler: CCompiler) throws {
        try withTemporaryDirectory { directory in
            let policies = try Self.policies()
            let program = try HeaderProgram(policies, in: directory)
            #expect(try compiler.remarks(.c99, ["-O1", "-o", "\(directory)/program"], source: program.source) == nil)
            try expectSame(program, "\(directory)/program")
        }
    }

    private func expectSame(_ program: HeaderProgram, _ path: String) throws {
        let inputs = program.policies.map { PolicyInput($0.policy, name: $0.description) }
        let (status, message, results) = try program.run(path, inputs)
        #expect(status == 0 && message.isEmpty, "status \(status): \(message)")
        var rest = PolicyResults(results)
        for (exported, input) in zip(program.policies, inputs) {
            let difference = rest.difference(from: exported, input)
            #expect(difference == nil)
            if difference != nil { return }
        }
        #expect(rest.rest.isEmpty)
    }
}
