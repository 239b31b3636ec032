import Rein
import ReinTestSupport
import Testing

@Suite("What policies look like, apart from their weights")
struct PolicyFormTests {
    static let random = RandomStream(seed: 1, name: "form")
    static let observations = Box(-1...1, shape: [3])
    static let torques = ActionSpace.box(Box(-2...2, shape: [2]))

    /// Checks that the form that settings describe is the one of the policy that is made with them.
    static func check<Method: Learner>(
        _: Method.Type, _ actions: ActionSpace, _ configuration: Method.Configuration
    ) throws {
        let form = try Method.form(
            observationSpace: observations, actionSpace: actions, configuration: configuration)
        let policy = try Method.makePolicy(of: form, configuration: configuration, random: random)
        #expect(policy.form == form)
        #expect(try Policy(restoring: policy.state).form == form)
        #expect(policy.form.fits(form) && Set([form, policy.form]).count == 1)
    }

    @Test("A policy has the form that its settings describe, of every method, also when it is restored")
    func methods() throws {
        try Self.check(PPOLearner.self, .discrete(4), PPO.Configuration())
        try Self.check(PPOLearner.self, .multiDiscrete(MultiDiscrete([2, 3])), PPO.Configuration())
        try Self.check(PPOLearner.self, Self.torques, PPO.Configuration())
        try Self.check(
            PPOLearner.self, Self.torques,
            PPO.Configuration().with {
                $0.network.hasDeviationHead = true
                $0.actionTransform = .rescale
                $0.normalizesObservations = true
            })
        try Self.check(
            PPOLearner.self, Self.torques, PPO.Configuration().with { $0.usesStateDependentExploration = true })
        try Self.check(PPOLearner.self, .discrete(2), PPO.Configuration().with { $0.network.recurrent = .lstm })
        try Self.check(DQNLearner.self, .discrete(2), DQN.Configuration())
        try Self.check(
            DQNLearner.self, .discrete(2),
            DQN.Configuration().with {
                $0.noisy = true
                $0.atoms = 11
            })
        try Self.check(SACLearner.self, .discrete(2), SAC.Configuration())
        try Self.check(SACLearner.self, Self.torques, SAC.Configuration())
        try Self.check(
            SACLearner.self, Self.torques, SAC.Configuration().with { $0.usesStateDependentExploration = true })
    }

    static func form(
        _ architecture: ActorCriticArchitecture = ActorCriticArchitecture(inputs: 3, outputs: 2, hidden: [4]),
        actions: ActionSpace = .discrete(2), _ distribution: ActionDistribution? = nil, noise: Bool = false,
        transform: ActionTransform? = nil
    ) throws -> PolicyForm {
        try PolicyForm(
            observationSpace: observations, actionSpace: actions, distribution: distribution,
            architecture: architecture, hasNoise: noise, actionTransform: transform)
    }

    @Test("Forms fit when distribution, network, noise and spaces do")
    func fitting() throws {
        let form = try Self.form()
        let (same, noisy) = (try Self.form(), try Self.form(noise: true))
        #expect(form.fits(same))
        let wider = ActorCriticArchitecture(inputs: 3, outputs: 2, hidden: [5])
        let (wide, shifted) = (try Self.form(wider), try Self.form(actions: .discrete(Discrete(2, start: 1))))
        #expect(!form.fits(wide) && !form.fits(noisy))
        // Policies count actions from 0.
        #expect(form.fits(shifted))
        // The bounds of observations change nothing that a policy does.
        let elsewhere = try PolicyForm(
            observationSpace: Box(-9...9, shape: [3]), actionSpace: .discrete(2), architecture: form.architecture)
        #expect(form.fits(elsewhere) && form != elsewhere)
        let gaussian = ActorCriticArchitecture(inputs: 3, outputs: 2, hidden: [4], hasLogDeviation: true)
        let near = try Self.form(gaussian, actions: .box(Box(-1...1, shape: [2])))
        let far = try Self.form(gaussian, actions: .box(Box(-5...5, shape: [2])))
        #expect(!near.fits(far))
        let free = try Self.form(gaussian, actions: .box(Box(-1...1, shape: [2])), transform: ActionTransform.none)
        #expect(free.fits(far))
    }

    @Test("Impossible ones are refused, saying what does not fit")
    func refusals() throws {
        func path(_ body: () throws -> PolicyForm) throws -> String {
            try #require(#expect(throws: StateError.self) { try body() }).path
        }
        let shape = ActorCriticArchitecture(inputs: 3, outputs: 2, hidden: [4])
        #expect(try path { try Self.form(ActorCriticArchitecture(inputs: 4, outputs: 2)) } == "network")
        #expect(try path { try Self.form(ActorCriticArchitecture(inputs: 3, outputs: 3)) } == "network")
        #expect(try path { try Self.form(ActorCriticArchitecture(inputs: 3, outputs: 2, hidden: [0])) } == "network")
        #expect(try path { try Self.form(shape, .categorical(Categorical(count: 5))) } == "distribution")
        #expect(try path { try Self.form(shape, transform: .clip) } == "actionTransform")
        let dueling = ActionDistribution.actionValues(ActionValues(count: 2, isDueling: true))
        let alone = ActorCriticArchitecture(inputs: 3, outputs: 2, hidden: [4], value: .none)
        #expect(try path { try Self.form(alone, dueling) } == "network")
        let unbounded = ActionSpace.box(Box(-Float.infinity ... .infinity, shape: [2]))
        let gaussian = ActorCriticArchitecture(inputs: 3, outputs: 2, hidden: [4], hasLogDeviation: true)
        #expect(try path { try Self.form(gaussian, actions: unbounded, transform: .rescale) } == "actionSpace")
    }

    @Test("A policy is put together of what has its form")
    func parts() throws {
        let form = try Self.form()
        let network = ActorCritic(form.architecture)
        _ = try Policy(form, network: network)
        let other = ActorCritic(ActorCriticArchitecture(inputs: 3, outputs: 2, hidden: [5]))
        #expect(#expect(throws: StateError.self) { try Policy(form, network: other) }?.path == "network")
        let noise = ParameterNoise(for: network)
        #expect(#expect(throws: StateError.self) { try Policy(form, network: network, noise: noise) }?.path == "noise")
        let noisy = try Self.form(noise: true)
        #expect(#expect(throws: StateError.self) { try Policy(noisy, network: network) }?.path == "noise")
        #expect(try Policy(noisy, network: network, noise: noise).form == noisy)
        var infinite = network
        infinite.parameters[3] = .infinity
        let error = #expect(throws: StateError.self) { try Policy(form, network: infinite) }
        #expect(error?.path == "network/policy/0/weight")
    }
}
