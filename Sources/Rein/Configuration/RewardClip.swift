import ReinNumerics

/// What becomes of rewards before a policy learns from them; returns that are reported stay those of the environment.
///
/// In JSON `"sign"`, or the limit: `5.0`. RLlib has both as `clip_rewards`: `True`, or a float.
public enum RewardClip: Sendable, Hashable {
    /// −1, 0 or 1: their sign (Mnih et al. 2015).
    case sign
    /// Themselves between minus and plus a positive number.
    case limit(Double)

    /// Clips `count` rewards in place.
    func apply(to rewards: UnsafeMutablePointer<Float>, count: Int) {
        switch self {
        case .sign:
            for index in 0..<count { rewards[index] = rewards[index].limited(from: -1, to: 1).rounded(.awayFromZero) }
        case .limit(let limit):
            let limit = Float(limit)
            for index in 0..<count { rewards[index] = rewards[index].limited(from: -limit, to: limit) }
        }
    }
}

extension RewardClip: Codable {
    /// Reads `"sign"` or a number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let limit = try? container.decode(Double.self) {
            self = .limit(limit)
        } else if try container.decode(String.self) == "sign" {
            self = .sign
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected \"sign\", or a number")
        }
    }

    /// Writes `"sign"` or the limit.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .sign: try container.encode("sign")
        case .limit(let limit): try container.encode(limit)
        }
    }
}
