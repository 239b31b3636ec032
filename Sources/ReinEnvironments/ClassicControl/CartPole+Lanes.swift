import CReinClassicControl

/// Many carts at once, in vectors of the processor, with the bits of one at a time.
extension CartPole {
    /// Steps carts together: several times as fast as one after the other.
    public static func step(_ environments: EnvironmentLanes<CartPole>, _ rows: EnvironmentRows) {
        for first in stride(from: 0, to: environments.count, by: 64) {
            let count = min(64, environments.count - first)
            let cart = environments[first]
            var invalid: UInt64 = 0
            var fallen = withUnsafeMutablePointer(to: &cart.pointee.position) { position in
                // The kernel's cart is the four numbers from the position on.
                position.withMemoryRebound(to: rein_cart_pole.self, capacity: 1) {
                    rein_cart_pole_step(
                        $0, Int64(environments.stride), rows.actions + first, rows.observations + 4 * first,
                        Int64(count), &invalid)
                }
            }
            precondition(invalid == 0, "CartPole has the actions 0 and 1")
            for index in first..<first + count {
                rows.rewards[index] = 1
                rows.statuses[index] = .running
            }
            while fallen != 0 {
                rows.statuses[first + fallen.trailingZeroBitCount] = .terminated
                fallen &= fallen - 1
            }
        }
    }
}
