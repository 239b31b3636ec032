#if Serving
import ReinCheckpoints
import ReinInterop

/// What lies at the path of a source.
enum SourcePlace {
    /// One checkpoint.
    case checkpoint
    /// The directory of a run, with checkpoints that are counted.
    case run
    /// An agent of Stable-Baselines3 in a zip file.
    case archive
    /// The folder in which such a zip file was unpacked.
    case unpacked

    /// Looks what lies at a path.
    ///
    /// - Throws: `StateError` when it is nothing that models come from.
    init(at path: String) throws(StateError) {
        guard try LocalFile.exists(path) else {
            throw StateError(.notFound, "there is no such checkpoint or run", path: path)
        }
        if try !LocalFile.isDirectory(path) {
            guard path.hasSuffix(".zip") else {
                throw StateError(
                    .unsupportedFormat, "a checkpoint is a directory, and an agent of Stable-Baselines3 a zip file",
                    path: path)
            }
            self = .archive
        } else if try CheckpointDirectory.exists(at: path) {
            self = .checkpoint
        } else if try StableBaselines3Agent.isUnpacked(in: path) {
            self = .unpacked
        } else if try LocalFile.names(in: path).contains(where: { CheckpointName.index(in: $0) != nil }) {
            self = .run
        } else {
            throw StateError(
                .notFound,
                "neither a checkpoint (there is no \(CheckpointManifest.fileName)) nor the directory of a run (there is no "
                    + "checkpoint_000000 or later)", path: path)
        }
    }

    /// Whether it is an agent of Stable-Baselines3.
    var isAgent: Bool { self == .archive || self == .unpacked }

    /// The checkpoints that are there and complete as far as can be seen without opening them, the newest first. Of one
    /// that has not changed this is the one that was known before.
    ///
    /// - Parameters:
    ///   - path: where to look.
    ///   - normalization: the file that goes with an agent of Stable-Baselines3.
    ///   - known: what was there before.
    /// - Throws: `StateError` when the system does not tell.
    func checkpoints(
        at path: String, normalization: String?, known: [KnownCheckpoint]
    ) throws(StateError) -> [KnownCheckpoint] {
        var found: [KnownCheckpoint] = []
        let known = Dictionary(known.map { ($0.number, $0) }) { first, _ in first }
        func add(_ path: String, _ number: Int, _ stamp: String?) {
            guard let stamp else { return }
            if let earlier = known[number], earlier.stamp == stamp { return found.append(earlier) }
            found.append(
                KnownCheckpoint(number: number, path: path, stamp: stamp, place: self, normalization: normalization))
        }
        let statistics = try normalization.map { path throws(StateError) in try LocalFile.stamp(of: path) ?? "" } ?? ""
        let number = CheckpointName.index(in: lastComponent(of: path)) ?? 1
        switch self {
        case .checkpoint: add(path, number, try Self.stamp(ofDirectory: path))
        case .archive: add(path, number, try LocalFile.stamp(of: path).map { $0 + statistics })
        case .unpacked:
            var stamp = ""
            for name in ["data", "policy.pth"] { stamp += try LocalFile.stamp(of: "\(path)/\(name)") ?? "" }
            add(path, number, stamp.isEmpty ? nil : stamp + statistics)
        case .run:
            for index in try LocalFile.names(in: path).compactMap({ CheckpointName.index(in: $0) }).sorted(by: >) {
                let path = "\(path)/\(CheckpointName.name(index))"
                add(path, index, try LocalFile.stamp(of: "\(path)/\(CheckpointManifest.fileName)"))
            }
        }
        return found
    }

    /// What changes when a checkpoint is written anew: the stamp of its manifest, and of its state files where there is
    /// none.
    private static func stamp(ofDirectory path: String) throws(StateError) -> String? {
        if let stamp = try LocalFile.stamp(of: "\(path)/\(CheckpointManifest.fileName)") { return stamp }
        for stem in ["policy_state", "algorithm_state"] {
            for format in CheckpointFormat.allCases {
                if let stamp = try LocalFile.stamp(of: "\(path)/\(stem).\(format.fileExtension)") { return stamp }
            }
        }
        return nil
    }
}
#endif
