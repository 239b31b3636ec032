import ReinNetworks

extension Policy {
    /// The policy with what acting needs, and nothing else: no learner's state, nothing of another program's file, no
    /// value network unless action values are made with it, no scaling of rewards, no noise on parameters.
    ///
    /// It acts as the whole policy does, bit for bit, and draws the same actions from the same random streams. Training
    /// cannot go on from it. Of a checkpoint, `init(restoringToAct:id:verifyingChecksum:)` reads no more than this.
    public var forActing: Policy {
        var policy = self
        if !distribution.isDueling { policy.network = network.withoutValue }
        policy.noise = nil
        policy.rewardScaler = nil
        policy.learnerState = nil
        policy.foreignState = nil
        return policy
    }
}
