public import Foundation
public import Rein
public import ReinInterop

extension StableBaselines3Agent {
    /// Opens the zip file of an agent; see `init(opening:normalization:)` with paths.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public init(opening url: URL, normalization: URL? = nil) throws(StateError) {
        try self.init(opening: url.requirePath(), normalization: normalization?.requirePath())
    }
}

extension StableBaselines3Normalization {
    /// Opens a file of `VecNormalize`; see `init(opening:)` with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public init(opening url: URL) throws(StateError) { try self.init(opening: url.requirePath()) }
}

extension RLlibModule {
    /// Opens a module of RLlib's new stack; see the initialiser with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public init(
        opening url: URL, observationSpace: Box, actionSpace: ActionSpace, activation: Activation,
        headActivation: Activation = .relu, actionTransform: ActionTransform? = nil
    ) throws(StateError) {
        try self.init(
            opening: url.requirePath(), observationSpace: observationSpace, actionSpace: actionSpace,
            activation: activation, headActivation: headActivation, actionTransform: actionTransform)
    }
}
