import Rein

extension AdvantageColumns {
    /// Estimates from columns in arrays.
    static func evaluate(
        rewards: [Float], values: [Float], statuses: [Status], bootstraps: [Float], _ body: (AdvantageColumns) -> Void
    ) -> (advantages: [Float], returns: [Float]) {
        var advantages = [Float](repeating: .nan, count: rewards.count)
        var returns = advantages
        rewards.withUnsafeBufferPointer { rewards in
            values.withUnsafeBufferPointer { values in
                statuses.withUnsafeBufferPointer { statuses in
                    bootstraps.withUnsafeBufferPointer { bootstraps in
                        advantages.withUnsafeMutableBufferPointer { advantages in
                            returns.withUnsafeMutableBufferPointer { returns in
                                body(
                                    AdvantageColumns(
                                        rewards: rewards, values: values, statuses: statuses, bootstraps: bootstraps,
                                        advantages: advantages, returns: returns))
                            }
                        }
                    }
                }
            }
        }
        return (advantages, returns)
    }
}
