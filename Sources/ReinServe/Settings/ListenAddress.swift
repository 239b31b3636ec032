#if Serving
/// An address to listen on.
struct ListenAddress: SettingValue, Equatable {
    static var expected: String { "host:port, as 127.0.0.1:8000" }

    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon > text.startIndex
        else { return nil }
        // An address of version 6 is in brackets.
        let host = text[..<colon]
        self.init(
            host: host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host),
            port: port)
    }

    var text: String { text(port: port) }

    /// The address with the port that was found.
    func text(port: Int) -> String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// An address to listen on, or that nobody listens.
enum OptionalAddress: SettingValue, Equatable {
    case none
    case at(ListenAddress)

    static var expected: String { "host:port, as 127.0.0.1:8002, or \"none\"" }

    init?(text: String) {
        if text == "none" {
            self = .none
        } else if let address = ListenAddress(text: text) {
            self = .at(address)
        } else {
            return nil
        }
    }

    /// The address; nil for none.
    var address: ListenAddress? {
        if case .at(let address) = self { address } else { nil }
    }

    var text: String { address?.text ?? "none" }
}
#endif
