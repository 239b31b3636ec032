import Foundation
import Rein
import Testing

@Suite("Who computes")
struct ArithmeticTests {
    @Test("Kernels that there are not are an error of every command, which lists those there are")
    func unknownKernels() throws {
        let scratch = try Scratch()
        for arguments in [["train"], ["environments"], ["verify", "nothing"]] {
            let outcome = try CommandProcess(
                arguments, in: scratch.directory, environment: ["REIN_KERNELS": "nonsense"]
            ).wait()
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains("REIN_KERNELS: there are no kernels \"nonsense\"; this processor has"))
            #expect(outcome.errors.contains("portable"))
        }
        #expect(!scratch.exists("runs"))
    }

    @Test("A run that goes on with other kernels says so, and one with the same kernels does not")
    func otherKernels() throws {
        let scratch = try Scratch()
        let portable = ["REIN_KERNELS": "portable"]
        func train(_ arguments: [String], _ environment: [String: String]) throws -> String {
            let outcome = try CommandProcess(
                ["train"] + arguments, in: scratch.directory, environment: environment
            ).wait()
            try #require(outcome.code == 0, "\(outcome.errors)")
            return outcome.errors
        }
        let words = "computed by portable kernels"
        let begun = try train(["--output", "run", "--stop-steps", "32"] + Scratch.tiny, portable)
        #expect(!begun.contains(words))
        let same = try train(["--resume", "run", "--stop-steps", "64"], portable)
        #expect(!same.contains(words))
        let isPortable = Arithmetic(largestMatrix: 1).kernels != .vector
        let other = try train(["--resume", "run", "--stop-steps", "96"], [:])
        #expect(other.contains(words) != isPortable)
        // From here on the run is one of these kernels.
        #expect(try !train(["--resume", "run", "--stop-steps", "128"], [:]).contains(words))
    }

    @Test("Checkpoints say who computed, those that do not are restored all the same")
    func record() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        try scratch.done(["convert-checkpoint", "run", "msgpack", "--to", "msgpack"])
        for place in ["run/checkpoint_000000", "msgpack"] {
            let algorithm = try PPO(restoring: scratch.path(place))
            #expect(algorithm.earlierArithmetic == algorithm.arithmetic)
            #expect(algorithm.arithmetic == Arithmetic(largestMatrix: 1))
        }
        let new = try PPO(environment: CartPole.self)
        #expect(new.earlierArithmetic == nil)
    }
}
