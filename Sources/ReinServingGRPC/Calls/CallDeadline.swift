#if ServingGRPC
import GRPCCore
import ReinServing

/// Until when a client waits for a call, as its metadata says.
struct CallDeadline: Sendable {
    private let instant: ContinuousClock.Instant

    /// Reads `grpc-timeout`, which is up to eight digits and a unit; nil when the client waits for as long as it takes.
    init?(_ metadata: Metadata, now: ContinuousClock.Instant = .now) {
        guard let text = metadata.firstText("grpc-timeout") else { return nil }
        self.init(text, now: now)
    }

    /// Reads the text of `grpc-timeout`; nil for one that is none.
    init?(_ text: String, now: ContinuousClock.Instant) {
        guard let timeout = Self.timeout(text) else { return nil }
        instant = now + timeout
    }

    /// Whether it is over.
    func isOver(_ now: ContinuousClock.Instant = .now) -> Bool { now >= instant }

    /// Has a request say itself how long its client waits, unless it says less already.
    ///
    /// - Throws: `ServingError` with `.deadlineExceeded` when that is over.
    func apply(to request: inout InferenceRequest, now: ContinuousClock.Instant = .now) throws(ServingError) {
        let left = Int64((instant - now) / .microseconds(1))
        guard left > 0 else { throw Self.over }
        let place = request.parameters.firstIndex { $0.name == "timeout" }
        switch place.map({ request.parameters[$0].value }) {
        case nil: request.parameters.append(("timeout", .int(left)))
        // 0 is no limit of its own. What is no number is refused by whoever reads it.
        case .int(let own)? where own == 0 || own > left: request.parameters[place!].value = .int(left)
        case .uint?: request.parameters[place!].value = .int(left)
        default: break
        }
    }

    /// The refusal of what comes too late.
    static let over = ServingError(.deadlineExceeded, "the call's deadline is over")

    private static func timeout(_ text: String) -> Duration? {
        guard let unit = text.utf8.last, (2...9).contains(text.utf8.count), let number = UInt32(text.dropLast()) else {
            return nil
        }
        let count = Int64(number)
        return switch unit {
        case UInt8(ascii: "H"): .seconds(3600 * count)
        case UInt8(ascii: "M"): .seconds(60 * count)
        case UInt8(ascii: "S"): .seconds(count)
        case UInt8(ascii: "m"): .milliseconds(count)
        case UInt8(ascii: "u"): .microseconds(count)
        case UInt8(ascii: "n"): .nanoseconds(count)
        default: nil
        }
    }
}

extension Metadata {
    /// The first text of a name.
    func firstText(_ name: String) -> String? { self[stringValues: name].first { _ in true } }
}
#endif
