public import ReinCheckpoints

/// A trainable that can begin again with other settings, without being made anew: worth it when that takes long.
public protocol Resettable: Trainable {
    /// Begins again, as a new one with these settings would.
    ///
    /// - Throws: what is wrong with the settings; everything should then be as it was.
    mutating func reset(configuration: StateMap, context: TrainableContext) async throws
}
