import Rein
import Testing

@testable import ReinCommand

@Suite("rein check-environment")
struct CheckEnvironmentTests {
    @Test("What comes with Rein is good", arguments: EnvironmentsTests.builtIn)
    func builtIn(id: String) throws {
        let output = try Scratch().done(["check-environment", id, "--steps", "120", "--seed", "3"]).output
        #expect(output.hasPrefix("environment       \(id)\n"), "\(output)")
        #expect(output.contains("\nverdict           good"), "\(output)")
        #expect(output.contains("\nsteps per second  "))
    }

    @Test("The text says spaces, agents, masks and limits, and warnings")
    func text() throws {
        let cartPole = try Scratch().done(["check-environment", "CartPole-v1", "--steps", "50"]).output
        let lines = cartPole.split(separator: "\n")
        #expect(lines.contains("observations      box [4]"))
        #expect(lines.contains("actions           discrete, 2 actions"))
        #expect(lines.contains("masks             no"))
        #expect(lines.contains("time limit        500"))
        #expect(lines.last == "verdict           good")
        let game = try Scratch().done(["check-environment", "TicTacToe-v3", "--steps", "50"]).output
        #expect(game.contains("agents            player_1, player_2"))
        #expect(game.contains("masks             yes"))
        #expect(game.contains("verdict           good, 1 warning\nwarning: seeds 0 to 3 gave the same episodes"))
    }

    @Test("The JSON document has the description and the verdict")
    func json() throws {
        let outcome = try Scratch().done(["check-environment", "TicTacToe-v3", "--steps", "50", "--json"])
        let report = try document(outcome.output)
        #expect(try report.string("id") == "TicTacToe-v3")
        #expect(try report.bool("isSound") && report.bool("masksActions"))
        #expect(try report.list("observationEncodings").map(\.tree) == [.null, .null])
        #expect(try report.double("stepsPerSecond") > 0)
        let problem = try #require(try report.list("problems").first)
        #expect(try problem.string("kind") == "ignoredSeed" && problem.bool("isWarning"))
    }

    /// Sees what is not in its space, and has parts.
    struct Astray: Environment {
        var time = 0
        var observationSpace: Box { Box(0...1, shape: [3]) }
        var actionSpace: ActionSpace { .discrete(2) }
        mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
            time = 0
            write(into: &observation)
        }
        mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
            time += 1
            write(into: &observation)
            return Step(reward: 0, status: time == 5 ? .truncated : .running)
        }
        private func write(into observation: inout ObservationRow) {
            for element in 0..<3 { observation[element] = Float(time) }
        }
    }

    @Test("What is wrong ends the command with exit code 1, and a warning does not")
    func unsound() throws {
        let encoding = try ObservationEncoding(parts: [
            ObservationPart(["clock", "time"], .numbers(shape: [])), ObservationPart(["echo"], .numbers(shape: [2])),
        ])
        let astray = EnvironmentSpecification(Astray.self, id: "Astray-v0", observationEncoding: encoding)
        let problems = try VectorChecker(steps: 20).problems(in: astray)
        let report = CheckEnvironmentCommand.Report(problems: problems, stepsPerSecond: 1e6)
        #expect(report.problems.map(\.kind) == [.observationOutsideSpace, .ignoredSeed])
        for asJSON in [false, true] {
            let error = #expect(throws: (any Error).self) {
                try CheckEnvironmentCommand.write(report, on: .singleAgent(astray), asJSON: asJSON)
            }
            #expect(error.map { "\($0)" } == "ExitCode(rawValue: 1)")
        }
        let sound = CheckEnvironmentCommand.Report(problems: report.problems.filter(\.isWarning), stepsPerSecond: nil)
        try CheckEnvironmentCommand.write(sound, on: .singleAgent(astray), asJSON: false)
        let text = CheckEnvironmentCommand.text(report, .singleAgent(astray))
        #expect(text.contains("parts             clock/time: 1 number; echo: 2 numbers\n"))
        #expect(text.contains("verdict           1 error, 1 warning\nwarning: seeds 1 to 4"), "\(text)")
    }

    @Test("Wrong names and numbers are wrong usage, and the names of others lead here")
    func usage() throws {
        let unknown = try Scratch().rein("check-environment", "CartPol-v1")
        #expect(unknown.code == 2)
        #expect(unknown.errors.contains("did you mean \"CartPole-v1\"?"))
        #expect(try Scratch().rein("check-environment", "CartPole-v1", "--steps", "0").code == 2)
        #expect(try Scratch().rein("check-environment").code == 2)
        for name in ["check_env", "check-env", "env_checker"] {
            let outcome = try Scratch().rein(name, "CartPole-v1")
            #expect(outcome.code == 2 && outcome.errors.contains("check-environment"), "\(outcome.errors)")
        }
    }
}
