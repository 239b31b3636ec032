/// Reads the text of an address.
struct StorageURIParser {
    private let text: String
    private let bytes: [UInt8]

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    func parse() throws(StateError) -> StorageURI {
        guard bytes.count <= StorageURI.maximumLength else {
            throw error("has \(bytes.count) bytes, more than the \(StorageURI.maximumLength) that an address may have")
        }
        guard !bytes.contains(0) else { throw error("holds the character NUL") }
        let scheme = try scheme()
        var rest = bytes[(scheme.utf8.count + 3)...]
        let end = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        let authority = try authority(rest[..<end])
        rest = rest[end...]
        guard !rest.contains(UInt8(ascii: "#")) else { throw error("has a \"#\", which is to be written as %23") }
        let mark = rest.firstIndex(of: UInt8(ascii: "?"))
        let path = try path(rest[..<(mark ?? rest.endIndex)])
        let parameters = try mark.map { mark throws(StateError) in try self.parameters(rest[(mark + 1)...]) } ?? []
        return try StorageURI(scheme: scheme, authority: authority, path: path, parameters: parameters)
    }

    private func scheme() throws(StateError) -> String {
        let letters = bytes.prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "+-.".utf8.contains(byte)
            }
        }
        guard !letters.isEmpty, Array(bytes[letters.count...].prefix(3)) == Array("://".utf8) else {
            throw error("is no address of a storage: it begins with no scheme such as file://, as in file:///data/run")
        }
        return String(decoding: letters, as: UTF8.self).lowercased()
    }

    private func authority(_ part: ArraySlice<UInt8>) throws(StateError) -> String {
        guard !part.contains(UInt8(ascii: "@")) else {
            throw error("has an \"@\" before the first slash: an address holds no user and no password")
        }
        guard let string = String(validating: part, as: UTF8.self),
            part.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "\\") })
        else { throw error("has before the first slash what no name there has: a space, a control character, % or \\") }
        return string
    }

    private func path(_ part: ArraySlice<UInt8>) throws(StateError) -> String {
        var path = try decoded(part)[...]
        if path.utf8.first == UInt8(ascii: "/") { path = Substring(path.utf8.dropFirst()) }
        while path.utf8.last == UInt8(ascii: "/") { path = Substring(path.utf8.dropLast()) }
        let string = String(path)
        // How long the name of an object may be is a matter of those below the address.
        if !string.isEmpty, let problem = StorageKey.problem(ofParts: string) {
            throw error("has a path that is none: \"\(string.shortened)\" is no name of an object: \(problem)")
        }
        return string
    }

    private func parameters(_ part: ArraySlice<UInt8>) throws(StateError) -> [StorageURI.Parameter] {
        var parameters: [StorageURI.Parameter] = []
        for item in part.split(separator: UInt8(ascii: "&")) {
            let mark = item.firstIndex(of: UInt8(ascii: "="))
            let name = try decoded(item[..<(mark ?? item.endIndex)])
            let value = try mark.map { mark throws(StateError) in try decoded(item[(mark + 1)...]) } ?? ""
            guard !name.isEmpty else { throw error("has a parameter without a name") }
            guard !parameters.contains(where: { $0.name == name }) else {
                throw error("has the parameter \"\(name.shortened)\" twice")
            }
            parameters.append(StorageURI.Parameter(name: name, value: value))
        }
        return parameters
    }

    private func decoded(_ part: ArraySlice<UInt8>) throws(StateError) -> String {
        guard let string = PercentEncoding.decoded(part) else {
            throw error("has a % without two hexadecimal digits behind it, or bytes that are not UTF-8")
        }
        guard !string.utf8.contains(0) else { throw error("holds the character NUL") }
        return string
    }

    /// An error that names the text as far as it may be shown: never what might be a password.
    @inline(never)
    private func error(_ message: String) -> StateError {
        let beginning = bytes.prefix { $0 != UInt8(ascii: "?") }
        let hidesNothing = !beginning.contains(UInt8(ascii: "@"))
        return StateError(
            .malformed, message, path: hidesNothing ? String(decoding: beginning, as: UTF8.self).shortened : "address")
    }
}
