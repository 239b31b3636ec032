import Rein
import Testing

@Suite("Settings")
struct SettingTests {
    private static let methods: [Method] = [
        Method(PPO.Configuration.self), Method(DQN.Configuration.self), Method(SAC.Configuration.self),
    ]

    /// A method's settings, without its type.
    struct Method: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let settings: [Setting]
        let declarations: [String]
        let defaults: StateTree
        let effect: @Sendable (String) -> SettingEffect?
        let overlay: @Sendable (StateTree) throws -> StateTree

        init<Configuration: AlgorithmConfiguration>(_: Configuration.Type) {
            testDescription = "\(Configuration.self)"
            settings = Configuration.settings
            declarations = Configuration.settingDeclarations.map(\.key)
            defaults = Configuration().tree
            effect = Configuration.effect
            overlay = { try Configuration(overlaying: $0).tree }
        }
    }

    private static func keys(of tree: StateTree, below section: String = "") -> [String] {
        guard case .map(let map) = tree else { return [section] }
        return map.entries.flatMap { keys(of: $1, below: section.isEmpty ? $0 : "\(section).\($0)") }
    }

    @Test("Every key of a configuration is declared once, and every declaration is of a key", arguments: methods)
    func declaredOnce(method: Method) {
        let keys = Self.keys(of: method.defaults)
        #expect(method.declarations.sorted() == keys.sorted())
        #expect(method.settings.map(\.key) == keys)
        #expect(method.settings.allSatisfy { !$0.summary.isEmpty })
    }

    @Test("A value beyond the range that is declared for it is refused with that range", arguments: methods)
    func ranges(method: Method) throws {
        for setting in method.settings {
            for (value, isAllowed) in Self.samples(of: setting.range) {
                let tree = Self.tree(setting.key, value)
                guard !isAllowed else {
                    // Other settings may not go with it; it is not the value itself that is refused.
                    do {
                        _ = try method.overlay(tree)
                    } catch let error as ConfigurationError {
                        #expect(!error.problem.contains("(allowed: \(setting.range))"), "\(error)")
                    }
                    continue
                }
                let error = try #require(throws: ConfigurationError.self, "\(setting.key)") {
                    try method.overlay(tree)
                }
                #expect(error.key == setting.key)
                #expect(error.problem.hasSuffix("is out of range (allowed: \(setting.range))"), "\(error)")
            }
        }
    }

    /// Values just within a range and just beyond.
    private static func samples(of range: SettingRange) -> [(value: StateTree, isAllowed: Bool)] {
        func integer(_ value: Int, _ isAllowed: Bool) -> (StateTree, Bool) { (.int(Int64(value)), isAllowed) }
        func number(_ value: Double, _ isAllowed: Bool) -> (StateTree, Bool) { (.double(value), isAllowed) }
        return switch range {
        case .any, .words: []
        case .atLeast(let least): [integer(least, true), integer(least - 1, false)]
        case .integers(let range):
            [
                integer(range.lowerBound, true), integer(range.upperBound, true),
                integer(range.lowerBound - 1, false), integer(range.upperBound + 1, false),
            ]
        case .numbers(let range):
            [
                number(range.lowerBound, true), number(range.upperBound, true),
                number(range.lowerBound.nextDown, false), number(range.upperBound.nextUp, false),
            ]
        case .positive: [number(1e-30, true), number(0, false), number(1e-50, false), number(1e39, false)]
        case .notNegative: [number(0, true), number(-1e-300, false)]
        case .lists(_, let elements):
            [
                (.list([.int(Int64(elements.lowerBound))]), true),
                (.list([.int(Int64(elements.lowerBound - 1))]), false),
                (.list([.int(Int64(elements.upperBound + 1))]), false),
            ]
        }
    }

    /// A tree of one value.
    private static func tree(_ key: String, _ value: StateTree) -> StateTree {
        key.split(separator: ".").reversed().reduce(value) { .map([String($1): $0]) }
    }

    @Test("Every enumeration shows the words that it takes")
    func words() throws {
        let settings = PPO.Configuration.settings
        let transform = try #require(settings.first { $0.key == "actionTransform" })
        #expect(transform.range.description == "none, clip, rescale")
        #expect(transform.type == .word)
        let clip = try #require(settings.first { $0.key == "rewardClip" })
        #expect(clip.type == .rewardClip.orNull)
        #expect(clip.type.description == "number or \"sign\" or null")
    }

    @Test("Rates take effect at once, environments anew, and what a policy looks like is fixed")
    func effects() {
        for key in ["learningRate", "clipRange", "epochs", "minibatchSize", "adam.epsilon", "rolloutLength"] {
            #expect(PPO.Configuration.effect(of: key) == .atOnce)
        }
        for method in Self.methods {
            #expect(method.effect("environmentCount") == .newEnvironments)
            #expect(method.effect("seed") == .newEnvironments)
            #expect(method.effect("discount") == .atOnce)
            #expect(method.effect("discout") == nil)
            #expect(method.effect("network") == nil)
            for setting in method.settings where setting.key.hasPrefix("network.") {
                #expect(setting.effect == .fixed, "\(setting.key)")
            }
        }
        for key in ["atoms", "dueling", "noisy", "rainbow", "replayCapacity"] {
            #expect(DQN.Configuration.effect(of: key) == .fixed)
        }
        for key in ["normalizesObservations", "scalesRewards", "usesStateDependentExploration", "actionTransform"] {
            #expect(PPO.Configuration.effect(of: key) == .fixed)
        }
    }

    /// Settings of which only the range of one is declared.
    private struct Undeclared: AlgorithmConfiguration {
        var seed = 0
        var environmentCount = 1
        var discount = 0.99
        var hidden = [32]

        static let settingDeclarations: [SettingDeclaration<Self>] = [
            SettingDeclaration("discount", \.discount, in: .share, .atOnce, "γ, the weight of a reward one step later.")
        ]
    }

    @Test("Settings that a method does not declare are shown by their keys, and do not change on the way")
    func undeclared() throws {
        #expect(Undeclared.settings.map(\.key) == ["seed", "environmentCount", "discount", "hidden"])
        #expect(Undeclared.settings.map(\.effect) == [.newEnvironments, .newEnvironments, .atOnce, .fixed])
        #expect(Undeclared.settings.map(\.type.description) == ["integer", "integer", "number", "list"])
        let error = try #require(throws: ConfigurationError.self) { try Undeclared(overlaying: ["discount": 1.5]) }
        #expect(error.key == "discount")
        #expect(throws: Never.self) { try Undeclared(overlaying: ["hidden": [0]]) }
    }
}
