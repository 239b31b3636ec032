package import ReinSpaces

extension Policy {
    /// What stands in the way of acting where observations and actions are of other spaces than the policy's own, which
    /// come first in the difference; nil when nothing does.
    ///
    /// What a policy does depends on the bounds of continuous actions only where actions are limited or stretched to
    /// them, and never on those of observations.
    package func difference(from observations: Box, _ actions: ActionSpace) -> SpaceDifference? {
        SpaceDifference(observations: observationSpace, observations)
            ?? SpaceDifference(actions: actionSpace, actions, boundsMatter: actionTransform != .none)
    }
}
