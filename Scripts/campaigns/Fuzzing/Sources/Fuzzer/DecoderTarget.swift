import ReinCheckpoints

/// Whatever reads bytes that others may have written.
enum DecoderTarget: String, CaseIterable {
    /// State files in Rein's own format.
    case native
    /// State files in the format msgpack.
    case msgpack
    /// `rllib_checkpoint.json`.
    case manifest
    /// JSON, also as Python writes it.
    case json
    /// A policy, an algorithm or a module of RLlib's, up to the learner that goes on.
    case rllib
    /// An agent of Stable-Baselines3.
    case agent
    /// Pickles: statistics of VecNormalize, and whatever else is read.
    case pickle
    /// Settings: lines of `key=value` or a file of parameters, and the settings that come of them.
    case settings
    /// Mappings, patterns and lists of policies.
    case mapping
    /// Lines of `rein predict`.
    case predict
    /// The bytes of a checkpoint: a zip archive of its files.
    case archive
    /// What was noted about a checkpoint.
    case metadata
    /// The journal of a folder of checkpoints.
    case journal
    /// Addresses of storages.
    case address

    /// Decodes bytes and, where that succeeds, does what a program does next. Checks that what was read is written and
    /// read back as it was.
    ///
    /// - Returns: whether the bytes were good to the end, and not refused on the way.
    func decode(_ bytes: [UInt8]) -> Bool {
        switch self {
        case .native: roundTrip(bytes, NativeCodec())
        case .msgpack: roundTrip(bytes, MessagePackCodec())
        case .manifest: manifest(bytes)
        case .json: json(bytes)
        case .rllib: rllib(bytes)
        case .agent: agent(bytes)
        case .pickle: pickle(bytes)
        case .settings: settings(String(decoding: bytes, as: UTF8.self))
        case .mapping: mapping(String(decoding: bytes, as: UTF8.self))
        case .predict: predict(bytes)
        case .archive: archive(bytes)
        case .metadata: metadata(bytes)
        case .journal: journal(bytes)
        case .address: address(String(decoding: bytes, as: UTF8.self))
        }
    }
}
