import ArgumentParser
import Rein
import ReinGymnasium

/// `rein check-environment`: whether one can train in an environment.
struct CheckEnvironmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-environment",
        abstract: "Say what is wrong with an environment, and how many steps a second it takes.",
        discussion: """
            Copies of the environment take random valid actions. Observations and rewards must be finite, observations \
            within their space; masks must leave a choice; a seed must give the same episodes again, also beside other \
            copies; and copies must go on from a saved state with the same bits. The exit code is 0 when all is well, \
            warnings aside, and otherwise 1, with what is wrong on standard error.

              rein check-environment CartPole-v1
              rein check-environment TicTacToe-v3 --steps 200 --json
              rein check-environment gymnasium:HalfCheetah-v5 --python .venv/bin/python

            Of an environment of Python it is also said what the checker of Gymnasium or PettingZoo finds.
            """)

    @Argument(help: "The environment; rein environments lists those that are registered.")
    var environment: EnvironmentArgument

    @OptionGroup(title: "Environments outside of this program") var outside: EnvironmentOptions

    @Option(
        parsing: .unconditional, help: "The number of steps of each copy, in each of several runs. (default: 1000)",
        transform: WholeNumber.count)
    var steps = 1_000

    @Option(
        parsing: .unconditional, help: "The seed of the first copy and of the actions. (default: 0)",
        transform: WholeNumber.seed)
    var seed = 0

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let settings = try outside.settings()
        let environment = try asUsageError {
            try TrainingEnvironment(named: self.environment.id, settings: settings)
        }
        let checker = VectorChecker(steps: steps, seed: UInt64(seed))
        let report =
            switch environment {
            case .singleAgent(let specification):
                Report(
                    problems: try checker.problems(in: specification), complaints: try complaints(settings),
                    stepsPerSecond: try checker.stepsPerSecond(of: specification))
            case .multiAgent(let specification):
                Report(
                    problems: try checker.problems(in: specification), complaints: try complaints(settings),
                    stepsPerSecond: try checker.stepsPerSecond(of: specification))
            }
        try Self.write(report, on: environment, asJSON: json)
    }

    /// What a checker in Python says of an environment that lives there; nothing of others.
    private func complaints(_ settings: StateMap) throws -> [PythonComplaint] {
        let provider = GymnasiumProvider()
        guard let scheme = environment.id.split(separator: ":").first, environment.id.contains(":"),
            provider.schemes.contains(String(scheme))
        else { return [] }
        return try provider.complaints(about: environment.id, settings: settings)
    }

    /// What there is to say of an environment.
    struct Report {
        let problems: [EnvironmentProblem]
        /// What a checker in Python says.
        var complaints: [PythonComplaint] = []
        /// Of 16 copies under one thread; nil where there are none.
        let stepsPerSecond: Double?
        /// Whether there is nothing wrong; there may be warnings.
        var isSound: Bool { problems.allSatisfy(\.isWarning) && complaints.allSatisfy(\.isWarning) }
        /// All that is wrong, in words; warnings for themselves.
        func words(warnings: Bool) -> [String] {
            problems.filter { $0.isWarning == warnings }.map(\.description)
                + complaints.filter { $0.isWarning == warnings }.map {
                    "\($0.isWarning ? "warning" : "error"): the checker in Python says: \($0.message)"
                }
        }
    }

    /// Writes a report.
    ///
    /// - Throws: `ExitCode` when something is wrong with the environment.
    static func write(_ report: Report, on environment: TrainingEnvironment, asJSON: Bool) throws {
        if asJSON {
            try StandardStream.output.writeLine(JSON.text(tree(report, environment), pretty: true))
        } else {
            try StandardStream.output.writeLine(text(report, environment))
            for problem in report.words(warnings: false) { try StandardStream.error.writeLine(problem) }
        }
        if !report.isSound { throw ExitCode(ExitStatus.failed) }
    }

    /// What the environment is, and what is well or doubtful.
    static func text(_ report: Report, _ environment: TrainingEnvironment) -> String {
        let words = EnvironmentDescription(environment)
        var table = TextTable()
        table.add(["environment", environment.id])
        if let agents = words.agents { table.add(["agents", agents.map(\.description).joined(separator: ", ")]) }
        table.add(["observations", words.observations])
        if let parts = words.parts { table.add(["parts", parts]) }
        table.add(["actions", words.actions])
        table.add(["masks", environment.masksActions ? "yes" : "no"])
        table.add(["time limit", words.timeLimit])
        if let speed = report.stepsPerSecond {
            table.add(["steps per second", "\(Wording.grouped(Int(min(speed, 1e15)))), 16 copies under one thread"])
        }
        let warnings = report.words(warnings: true)
        let errors = report.words(warnings: false).count
        let verdict = errors == 0 ? "good" : Wording.count(errors, "error", "errors")
        let remark = warnings.isEmpty ? "" : ", \(Wording.count(warnings.count, "warning", "warnings"))"
        table.add(["verdict", verdict + remark])
        return ([table.text()] + warnings).joined(separator: "\n")
    }

    /// The same as data.
    private static func tree(_ report: Report, _ environment: TrainingEnvironment) -> StateTree {
        var map = EnvironmentDescription(environment).map
        map["isSound"] = .bool(report.isSound)
        map["problems"] = .list(
            report.problems.map { problem in
                [
                    "kind": .string(problem.kind.rawValue), "isWarning": .bool(problem.isWarning),
                    "message": .string(problem.message),
                ]
            })
        if !report.complaints.isEmpty {
            map["complaintsOfPython"] = .list(
                report.complaints.map { ["isWarning": .bool($0.isWarning), "message": .string($0.message)] })
        }
        map["stepsPerSecond"] = report.stepsPerSecond.map { .double($0) } ?? StateTree.null
        return .map(map)
    }
}
