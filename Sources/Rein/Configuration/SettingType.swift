/// What the value of a setting is made of, in words for somebody who writes one.
public struct SettingType: Sendable, Hashable, CustomStringConvertible {
    /// The words, such as `integer`.
    public let name: String
    /// Whether the setting may be null.
    public let allowsNull: Bool

    /// Names a type whose values are not null.
    public init(_ name: String) { self.init(name: name, allowsNull: false) }

    private init(name: String, allowsNull: Bool) {
        self.name = name
        self.allowsNull = allowsNull
    }

    /// The same type, with null.
    public var orNull: SettingType { SettingType(name: name, allowsNull: true) }

    /// The words, and that there is null.
    public var description: String { allowsNull ? "\(name) or null" : name }

    /// `true` or `false`.
    public static let boolean = SettingType("boolean")
    /// A whole number.
    public static let integer = SettingType("integer")
    /// A number.
    public static let number = SettingType("number")
    /// A list of whole numbers.
    public static let integers = SettingType("list of integers")
    /// One of some words.
    public static let word = SettingType("word")
    /// A number, or a list of pairs of a step and the number from there on.
    public static let schedule = SettingType("number or schedule")
    /// A number, or `"sign"`.
    public static let rewardClip = SettingType("number or \"sign\"")
}
