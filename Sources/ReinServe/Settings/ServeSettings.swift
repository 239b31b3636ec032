#if Serving
import Logging
import ReinPolicies
import ReinServing

/// What `rein-serve` is told, by options and by a settings file. `keys` has the names and the rules.
///
/// A setting is a property here, a line of `keys`, and an option with its line of `given` in `ServeCommand`.
struct ServeSettings {
    /// Checkpoints and runs.
    var checkpoints: [String] = []
    /// Which of their policies are served; all when nil.
    var policy: PolicySelection?
    /// Single policies under other names.
    var named: [String] = []
    /// What VecNormalize saved for the agent of Stable-Baselines3 that is served.
    var normalization: String?
    /// Where to listen.
    var http = ListenAddress(host: "127.0.0.1", port: 8000)
    /// Where to listen for gRPC; where it usually is when nil.
    var grpc: OptionalAddress?
    /// Where metrics are told; nowhere when nil.
    var metrics: ListenAddress? = ListenAddress(host: "127.0.0.1", port: 8002)
    /// How many of the newest versions answer by their numbers.
    var versions = 1
    /// Patterns of the models that are read before the first request.
    var preload: [String] = []
    /// How many megabytes models may take; no limit when nil.
    var memory: Int?
    /// Whether a newer version may take or give something else.
    var allowsSpaceChange = false
    /// How often directories are looked at.
    var poll = Duration.seconds(1)
    /// The file with the token.
    var tokenFile: String?
    /// The file with the certificate of TLS; no TLS when nil.
    var tlsCertificate: String?
    /// The file with its key.
    var tlsKey: String?
    /// The largest number of connections.
    var connections = 10_000
    /// How many megabytes the bodies of all requests may take.
    var bodyMemory = 1024
    /// How long a head, and then a body, may take.
    var bodyTimeout = Duration.seconds(30)
    /// How long a client may take nothing of an answer.
    var writeTimeout = Duration.seconds(30)
    /// After how long without a request a connection is closed.
    var idleTimeout = Duration.seconds(120)
    /// How long requests may take when the server stops.
    var grace = Duration.seconds(10)
    /// The number of event loops.
    var threads = 1
    /// What requests and sequences may take.
    var limits = InferenceService.Limits()
    /// Events below are not logged.
    var logLevel = Logger.Level.info
    /// How events are logged; as it suits standard error when nil.
    var logFormat: LogFormat?
    /// Whether every request is logged.
    var logsAccesses = false

    /// The usual settings.
    init() {}
}

extension ServeSettings {
    /// Every setting, in the order in which the options are shown.
    static var keys: [SettingKey] {
        let day = Duration.seconds(86_400)
        let timeouts = Duration.milliseconds(10)...day
        return [
            SettingKey(list: "checkpoints") { $0.checkpoints = $1 },
            SettingKey("policy") { (settings, value: PolicySelection) in settings.policy = value },
            SettingKey(list: "as") { $0.named = $1 },
            SettingKey("normalization") { (settings, value: String) in settings.normalization = value },
            SettingKey("http") { $0.http = $1 },
            SettingKey("grpc", where: grpcRule) { $0.grpc = $1 },
            SettingKey("metrics") { (settings, value: OptionalAddress) in settings.metrics = value.address },
            SettingKey("versions", in: 1...) { $0.versions = $1 },
            SettingKey(list: "preload") { $0.preload = $1 },
            SettingKey("memory", in: 1...1 << 30) { $0.memory = $1 },
            SettingKey("allow-space-change") { $0.allowsSpaceChange = $1 },
            SettingKey("poll", in: timeouts) { $0.poll = $1 },
            SettingKey("token-file") { (settings, value: String) in settings.tokenFile = value },
            SettingKey("tls-certificate") { (settings, value: String) in settings.tlsCertificate = value },
            SettingKey("tls-key") { (settings, value: String) in settings.tlsKey = value },
            SettingKey("connections", in: 1...) { $0.connections = $1 },
            SettingKey("body-memory", in: 64...1 << 30) { $0.bodyMemory = $1 },
            SettingKey("body-timeout", in: timeouts) { $0.bodyTimeout = $1 },
            SettingKey("write-timeout", in: timeouts) { $0.writeTimeout = $1 },
            SettingKey("idle-timeout", in: timeouts) { $0.idleTimeout = $1 },
            SettingKey("grace", in: timeouts) { $0.grace = $1 },
            SettingKey("threads", in: 1...1024) { $0.threads = $1 },
            SettingKey("max-rows", in: 1...) { $0.limits.rows = $1 },
            SettingKey("inline-below", in: .zero...day) { $0.limits.inlineBelow = $1 },
            SettingKey("workers", in: 0...1024) { $0.limits.workers = $1 },
            SettingKey("max-batch", in: 1...65_536) { $0.limits.batchRows = $1 },
            SettingKey("batch-delay", in: .zero...day) { $0.limits.batchDelay = $1 },
            SettingKey("queue", in: 1...1_000_000) { $0.limits.queuedRequests = $1 },
            SettingKey("queue-time", in: .milliseconds(1)...day) { $0.limits.queueTime = $1 },
            SettingKey("sequences", in: 0...) { $0.limits.sequences = $1 },
            SettingKey("sequence-idle", in: .milliseconds(1)...(day * 365)) { $0.limits.sequenceIdle = $1 },
            SettingKey("sequence-swap") { $0.limits.sequenceSwap = $1 },
            SettingKey("log-level") { $0.logLevel = $1 },
            SettingKey("log-format") { (settings, value: LogFormat) in settings.logFormat = value },
            SettingKey("access-log") { $0.logsAccesses = $1 },
        ]
    }
}
#endif
