import ReinEnvironments
import Testing

@Suite struct EnvironmentRegistryTests {
    static let cartPole = EnvironmentSpecification(CartPole.self)

    @Test(
        "The environments that come with Rein are known by Gymnasium's names",
        arguments: [
            ("CartPole-v0", 200, 195), ("CartPole-v1", 500, 475), ("MountainCar-v0", 200, -110),
            ("MountainCarContinuous-v0", 999, 90), ("Pendulum-v1", 200, nil), ("Acrobot-v1", 500, -100),
        ] as [(String, Int, Double?)])
    func builtIn(id: String, timeLimit: Int, rewardThreshold: Double?) throws {
        let specification = try EnvironmentRegistry.specification(id)
        #expect(specification.id == id)
        #expect(specification.timeLimit == timeLimit)
        #expect(specification.rewardThreshold == rewardThreshold)
        let vector = specification.makeVector(count: 1, seed: 0)
        #expect(vector.observationSpace == specification.observationSpace)
        #expect(vector.actionSpace == specification.actionSpace)
        #expect(EnvironmentRegistry.all.contains { $0.id == id })
    }

    @Test(
        "An unknown name is answered with the nearest one",
        arguments: [
            ("CartPole", "CartPole-v1"), ("CartPole-v2", "CartPole-v1"), ("cartpole-v1", "CartPole-v1"),
            ("Pendulum-v0", "Pendulum-v1"),
            ("MountianCar-v0", "MountainCar-v0"), ("acrobat", "Acrobot-v1"),
        ])
    func unknown(id: String, nearest: String) {
        let error = #expect(throws: EnvironmentError.self) { try EnvironmentRegistry.specification(id) }
        #expect(error?.code == .unknownEnvironment)
        #expect(error?.message.contains("\"\(id)\"; did you mean \"\(nearest)\"?") == true)
        #expect(error?.message.contains("MountainCarContinuous-v0") == true)
    }

    @Test("An environment of one's own is registered once")
    func registration() throws {
        let specification = EnvironmentSpecification(Corridor.self, id: "RegisteredCorridor-v0")
        try EnvironmentRegistry.register(specification)
        #expect(try EnvironmentRegistry.specification("RegisteredCorridor-v0").timeLimit == 50)
        let again = #expect(throws: EnvironmentError.self) { try EnvironmentRegistry.register(specification) }
        #expect(again?.code == .alreadyRegistered)
        #expect(throws: EnvironmentError.self) {
            try EnvironmentRegistry.register(EnvironmentSpecification(CartPole.self))
        }
        let ids = EnvironmentRegistry.all.map(\.id)
        #expect(ids == ids.sorted() && Set(ids).count == ids.count)
    }
}
