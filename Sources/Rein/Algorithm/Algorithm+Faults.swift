import ReinEnvironments

extension Algorithm {
    /// Lets go of a rollout in which a number or a mask was none: nothing is learnt from it, and the episodes in flight,
    /// which miss its steps, give way to new ones.
    ///
    /// - Returns: the error to throw.
    func abandonRollout(after fault: EnvironmentFault) -> TrainingError {
        sharedRunner?.restartEpisodes()
        for player in players { player.restartEpisodes() }
        return .environment(fault)
    }
}
