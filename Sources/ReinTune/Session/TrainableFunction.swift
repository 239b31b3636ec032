public import ReinCheckpoints

/// A trainable that is a function: it trains in a loop of its own and reports when it likes to.
///
///     let training: TrainableFunction = { configuration, session in
///         var weight = try session.checkpoint?.dictionary()["weight"]?.number ?? 0
///         while weight < 1 {
///             weight += 0.1
///             try await session.report(["weight": .double(weight)], checkpoint: Checkpoint(dictionary: [...]))
///         }
///         return nil
///     }
///
/// What it returns is reported as its last result, also when it is empty; nil is none.
public typealias TrainableFunction = @Sendable (StateMap, TrainableSession) async throws -> StateMap?

extension TrainableDefinition {
    /// Names a function.
    public init(named name: String, _ function: @escaping TrainableFunction) {
        self.init(name: name, style: .function) { configuration, context in
            FunctionTrainable(name: name, function, configuration: configuration, context: context)
        }
    }
}
