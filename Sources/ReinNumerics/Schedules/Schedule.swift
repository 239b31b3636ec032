/// A number that changes with the steps taken: a learning rate, a clip range, an exploration rate.
///
/// In JSON a constant is a number and a piecewise schedule a list of pairs: `3e-4`, `[[0, 3e-4], [100000, 0]]`.
///
///     let rate = Schedule.linear(from: 3e-4, to: 0, over: 100_000)
///     rate.value(at: 50_000)                                          // 1.5e-4
public enum Schedule: Sendable, Hashable {
    /// The same value always.
    case constant(Double)
    /// Straight lines between points; before the first and after the last point its value holds. Steps ascend.
    case piecewise([Point])

    /// A value that a piecewise schedule reaches at a step.
    public struct Point: Sendable, Hashable {
        /// The step, counted from 0.
        public var step: Int
        /// The value at that step.
        public var value: Double

        /// Creates a point.
        public init(step: Int, value: Double) {
            self.step = step
            self.value = value
        }
    }

    /// A straight line from one value at step 0 to another at step `steps`, and that value from there on.
    public static func linear(from first: Double, to last: Double, over steps: Int) -> Schedule {
        precondition(steps > 0, "a linear schedule over \(steps) steps")
        return .piecewise([Point(step: 0, value: first), Point(step: steps, value: last)])
    }

    /// Returns the value at a step.
    public func value(at step: Int) -> Double {
        switch self {
        case .constant(let value):
            return value
        case .piecewise(let points):
            guard let last = points.last else { return .nan }
            guard let next = points.firstIndex(where: { $0.step > step }) else { return last.value }
            guard next > 0 else { return points[0].value }
            let from = points[next - 1]
            let to = points[next]
            let share = Double(step - from.step) / Double(to.step - from.step)
            return from.value + share * (to.value - from.value)
        }
    }

    /// What is wrong with the schedule, in words for the person who wrote it, or nil.
    ///
    /// A piecewise schedule needs at least one point, steps of zero or more that ascend, and finite values.
    public var problem: String? {
        switch self {
        case .constant(let value):
            return value.isFinite ? nil : "\(value) is not a finite number"
        case .piecewise(let points):
            guard let first = points.first else { return "a schedule needs at least one [step, value] pair" }
            if first.step < 0 { return "step \(first.step) is negative" }
            for (point, next) in zip(points, points.dropFirst()) where next.step <= point.step {
                return "steps must ascend, but \(next.step) follows \(point.step)"
            }
            guard let bad = points.first(where: { !$0.value.isFinite }) else { return nil }
            return "the value \(bad.value) at step \(bad.step) is not a finite number"
        }
    }

    /// All values that the schedule's corners take; every other value lies between two of them.
    public var cornerValues: [Double] {
        switch self {
        case .constant(let value): [value]
        case .piecewise(let points): points.map(\.value)
        }
    }
}

extension Schedule: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// Creates a constant schedule.
    public init(floatLiteral value: Double) { self = .constant(value) }

    /// Creates a constant schedule.
    public init(integerLiteral value: Int) { self = .constant(Double(value)) }
}

extension Schedule: Codable {
    /// Reads a number or a list of `[step, value]` pairs; throws `DecodingError` with `problem` where it is not valid.
    public init(from decoder: any Decoder) throws {
        if let value = try? decoder.singleValueContainer().decode(Double.self) {
            self = .constant(value)
        } else {
            guard var container = try? decoder.unkeyedContainer() else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "expected a number, or a list of [step, value] pairs such as "
                            + "[[0, 1e-3], [100000, 0]]"))
            }
            var points: [Point] = []
            while !container.isAtEnd {
                guard var pair = try? container.nestedUnkeyedContainer() else {
                    throw DecodingError.dataCorruptedError(
                        in: container,
                        debugDescription: "a schedule is a list of [step, value] pairs such as [[0, 1e-3], [100000, 0]]"
                    )
                }
                points.append(Point(step: try pair.decode(Int.self), value: try pair.decode(Double.self)))
                guard pair.isAtEnd else {
                    throw DecodingError.dataCorruptedError(
                        in: pair, debugDescription: "a schedule is a number or a list of [step, value] pairs")
                }
            }
            self = .piecewise(points)
        }
        if let problem {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
        }
    }

    /// Writes a number or a list of `[step, value]` pairs.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .constant(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .piecewise(let points):
            var container = encoder.unkeyedContainer()
            for point in points {
                var pair = container.nestedUnkeyedContainer()
                try pair.encode(point.step)
                try pair.encode(point.value)
            }
        }
    }
}
