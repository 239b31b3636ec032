import ReinCheckpoints

/// The error that a body throws, which must be one of Rein's.
func stateError(_ body: () throws -> Void) -> StateError? {
    do { try body() } catch { return error as? StateError }
    return nil
}
