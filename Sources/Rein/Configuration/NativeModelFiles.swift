public import ReinExport

/// The files by which other programs run a policy that checkpoints hold beside its state.
///
/// In JSON a list of their forms, such as `["onnx", "c"]`, or `true` for `["onnx"]`; null or `false` for none.
public struct NativeModelFiles: Sendable, Hashable {
    /// The names of the forms, each once, in the order of `ModelForm.named`.
    public let names: [String]

    /// Files of some forms, with the default options of each.
    public init(_ forms: [ModelForm]) {
        let given = Set(forms.map(\.name))
        names = ModelForm.named.map(\.name).filter(given.contains)
    }

    /// No files.
    public static let none = NativeModelFiles([])

    /// The forms, with their default options.
    public var forms: [ModelForm] { ModelForm.named.filter { names.contains($0.name) }.map(\.form) }
}

extension NativeModelFiles: ExpressibleByArrayLiteral, ExpressibleByBooleanLiteral {
    /// Files of some forms, with the default options of each.
    public init(arrayLiteral forms: ModelForm...) { self.init(forms) }

    /// A graph, or nothing.
    public init(booleanLiteral value: Bool) { self.init(value ? [.onnx] : []) }
}

extension NativeModelFiles: Codable {
    /// Reads a list of names, `true`, or nothing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .none
        } else if let isOn = try? container.decode(Bool.self) {
            self.init(booleanLiteral: isOn)
        } else if let names = try? container.decode([String].self) {
            do {
                self.init(try names.map { try ModelForm(named: $0) })
            } catch {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
            }
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected true, or a list of forms such as [\"onnx\"]")
        }
    }

    /// Writes a list of names; nothing for none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if names.isEmpty { try container.encodeNil() } else { try container.encode(names) }
    }
}

extension NativeModelFiles: SettingValue {
    /// A list of forms.
    public static var settingType: SettingType { SettingType("true, list of forms").orNull }
    /// The forms.
    public static var settingRange: SettingRange { .words(ModelForm.named.map(\.name)) }
    /// Nothing: others are refused when they are read.
    public func problem(in range: SettingRange) -> String? { nil }
}
