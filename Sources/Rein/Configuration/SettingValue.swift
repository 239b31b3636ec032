public import ReinNetworks
public import ReinNumerics
public import ReinPolicies

/// The value of a setting: what its type is called, and how it is compared with a range.
///
/// A choice among words is an enumeration with names for raw values; for a new one
/// `extension MyChoice: SettingValue {}` is all there is to write.
public protocol SettingValue: Sendable {
    /// What the type is called.
    static var settingType: SettingType { get }
    /// The range of a setting for which none is given: all values, unless said otherwise.
    static var settingRange: SettingRange { get }
    /// What is wrong with the value, in words for the person who wrote it; nil when nothing is.
    func problem(in range: SettingRange) -> String?
}

extension SettingValue {
    /// All values.
    public static var settingRange: SettingRange { .any }
}

extension Bool: SettingValue {
    /// `true` or `false`.
    public static var settingType: SettingType { .boolean }
    /// Nothing.
    public func problem(in range: SettingRange) -> String? { nil }
}

extension Int: SettingValue {
    /// A whole number.
    public static var settingType: SettingType { .integer }
    /// Nothing, when it is in the range.
    public func problem(in range: SettingRange) -> String? { range.problem(with: self) }
}

extension Double: SettingValue {
    /// A number.
    public static var settingType: SettingType { .number }
    /// Nothing, when it is in the range.
    public func problem(in range: SettingRange) -> String? { range.problem(with: self) }
}

extension Schedule: SettingValue {
    /// A number or a schedule.
    public static var settingType: SettingType { .schedule }
    /// Nothing, when every value that the schedule can take is in the range.
    public func problem(in range: SettingRange) -> String? {
        problem ?? cornerValues.lazy.compactMap { range.problem(with: $0) }.first
    }
}

extension RewardClip: SettingValue {
    /// A number or `"sign"`.
    public static var settingType: SettingType { .rewardClip }
    /// Nothing, when a limit is in the range.
    public func problem(in range: SettingRange) -> String? {
        if case .limit(let limit) = self { range.problem(with: limit) } else { nil }
    }
}

extension Array: SettingValue where Element == Int {
    /// A list of whole numbers.
    public static var settingType: SettingType { .integers }
    /// Nothing, when it is in the range.
    public func problem(in range: SettingRange) -> String? { range.problem(with: self) }
}

extension Optional: SettingValue where Wrapped: SettingValue {
    /// That of what may be there, or null.
    public static var settingType: SettingType { Wrapped.settingType.orNull }
    /// That of what may be there.
    public static var settingRange: SettingRange { Wrapped.settingRange }
    /// Nothing for nil.
    public func problem(in range: SettingRange) -> String? { flatMap { $0.problem(in: range) } }
}

extension SettingValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    /// One of some words.
    public static var settingType: SettingType { .word }
    /// The words.
    public static var settingRange: SettingRange { .words(allCases.map(\.rawValue)) }
    /// Nothing, when the word is in the range.
    public func problem(in range: SettingRange) -> String? {
        guard case .words(let words) = range, !words.contains(rawValue) else { return nil }
        return "\(rawValue) is out of range (allowed: \(range))"
    }
}

extension Activation: SettingValue {}
extension ActionTransform: SettingValue {}
extension ActorCriticArchitecture.ValueNetwork: SettingValue {}
extension NetworkConfiguration.Recurrence: SettingValue {}
extension ErrorLoss: SettingValue {}
extension PrioritizedReplaySampling: SettingValue {}
