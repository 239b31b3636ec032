import ReinNetworks
import ReinNumerics

/// Range checks of configuration values, so that each reads as one line.
enum ConfigurationCheck {
    /// Throws unless `value` lies in `range`.
    static func require<Value: Comparable>(
        _ key: String, _ value: Value, in range: ClosedRange<Value>
    ) throws(ConfigurationError) {
        guard range.contains(value) else {
            throw ConfigurationError(
                key: key, problem: "\(value) is out of range (allowed: \(range.lowerBound) to \(range.upperBound))")
        }
    }

    /// Throws unless `value` is at least `minimum`.
    static func require<Value: Comparable>(
        _ key: String, _ value: Value, atLeast minimum: Value
    ) throws(ConfigurationError) {
        guard value >= minimum else {
            throw ConfigurationError(key: key, problem: "\(value) is out of range (allowed: at least \(minimum))")
        }
    }

    /// Throws unless `value` is positive and finite, also as the 32-bit float that is computed with.
    static func require(_ key: String, positive value: Double) throws(ConfigurationError) {
        guard Float(value) > 0, Float(value).isFinite else {
            throw ConfigurationError(
                key: key, problem: "\(value) is out of range (allowed: positive numbers of 32-bit floats)")
        }
    }

    /// Throws unless every value that the schedule can take is finite and not negative.
    static func require(_ key: String, notNegative schedule: Schedule) throws(ConfigurationError) {
        if let problem = schedule.problem { throw ConfigurationError(key: key, problem: problem) }
        if let value = schedule.cornerValues.first(where: { $0 < 0 }) {
            throw ConfigurationError(key: key, problem: "\(value) is out of range (allowed: at least 0)")
        }
    }
}

extension ConfigurationCheck {
    /// Throws unless every value that the schedule can take is a probability.
    static func require(_ key: String, probability schedule: Schedule) throws(ConfigurationError) {
        if let problem = schedule.problem { throw ConfigurationError(key: key, problem: problem) }
        if let value = schedule.cornerValues.first(where: { !(0...1).contains($0) }) {
            throw ConfigurationError(key: key, problem: "\(value) is out of range (allowed: 0 to 1)")
        }
    }

    /// Throws unless rewards can be clipped so.
    static func require(_ key: String, _ clip: RewardClip?) throws(ConfigurationError) {
        if let problem = clip?.problem { throw ConfigurationError(key: key, problem: problem) }
    }

    /// Throws unless the optimizer's numbers make sense.
    static func require(_ adam: Adam.Configuration) throws(ConfigurationError) {
        try require("adam.beta1", adam.beta1, in: 0...0.999_999)
        try require("adam.beta2", adam.beta2, in: 0...0.999_999_9)
        try require("adam.epsilon", positive: adam.epsilon)
    }
}
