/// When a setting takes effect that is changed for training that goes on from a checkpoint.
///
/// What decides it is where the value lives: a learner reads most of its settings anew for every rollout and gradient
/// step; environments are made with some; and some are in what is stored, in the policy itself or in the shape of what
/// its learner keeps.
public enum SettingEffect: String, Sendable, Hashable, Codable, CaseIterable {
    /// From the next rollout and the next gradient step on, and for nothing that was before: optimizers, counters and
    /// random streams go on, schedules keep their place, and transitions in a replay keep the rewards, discounts and
    /// priorities that they were stored with.
    case atOnce
    /// With environments that are made anew, whose episodes begin anew; everything that is learnt goes on.
    case newEnvironments
    /// Never: the value is in what is stored, or was used up when the policy was made. To change it is to begin a new
    /// run.
    case fixed
}
