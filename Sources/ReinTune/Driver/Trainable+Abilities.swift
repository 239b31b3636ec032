import ReinCheckpoints

/// What trainables may be able to do, for one whose type is not known. Each does nothing, or says false, without the
/// conformance.
extension Trainable {
    mutating func logIfAble(_ result: StateMap) async throws {
        guard var able = self as? any ResultLogging else { return }
        try await able.log(result)
        if let changed = able as? Self { self = changed }
    }

    mutating func cleanUpIfAble() async throws {
        guard var able = self as? any Cleaning else { return }
        try await able.cleanUp()
        if let changed = able as? Self { self = changed }
    }

    mutating func resetIfAble(_ configuration: StateMap, _ context: TrainableContext) async throws -> Bool {
        guard var able = self as? any Resettable else { return false }
        try await able.reset(configuration: configuration, context: context)
        if let changed = able as? Self { self = changed }
        return true
    }
}
