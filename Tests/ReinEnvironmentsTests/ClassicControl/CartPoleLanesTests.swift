import CReinClassicControl
import ReinEnvironments
import ReinNumerics
import Testing

@Suite struct CartPoleLanesTests {
    /// Carts all over the track and beyond it, poles at any angle, with a few special ones.
    private func carts(_ count: Int) -> [CartPole] {
        var random = RandomStream(seed: 11, name: "carts")
        let angles = [0, -0.0, 0.126, -0.126, 0x1p-28, -0x1p-30, 0.2094, -0.2094, 0.2459, 0.246, 0.25, 0.9, -3, 40]
        return (0..<count).map { index in
            var cart = CartPole()
            cart.position = 5 * random.nextDouble() - 2.5
            cart.velocity = 6 * random.nextDouble() - 3
            cart.angle = index % 5 == 0 ? angles[index / 5 % angles.count] : 0.5 * random.nextDouble() - 0.25
            cart.angularVelocity = 8 * random.nextDouble() - 4
            return cart
        }
    }

    private func state(_ cart: CartPole) -> [UInt64] {
        [cart.position, cart.velocity, cart.angle, cart.angularVelocity].map(\.bitPattern)
    }

    @Test("Vectors of carts have the bits of one cart at a time, for any number of carts", arguments: [1, 4, 8])
    func sameBits(lanes: Int32) throws {
        guard let step = rein_cart_pole_variant(lanes) else {
            try #require(lanes > 1, "the form for one cart is always there")
            return
        }
        for count in [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 31, 63, 64] {
            var alone = carts(count)
            var together = alone.map {
                rein_cart_pole(
                    position: $0.position, velocity: $0.velocity, angle: $0.angle,
                    angular_velocity: $0.angularVelocity)
            }
            let actions = (0..<count).map { Float($0 / 2 % 2) }
            var observations = [Float](repeating: .nan, count: 4 * count)
            for _ in 0..<20 {
                var invalid: UInt64 = 0
                let stride = MemoryLayout<rein_cart_pole>.stride
                let fallen = step(&together, Int64(stride), actions, &observations, Int64(count), &invalid)
                #expect(invalid == 0)
                for index in 0..<count {
                    let (observation, outcome) = alone[index].step(Int(actions[index]))
                    let cart = together[index]
                    let bits = [cart.position, cart.velocity, cart.angle, cart.angular_velocity].map(\.bitPattern)
                    #expect(bits == state(alone[index]))
                    #expect(Array(observations[4 * index..<4 * index + 4]) == observation)
                    #expect((fallen >> index & 1 == 1) == (outcome.status == .terminated))
                }
            }
        }
    }

    @Test("Carts inside larger values are stepped in place, in blocks of any size, and nothing else is touched")
    func insideWrappers() {
        let count = 150
        var wrapped = carts(count).map { TimeLimit($0, limit: 3) }
        var alone = wrapped
        let actions = AlignedBuffer<Float>((0..<count).map { Float($0 % 2) })
        let observations = AlignedBuffer<Float>(count: 4 * count)
        let rewards = AlignedBuffer<Double>(count: count)
        let statuses = AlignedBuffer<Status>(count: count)
        let rows = EnvironmentRows(
            actions: actions.pointer, observations: observations.pointer, rewards: rewards.pointer,
            statuses: statuses.pointer, actionWidth: 1, observationWidth: 4)
        for time in 1...3 {
            wrapped.withUnsafeMutableBytes {
                TimeLimit<CartPole>.step(
                    EnvironmentLanes<TimeLimit<CartPole>>(
                        first: $0.baseAddress!, stride: MemoryLayout<TimeLimit<CartPole>>.stride, count: count), rows)
            }
            for index in 0..<count {
                let (observation, outcome) = alone[index].step(Int(actions[index]))
                #expect(state(wrapped[index].base) == state(alone[index].base))
                #expect(wrapped[index].base.random == alone[index].base.random)
                #expect((0..<4).map { observations.pointer[4 * index + $0] } == observation)
                #expect(rewards.pointer[index] == outcome.reward)
                #expect(statuses.pointer[index] == outcome.status)
                #expect(time < 3 || outcome.status != .running)
            }
        }
    }

    @Test("Actions that are neither 0 nor 1 are told", arguments: [1, 4, 8])
    func invalidActions(lanes: Int32) {
        guard let step = rein_cart_pole_variant(lanes) else { return }
        var carts = [rein_cart_pole](repeating: rein_cart_pole(), count: 11)
        var actions = [Float](repeating: 1, count: 11)
        (actions[2], actions[5], actions[8], actions[10]) = (2, .nan, -1, 0.5)
        var observations = [Float](repeating: 0, count: 44)
        var invalid: UInt64 = 0
        _ = step(&carts, Int64(MemoryLayout<rein_cart_pole>.stride), actions, &observations, 11, &invalid)
        #expect(invalid == 1 << 2 | 1 << 5 | 1 << 8 | 1 << 10)
    }
}
