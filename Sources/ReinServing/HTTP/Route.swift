#if Serving
import ReinCheckpoints

/// What a path of the protocol is about.
enum Route: Equatable, Sendable {
    /// Whether the program runs.
    case live
    /// Whether requests are answered.
    case ready
    /// What the server is.
    case server
    /// What a model takes and gives.
    case metadata(ModelAddress)
    /// Whether a model answers.
    case modelReady(ModelAddress)
    /// What Triton's configuration of a model would be.
    case config(ModelAddress)
    /// What has been asked of a model, or of all when nil.
    case statistics(ModelAddress?)
    /// A request.
    case infer(ModelAddress)
    /// The models that there are.
    case index
    /// To look for a newer version of a model.
    case load(String)
    /// To answer no more requests for a model.
    case unload(String)

    /// The verb that a path is for; a path that is read may be asked for its head, too.
    var verb: String {
        switch self {
        case .live, .ready, .server, .metadata, .modelReady, .config, .statistics: "GET"
        case .infer, .index, .load, .unload: "POST"
        }
    }

    /// Whether whoever has no token may know.
    var isOpen: Bool { self == .live || self == .ready }
}

extension Route {
    /// Finds out what a path is about.
    ///
    /// Parts of the path are separated before their escapes are resolved, once, as UTF-8: so a name may hold any letter but
    /// a slash. A query is not looked at.
    ///
    /// - Throws: `ServingError` with `.notFound` for other paths, and `.invalidArgument` for escapes that are none.
    init(path: some StringProtocol) throws(ServingError) {
        let path = path.prefix { $0 != "?" }
        var parts: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            parts.append(try Self.decoded(part))
        }
        if parts.last == "", parts.count > 1 { parts.removeLast() }
        guard path.hasPrefix("/"), parts.first == "v2", let route = Self.route(parts.dropFirst()) else {
            throw ServingError(
                .notFound,
                "there is no \(String(path).shortened); there are /v2, /v2/health/live and ready, /v2/models/NAME and what is "
                    + "below, and /v2/repository/index")
        }
        self = route
    }

    private static func route(_ parts: ArraySlice<String>) -> Route? {
        guard let first = parts.first else { return .server }
        let rest = Array(parts.dropFirst())
        switch first {
        case "health": return rest == ["live"] ? .live : rest == ["ready"] ? .ready : nil
        case "models":
            // A policy called "stats" is asked for with a version.
            if rest == ["stats"] { return .statistics(nil) }
            guard let name = rest.first, !name.isEmpty else { return nil }
            return model(name, Array(rest.dropFirst()))
        case "repository": return repository(rest)
        default: return nil
        }
    }

    private static func model(_ name: String, _ rest: [String]) -> Route? {
        var (address, rest) = (ModelAddress(name: name), rest)
        if rest.first == "versions", rest.count > 1 {
            guard !rest[1].isEmpty else { return nil }
            address.version = rest[1]
            rest.removeFirst(2)
        }
        switch rest {
        case []: return .metadata(address)
        case ["ready"]: return .modelReady(address)
        case ["config"]: return .config(address)
        case ["stats"]: return .statistics(address)
        case ["infer"]: return .infer(address)
        default: return nil
        }
    }

    private static func repository(_ rest: [String]) -> Route? {
        if rest == ["index"] { return .index }
        guard rest.count == 3, rest[0] == "models", !rest[1].isEmpty else { return nil }
        switch rest[2] {
        case "load": return .load(rest[1])
        case "unload": return .unload(rest[1])
        default: return nil
        }
    }

    /// A part of a path without escapes.
    private static func decoded(_ part: some StringProtocol) throws(ServingError) -> String {
        guard part.utf8.contains(UInt8(ascii: "%")) else { return String(part) }
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
                throw ServingError(
                    .invalidArgument, "\(String(part).shortened): behind % come two hexadecimal digits")
            }
            bytes.append(high << 4 | low)
        }
        guard !bytes.contains(0) else {
            throw ServingError(.invalidArgument, "\(String(part).shortened): no name has a character of number 0")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ServingError(.invalidArgument, "\(String(part).shortened): the escapes are no UTF-8")
        }
        return text
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit; nil for another character.
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
#endif
