import Rein

extension AlgorithmKind {
    /// What is wrong with settings that this method does not take: those of another method are said to be that.
    ///
    /// - Parameters:
    ///   - error: what the method says.
    ///   - algorithm: the method that the settings were made for, if that is known.
    ///   - path: the file that the settings are in, if they are.
    func explanation(of error: ConfigurationError, madeFor algorithm: String?, in path: String?) -> any Error {
        guard !defaultSettings.contains(error.key), refusals[error.key] == nil else { return error }
        if let path, let algorithm, algorithm.lowercased() != name.lowercased() {
            return ConfigurationError(
                key: error.key,
                problem: "\(path) holds settings of \(algorithm), and \(name) has no such key; leave --algorithm out, "
                    + "or give settings of \(name)")
        }
        let meanings = SettingOfOthers.named(error.key)?.keys ?? []
        guard !meanings.contains(where: { defaultSettings.contains($0) || refusals[$0] != nil }) else { return error }
        for key in [error.key] + meanings {
            let others = Self.all.filter { $0.defaultSettings.contains(key) }.map(\.name)
            guard !others.isEmpty else { continue }
            return ConfigurationError(
                key: error.key,
                problem: "this is \(key == error.key ? "" : "\"\(key)\", ")a setting of "
                    + "\(others.joined(separator: " and ")), not of \(name)")
        }
        return error
    }
}

extension StateTree {
    /// Whether there is something at a key in full, such as `network.hidden`.
    fileprivate func contains(_ key: String) -> Bool {
        var tree = self
        for part in key.split(separator: ".", omittingEmptySubsequences: false) {
            guard case .map(let map) = tree, let child = map[String(part)] else { return false }
            tree = child
        }
        return true
    }
}
