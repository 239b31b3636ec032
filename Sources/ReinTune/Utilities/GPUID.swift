/// Which GPU: its number as the driver counts, or its UUID.
///
///     try await waitForGPU(id: 1)
///     try await waitForGPU(id: "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6")
///
/// Text of digits alone is a number. A UUID may be cut short, as long as one GPU's only begins so.
public enum GPUID: Sendable, Hashable {
    /// A number, counted from 0 in the order of the slots (`CUDA_DEVICE_ORDER=PCI_BUS_ID`).
    case index(Int)
    /// A UUID or the beginning of one.
    case uuid(String)

    /// Reads text: digits alone are a number.
    public init(_ text: String) {
        let isNumber = !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
        self = (isNumber ? Int(text) : nil).map { .index($0) } ?? .uuid(text)
    }
}

extension GPUID: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// Creates a number.
    public init(integerLiteral value: Int) { self = .index(value) }

    /// Creates a number from digits, a UUID from other text.
    public init(stringLiteral value: String) { self.init(value) }
}

extension GPUID: CustomStringConvertible {
    /// The number or the UUID.
    public var description: String {
        switch self {
        case .index(let index): "\(index)"
        case .uuid(let uuid): uuid
        }
    }
}
