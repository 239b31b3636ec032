/// Proximal policy optimization (Schulman et al. 2017, arXiv 1707.06347).
///
///     var algorithm = try PPO(environment: CartPole.self, configuration: PPO.Configuration(seed: 7))
///     let result = try algorithm.train()
public typealias PPO = Algorithm<PPOLearner>

/// Deep Q-learning (Mnih et al. 2015, Nature 518) with its extensions, each of which is a setting: double, dueling,
/// n-step, prioritised replay, distributional, noisy, and all of them as Rainbow.
///
///     let algorithm = try DQN(environment: CartPole.self, configuration: DQN.Configuration(seed: 7))
///     let result = try algorithm.train()
public typealias DQN = Algorithm<DQNLearner>

/// Soft actor-critic (Haarnoja et al. 2018, arXiv 1801.01290 and 1812.05905), with twin critics and a learnt
/// temperature; for discrete actions in the form of Christodoulou (2019, arXiv 1910.07207).
///
///     let algorithm = try SAC(environment: Pendulum.self, configuration: SAC.Configuration(seed: 7))
///     let result = try algorithm.train()
public typealias SAC = Algorithm<SACLearner>
