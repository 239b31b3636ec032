public import ReinCheckpoints
public import ReinEnvironments

/// What a checker in Python says of an environment.
public struct PythonComplaint: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, in the checker's words.
    public let message: String
    /// Whether the environment may be right all the same.
    public let isWarning: Bool

    /// The message.
    public var description: String { message }
}

extension GymnasiumProvider {
    /// What the checkers of Gymnasium or PettingZoo say of an environment that is made for them, and what random steps show.
    ///
    /// - Parameters:
    ///   - id: the whole name, with its scheme.
    ///   - settings: what there is to say about it.
    ///   - steps: the number of random steps.
    /// - Throws: `EnvironmentError` as ``environment(_:settings:record:)``, and when the checker itself fails.
    public func complaints(
        about id: String, settings: StateMap = [:], steps: Int = 200
    ) throws(EnvironmentError) -> [PythonComplaint] {
        try GymnasiumEnvironment(id, Self.settings(settings, of: id), recordedInterpreter: nil).complaints(steps: steps)
    }
}

extension GymnasiumEnvironment {
    /// What checkers in Python say of the environment.
    ///
    /// - Throws: `EnvironmentError` when they fail.
    func complaints(steps: Int) throws(EnvironmentError) -> [PythonComplaint] {
        do throws(WorkerFailure) {
            guard let worker = try idle.take(1).first else { return [] }
            try worker.send(["check": ["steps": .int(Int64(steps))]])
            let answer = try worker.receive("checked")
            do throws(StateError) {
                var complaints: [PythonComplaint] = []
                for problem in try answer.list("problems") {
                    let severity = try problem.string("severity")
                    let message = try problem.string("message").cleanLines.joined(separator: "\n")
                    complaints.append(PythonComplaint(message: message, isWarning: severity != "error"))
                }
                idle.giveBack(worker)
                return complaints
            } catch { throw worker.end(breaking: "\(error)") }
        } catch { throw self.error(error) }
    }
}
