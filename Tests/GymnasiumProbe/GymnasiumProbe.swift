import ReinEnvironments
import ReinGymnasium

/// A trainer in a process of its own, for tests: it steps an environment until it is killed, and says when it has begun; or
/// it starts and stops workers, and says how many files are open before and after.
@main struct GymnasiumProbe {
    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments[1] == "leaks" { return try startAndStop(python: arguments[2]) }
        let lanes = try ProbedLanes(arguments[1], python: arguments[2])
        try lanes.reset()
        print("begun")
        flush()
        while true { try lanes.step() }
    }

    private static func startAndStop(python: String) throws {
        func round() throws {
            let lanes = try ProbedLanes("python:troubled_environments:make", python: python)
            try lanes.reset()
            for _ in 0..<30 { try lanes.step() }
        }
        try round()
        let before = settledFiles(atMost: 0)
        for _ in 0..<3 { try round() }
        print(before, settledFiles(atMost: before))
    }

    /// The number of open files, after workers had time to end.
    private static func settledFiles(atMost expected: Int) -> Int {
        var count = openFiles
        for _ in 0..<50 where count > expected {
            pause(milliseconds: 100)
            count = openFiles
        }
        return count
    }
}

/// Lanes of three workers.
struct ProbedLanes {
    private let vector: VectorEnvironment
    private let observations: UnsafeMutablePointer<Float>
    private let finals: UnsafeMutablePointer<Float>
    private let rewards = UnsafeMutablePointer<Double>.allocate(capacity: 3)
    private let statuses = UnsafeMutablePointer<Status>.allocate(capacity: 3)
    private let actions: UnsafeMutablePointer<Float>

    init(_ id: String, python: String) throws {
        vector = try EnvironmentSpecification.gymnasium(id, workers: 3, python: python).makeVector(count: 3, seed: 0)
        observations = .allocate(capacity: 3 * vector.observationSpace.count)
        finals = .allocate(capacity: 3 * vector.observationSpace.count)
        actions = .allocate(capacity: 3 * vector.actionSpace.width)
        actions.initialize(repeating: 0, count: 3 * vector.actionSpace.width)
    }

    func reset() throws { try vector.reset(0..<3, observations: observations) }

    func step() throws {
        try vector.step(
            0..<3, actions: actions, observations: observations, finalObservations: finals, rewards: rewards,
            statuses: statuses)
    }
}
