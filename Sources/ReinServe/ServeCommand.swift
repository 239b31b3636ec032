#if Serving
import ArgumentParser
import ReinCheckpoints

/// The command line of `rein-serve`: arguments, and nothing else. Each is a setting, whose rules stand in `ServeSettings`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rein-serve",
        abstract: "Serve policies over HTTP, by the Open Inference Protocol.",
        discussion: """
            Policies come from checkpoints as Rein, RLlib and Stable-Baselines3 write them, and from the directories of runs, \
            which may be training still: a newer checkpoint takes over as soon as it is complete.

              rein-serve runs/latest
              rein-serve runs/league --policy 'red*' --as best=runs/old:red
              rein-serve --settings serve.json --threads 2
              curl -s localhost:8000/v2/models/default_policy/infer -d \\
                '{"inputs":[{"name":"obs","datatype":"FP32","shape":[1,4],"data":[0,0,0,0]}]}'

            A time is a number with us, ms, s, min or h behind it, or of seconds.
            """,
        version: ReinVersion.current)

    @Argument(
        help: ArgumentHelp(
            "Checkpoints of algorithms or policies, and directories of runs (then the newest checkpoints).",
            valueName: "checkpoint"))
    var checkpoints: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file of JSON whose keys are the names of these options, without the dashes before them, and \"checkpoints\"; "
                + "options that are given count more.", valueName: "path"))
    var settings: String?

    @Option(help: ArgumentHelp("Which policies are served: ids and patterns, several with commas.", valueName: "glob"))
    var policy: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "One policy of a checkpoint under another name; may be repeated.", valueName: "name=checkpoint[:id]"))
    var named: [String] = []

    @Option(
        help: ArgumentHelp(
            "What Stable-Baselines3's VecNormalize saved for the agent that is served.", valueName: "vecnormalize.pkl"))
    var normalization: String?

    @Option(
        help: ArgumentHelp(
            "Where to listen; a port of 0 is one that is free (127.0.0.1:8000).", valueName: "host:port"))
    var http: String?

    @Option(
        help: ArgumentHelp(
            "Where to listen for gRPC (127.0.0.1:8001); \"none\" for nowhere. Takes a build with the trait ServingGRPC.",
            valueName: "host:port"))
    var grpc: String?

    @Option(
        help: ArgumentHelp(
            "Where Prometheus's metrics are told, at /metrics; \"none\" for nowhere (127.0.0.1:8002).",
            valueName: "host:port"))
    var metrics: String?

    @Option(
        help: ArgumentHelp(
            "How many of the newest versions of a model answer by their numbers (1).", valueName: "count"))
    var versions: String?

    @Option(help: ArgumentHelp("Which models are read before the first request; may be repeated.", valueName: "glob"))
    var preload: [String] = []

    @Option(help: ArgumentHelp("How many megabytes models may take; others are dropped.", valueName: "megabytes"))
    var memory: String?

    @Flag(inversion: .prefixedNo, help: "Let a newer version take or give something else than the one before.")
    var allowSpaceChange: Bool?

    @Option(help: ArgumentHelp("How often directories are looked at (1s).", valueName: "time"))
    var poll: String?

    @Option(
        help: ArgumentHelp(
            "A file with the token that clients have to show; REIN_SERVE_TOKEN may hold it instead.", valueName: "path")
    )
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "A file with the certificate of TLS in PEM, and those by which it is signed; read again at SIGHUP.",
            valueName: "path"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The file with the private key of the certificate in PEM.", valueName: "path"))
    var tlsKey: String?

    @Option(help: ArgumentHelp("The largest number of connections at a time (10000).", valueName: "count"))
    var connections: String?

    @Option(
        help: ArgumentHelp(
            "How many megabytes the bodies of all requests may take together (1024).", valueName: "megabytes"))
    var bodyMemory: String?

    @Option(
        help: ArgumentHelp(
            "How long a client may be waited for until the head of a request is whole, and then its body (30s).",
            valueName: "time"))
    var bodyTimeout: String?

    @Option(help: ArgumentHelp("How long a client may take nothing of an answer (30s).", valueName: "time"))
    var writeTimeout: String?

    @Option(help: ArgumentHelp("After how long without a request a connection is closed (2min).", valueName: "time"))
    var idleTimeout: String?

    @Option(
        help: ArgumentHelp("How long requests that have come may take when the server stops (10s).", valueName: "time"))
    var grace: String?

    @Option(help: ArgumentHelp("The number of threads that answer (1).", valueName: "count"))
    var threads: String?

    @Option(help: ArgumentHelp("The largest number of rows of a request (4096).", valueName: "count"))
    var maxRows: String?

    @Option(
        help: ArgumentHelp(
            "How long a policy may take, as measured when it is read, to act where its request is read; others wait for a "
                + "thread that does nothing else (50us).", valueName: "time"))
    var inlineBelow: String?

    @Option(help: ArgumentHelp("The number of those threads; 0 for one for each processor (0).", valueName: "count"))
    var workers: String?

    @Option(help: ArgumentHelp("The largest number of rows that are acted on together (256).", valueName: "count"))
    var maxBatch: String?

    @Option(help: ArgumentHelp("How long a request may wait for others to act on with it (0s).", valueName: "time"))
    var batchDelay: String?

    @Option(help: ArgumentHelp("The largest number of requests of a model that wait (1024).", valueName: "count"))
    var queue: String?

    @Option(
        help: ArgumentHelp(
            "For how long a request may have to wait; others are refused at once (25ms).", valueName: "time"))
    var queueTime: String?

    @Option(
        help: ArgumentHelp("How many sequences of recurrent policies are kept at once (10000).", valueName: "count"))
    var sequences: String?

    @Option(help: ArgumentHelp("After how long a sequence is dropped that no request names (1min).", valueName: "time"))
    var sequenceIdle: String?

    @Option(
        help: ArgumentHelp(
            "What becomes of sequences when a newer version takes over: they stay with theirs, or begin anew (pin).",
            valueName: "pin|restart"))
    var sequenceSwap: String?

    @Option(
        help: ArgumentHelp(
            "Which events are logged on standard error, and those that are worse (info).",
            valueName: "trace|debug|info|notice|warning|error|critical"))
    var logLevel: String?

    @Option(
        help: ArgumentHelp(
            "How events are logged: for programs or for people (text at a terminal, json elsewhere).",
            valueName: "json|text"))
    var logFormat: String?

    @Flag(inversion: .prefixedNo, help: "Log every request over HTTP.")
    var accessLog: Bool?

    /// What was given, by the names of the settings.
    var given: [(name: String, texts: [String])] {
        [
            ("checkpoints", checkpoints), ("policy", policy.texts), ("as", named),
            ("normalization", normalization.texts), ("http", http.texts),
            ("grpc", grpc.texts), ("metrics", metrics.texts), ("versions", versions.texts), ("preload", preload),
            ("memory", memory.texts),
            ("allow-space-change", allowSpaceChange.texts), ("poll", poll.texts), ("token-file", tokenFile.texts),
            ("tls-certificate", tlsCertificate.texts), ("tls-key", tlsKey.texts),
            ("connections", connections.texts), ("body-memory", bodyMemory.texts),
            ("body-timeout", bodyTimeout.texts), ("write-timeout", writeTimeout.texts),
            ("idle-timeout", idleTimeout.texts), ("grace", grace.texts), ("threads", threads.texts),
            ("max-rows", maxRows.texts), ("inline-below", inlineBelow.texts),
            ("workers", workers.texts), ("max-batch", maxBatch.texts), ("batch-delay", batchDelay.texts),
            ("queue", queue.texts), ("queue-time", queueTime.texts), ("sequences", sequences.texts),
            ("sequence-idle", sequenceIdle.texts),
            ("sequence-swap", sequenceSwap.texts), ("log-level", logLevel.texts), ("log-format", logFormat.texts),
            ("access-log", accessLog.texts),
        ]
    }

    func validate() throws {
        do throws(OptionProblem) {
            var settings = ServeSettings()
            try settings.read(options: given)
        } catch { throw ValidationError(error.description) }
        if settings == nil, checkpoints.isEmpty, named.isEmpty { throw ValidationError(Self.nothingToServe) }
    }

    /// What is said when there is nothing to serve.
    static let nothingToServe = "what is to be served? Give a checkpoint or the directory of a run"

    func run() async throws {
        do {
            try await serve()
        } catch let error where error is StateError || error is OptionProblem || error.isListenFailure {
            StandardError.say("rein-serve: \(error)")
            throw ExitCode(1)
        }
    }
}

extension Optional where Wrapped: CustomStringConvertible {
    /// What was given for an option that is given once.
    fileprivate var texts: [String] { map { [$0.description] } ?? [] }
}
#endif
