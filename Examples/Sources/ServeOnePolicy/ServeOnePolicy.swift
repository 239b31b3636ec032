import Rein

/// Restores one policy of a checkpoint, without environment or optimizer, and lets it act.
///
///     swift run ServeOnePolicy CHECKPOINT [POLICY]
@main
struct ServeOnePolicy {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1 else {
            print("usage: ServeOnePolicy CHECKPOINT [POLICY]")
            return
        }
        let id = arguments.count > 2 ? try PolicyID(arguments[2]) : nil
        let policy = try Policy(restoring: arguments[1], id: id)
        let observation = [Float](repeating: 0, count: policy.observationSpace.count)
        print("action for zeros:", policy.action(for: observation))
        print("outputs:", policy.outputs(for: observation))
    }
}
