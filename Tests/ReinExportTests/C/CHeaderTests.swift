import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinExport

/// The text of a header.
struct CHeaderTests {
    @Test("The header of a small policy is the recorded one")
    func golden() throws {
        let url = try #require(Bundle.module.url(forResource: "small", withExtension: "h", subdirectory: "Fixtures"))
        let text = String(decoding: try Self.small().exported(as: .c, id: "small one"), as: UTF8.self)
        let recorded = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        #expect(text == recorded.replacing("rein 0.1.0", with: "rein \(ReinVersion.current)"))
    }

    /// A policy of numbers that come from no function whose last bit is another on another machine.
    private static func small() throws -> Policy {
        let actions = Discrete(3, start: 5)
        let distribution = ActionDistribution(for: .discrete(actions))
        var network = ActorCritic(ActorCriticArchitecture(inputs: 2, outputs: 3, hidden: [4], value: .none))
        for index in network.parameters.indices { network.parameters[index] = Float(index * 37 % 64 - 32) / 16 }
        var moments = RunningMoments(width: 2)
        moments.update([1, 2, 3, 6], count: 2)
        return try Policy(
            observationSpace: Box(-9...9, shape: [2]), actionSpace: .discrete(actions), distribution: distribution,
            network: network, observationNormalizer: ObservationNormalizer(moments: moments))
    }

    @Test("Names and the id are all that two headers of a policy differ in")
    func prefixes() throws {
        for exported in SamplePolicy.all {
            let first = String(decoding: try exported.policy.exported(as: .c, id: "first"), as: UTF8.self)
            let second = String(
                decoding: try exported.policy.exported(as: .c(prefix: "second"), id: "first"), as: UTF8.self)
            #expect(first != second)
            #expect(
                first.replacing("first_", with: "second_").replacing("the prefix first", with: "the prefix second")
                    == second)
        }
    }

    @Test(
        "Policies with one prefix are an error where they meet, and a header that is there twice is none",
        .enabled(if: !CCompiler.all.isEmpty, CCompiler.missing), arguments: CCompiler.all)
    func onePrefix(_ compiler: CCompiler) throws {
        let policies = SamplePolicy.all.filter { ["activation elu", "activation relu"].contains($0.description) }
        #expect(policies.count == 2)
        try withTemporaryDirectory { directory in
            for (place, exported) in policies.enumerated() {
                try Data(exported.policy.exported(as: .c, id: "same")).write(
                    to: URL(fileURLWithPath: "\(directory)/\(place).h"))
            }
            let source = "\(directory)/program.c"
            func build(_ headers: [Int]) throws {
                let includes = headers.map { "#include \"\($0).h\"\n" }.joined()
                try (includes + "int main(void) { return 0; }\n").write(
                    toFile: source, atomically: true, encoding: .utf8)
                _ = try compiler.build(.c99, ["-O0"], [source], in: directory)
            }
            try build([0, 0])
            let remark = try #require(throws: CCompiler.Remark.self) { try build([0, 1]) }
            #expect(remark.description.contains("two policies have the prefix same"))
        }
    }

    @Test(
        "The program in the comment acts", .enabled(if: !CCompiler.all.isEmpty, CCompiler.missing),
        arguments: CCompiler.all)
    func example(_ compiler: CCompiler) throws {
        for name in [
            "categorical that counts from 5", "multi-categorical", "LSTM with masks and a normaliser", "rescale",
        ] {
            let exported = try #require(SamplePolicy.all.first { $0.description == name })
            let header = String(decoding: try exported.policy.exported(as: .c, id: "an example"), as: UTF8.self)
            let lines = header.split(separator: "\n", omittingEmptySubsequences: false)
            let start = try #require(lines.firstIndex { $0.hasSuffix("#include <stdio.h>") })
            let end = try #require(lines[start...].firstIndex(of: "*/"))
            #expect(end - start == 10)
            let observation = (0..<exported.policy.observationSpace.count).map { 1.5 - Float($0) }
            try withTemporaryDirectory { directory in
                try header.write(toFile: "\(directory)/policy.h", atomically: false, encoding: .utf8)
                let text = lines[start..<end].joined(separator: "\n") + "\n"
                try text.write(toFile: "\(directory)/example.c", atomically: false, encoding: .utf8)
                // A second file of the program has the header, too, and calls nothing.
                let other = "#include \"policy.h\"\nextern int other;\nint other = 0;\n"
                try other.write(toFile: "\(directory)/other.c", atomically: false, encoding: .utf8)
                for language in CCompiler.Language.allCases {
                    let sources = ["\(directory)/example.c", "\(directory)/other.c"]
                    let program = try compiler.build(language, ["-O0"], sources, in: directory)
                    let input = observation.map { "\($0)" }.joined(separator: " ")
                    let (status, output) = try run(program, input: input)
                    let numbers = String(decoding: output, as: UTF8.self).split(separator: "\n").map {
                        Float($0) ?? .nan
                    }
                    #expect(status == 0)
                    expectSame(numbers, exported.policy.action(for: observation), exported.policy)
                }
            }
        }
    }

    private func expectSame(_ found: [Float], _ action: Action, _ policy: Policy) {
        switch action {
        case .discrete(let index):
            guard case .discrete(let space) = policy.actionSpace else { return }
            #expect(found == [Float(space.number(ofIndex: index))])
        case .multiDiscrete(let choices): #expect(found == choices.map(Float.init))
        case .continuous(let elements):
            #expect(found.count == elements.count)
            // Six digits are printed.
            for (one, other) in zip(found, elements) { #expect(abs(one - other) <= 1e-5 * max(1, abs(other))) }
        }
    }

    @Test("The comment says what observations that are made of indices look like")
    func indices() throws {
        var policy = SamplePolicy.all[0].policy
        policy.observationEncoding = .oneHot(counts: [3])
        let text = String(decoding: try policy.exported(as: .c), as: UTF8.self)
        #expect(text.contains("obs      3 numbers: for an index of 3 values, 1 there and 0 elsewhere\n"))
        policy.observationEncoding = .oneHot(counts: [1, 2])
        let other = String(decoding: try policy.exported(as: .c), as: UTF8.self)
        #expect(other.contains("obs      3 numbers: for indices of 1 + 2 values, 1 there and 0 elsewhere\n"))
    }

    @Test("The comment lists the parts of observations, and no name ends it")
    func parts() throws {
        var policy = SamplePolicy("parts", .discrete(2), observations: [6]).policy
        policy.observationEncoding = try ObservationEncoding(parts: [
            ObservationPart(["position"], .numbers(shape: [2])),
            ObservationPart(["go*/al", "\n"], .oneHot(counts: [3], starts: [1])),
            ObservationPart(["flag"], .binary(shape: [])),
        ])
        let text = String(decoding: try policy.exported(as: .c), as: UTF8.self)
        #expect(
            text.contains(
                """
                   obs      6 numbers, side by side:
                                0 to 1: position: 2 numbers
                                2 to 4: go\\u{2a}/al/\\u{a}: one of 3 from 1 on, 1 there and 0 elsewhere
                                5: flag: 1 bit
                   mask
                """), "\(text.prefix(2000))")
    }

    @Test("Actions that C's int does not hold are an error")
    func farActions() throws {
        for start in [Int(Int32.max) - 2, Int(Int32.min) - 1, Int.min, Int.max - 3] {
            let policy = SamplePolicy("far", .discrete(Discrete(4, start: start))).policy
            let error = #expect(throws: StateError.self) { try policy.exported(as: .c) }
            #expect(error?.message == "the actions \(start) to \(start + 3) are not all of C's type int")
        }
        for start in [Int(Int32.max) - 3, Int(Int32.min)] {
            _ = try SamplePolicy("far", .discrete(Discrete(4, start: start))).policy.exported(as: .c)
        }
    }
}
