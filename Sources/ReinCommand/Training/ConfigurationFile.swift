import Rein

/// The file that `--config` names.
enum ConfigurationFile {
    /// Reads the parameters in it.
    ///
    /// - Throws: `ValidationError` when there is no such file, when it cannot be read, or for what is wrong inside.
    static func parameters(in path: String) throws -> RunParameters {
        try asUsageError {
            guard try LocalFile.exists(path) else { throw CommandFailure("\(path): there is no such file") }
            let parameters = RunDirectory(path: path).parametersPath
            if try LocalFile.isDirectory(path), try LocalFile.exists(parameters) {
                throw CommandFailure("\(path): is a directory, not a file; did you mean \(parameters)?")
            }
            return try RunParameters(readingFrom: path)
        }
    }

    /// What to do about a file that is no JSON, when its name says that other programs' settings are in it; nil for
    /// other names.
    static func otherFormat(of path: String) -> String? {
        let formats = ["yaml": "YAML", "yml": "YAML", "toml": "TOML", "ini": "INI", "py": "Python", "pkl": "a pickle"]
        return path.split(separator: ".").last.flatMap { formats[$0.lowercased()] }.map { format in
            "settings are JSON here, not \(format), as in "
                + "{\"algorithm\": \"PPO\", \"configuration\": {\"discount\": 0.98}}; every run has a params.json"
        }
    }
}
