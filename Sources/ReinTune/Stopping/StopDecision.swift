/// What ends after a result.
public struct StopDecision: Sendable, Hashable {
    /// Whether the trial does whose result it was.
    public var stopsTrial: Bool
    /// Whether all trials do, and no more begin.
    public var stopsExperiment: Bool

    /// Makes a decision.
    public init(stopsTrial: Bool, stopsExperiment: Bool) {
        self.stopsTrial = stopsTrial
        self.stopsExperiment = stopsExperiment
    }

    /// Everything goes on.
    public static let goOn = StopDecision(stopsTrial: false, stopsExperiment: false)
    /// The trial ends.
    static let stopTrial = StopDecision(stopsTrial: true, stopsExperiment: false)
    /// Everything ends.
    static let stopAll = StopDecision(stopsTrial: true, stopsExperiment: true)

    /// Adds what another rule says.
    mutating func merge(_ other: StopDecision) {
        stopsTrial = stopsTrial || other.stopsTrial
        stopsExperiment = stopsExperiment || other.stopsExperiment
    }
}
