#if Serving
import Synchronization

/// Keeps a flood of refusals from becoming a flood of lines: of each kind so many are told in a second.
final class RefusalLimiter: Sendable {
    /// How many of a kind are told in a second.
    let perSecond: Int
    private let windows = Mutex<[ServingError.Kind: Window]>([:])

    private struct Window {
        var began: ContinuousClock.Instant
        var told = 0
        var leftOut = 0
    }

    init(perSecond: Int) { self.perSecond = max(1, perSecond) }

    /// Whether a refusal is told: then how many of its kind have been left out before; nil when it is left out itself.
    func admit(_ kind: ServingError.Kind, now: ContinuousClock.Instant = .now) -> Int? {
        windows.withLock { windows in
            var window = windows[kind] ?? Window(began: now)
            defer { windows[kind] = window }
            if now - window.began >= .seconds(1) { window = Window(began: now, leftOut: window.leftOut) }
            guard window.told < perSecond else {
                window.leftOut += 1
                return nil
            }
            window.told += 1
            defer { window.leftOut = 0 }
            return window.leftOut
        }
    }

    /// How many of each kind have been left out, since those that were told say so no more: their second is over.
    func takeLeftOut(now: ContinuousClock.Instant = .now) -> [(kind: ServingError.Kind, count: Int)] {
        windows.withLock { windows in
            var taken: [(kind: ServingError.Kind, count: Int)] = []
            for kind in ServingError.Kind.allCases {
                guard let window = windows[kind], window.leftOut > 0, now - window.began >= .seconds(1) else {
                    continue
                }
                taken.append((kind, window.leftOut))
                windows[kind]?.leftOut = 0
            }
            return taken
        }
    }
}
#endif
