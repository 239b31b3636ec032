#if Serving
public import ArgumentParser
import ReinCheckpoints
import ReinPolicies
public import ReinServing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The command line of `rein-serve`: arguments, and nothing else.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rein-serve",
        abstract: "Serve policies over HTTP, by the Open Inference Protocol.",
        discussion: """
            Policies come from checkpoints as Rein, RLlib and Stable-Baselines3 write them, and from the directories of runs, \
            which may be training still: a newer checkpoint takes over as soon as it is complete.

              rein-serve runs/latest
              rein-serve runs/league --policy 'red*' --as best=runs/old:red
              curl -s localhost:8000/v2/models/default_policy/infer -d \\
                '{"inputs":[{"name":"obs","datatype":"FP32","shape":[1,4],"data":[0,0,0,0]}]}'
            """,
        version: ReinVersion.current)

    @Argument(
        help: ArgumentHelp(
            "Checkpoints of algorithms or policies, and directories of runs (then the newest checkpoints).",
            valueName: "checkpoint"))
    var checkpoints: [String] = []

    @Option(help: ArgumentHelp("Which policies are served: ids and patterns, several with commas.", valueName: "glob"))
    var policy: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "One policy of a checkpoint under another name; may be repeated.", valueName: "name=checkpoint[:id]"))
    var named: [String] = []

    @Option(help: ArgumentHelp("Where to listen; a port of 0 is one that is free.", valueName: "host:port"))
    var http = "127.0.0.1:8000"

    @Option(
        help: ArgumentHelp(
            "Where to listen for gRPC, 127.0.0.1:8001 if nothing is said; \"off\" is nowhere. Takes a build with the trait "
                + "ServingGRPC.", valueName: "host:port"))
    var grpc: String?

    @Option(help: "How many of the newest versions of a model answer by their numbers.")
    var versions = 1

    @Option(help: ArgumentHelp("Which models are read before the first request; may be repeated.", valueName: "glob"))
    var preload: [String] = []

    @Option(help: ArgumentHelp("How many megabytes models may take; others are dropped.", valueName: "megabytes"))
    var memory: Int?

    @Flag(help: "Let a newer version take or give something else than the one before.")
    var allowSpaceChange = false

    @Option(help: ArgumentHelp("How often directories are looked at.", valueName: "seconds"))
    var poll = 1.0

    @Option(
        help: ArgumentHelp(
            "A file with the token that clients have to show; REIN_SERVE_TOKEN may hold it instead.", valueName: "path")
    )
    var tokenFile: String?

    @Option(help: "The largest number of connections at a time.")
    var connections = 10_000

    @Option(help: ArgumentHelp("How long the body of a request may take.", valueName: "seconds"))
    var bodyTimeout = 30.0

    @Option(help: ArgumentHelp("After how long without a request a connection is closed.", valueName: "seconds"))
    var idleTimeout = 120.0

    @Option(
        help: ArgumentHelp("How long requests that have come may take when the server stops.", valueName: "seconds"))
    var grace = 10.0

    @Option(help: "The number of threads that answer.")
    var threads = 1

    @Option(help: "The largest number of rows of a request.")
    var maxRows = 4096

    @Option(help: "How many sequences of recurrent policies are kept at once.")
    var sequences = 10_000

    @Option(
        help: ArgumentHelp(
            "After how long a sequence is dropped that no request names.", valueName: "seconds"))
    var sequenceIdle = 60.0

    @Option(
        help: ArgumentHelp(
            "What becomes of sequences when a newer version takes over: they stay with theirs, or begin anew.",
            valueName: "pin|restart"))
    var sequenceSwap = SequenceSwap.pin

    func validate() throws {
        if checkpoints.isEmpty, named.isEmpty {
            throw ValidationError("what is to be served? Give a checkpoint or the directory of a run")
        }
        for (name, value) in [
            ("--versions", versions), ("--threads", threads), ("--max-rows", maxRows), ("--connections", connections),
        ] where value < 1 {
            throw ValidationError("\(name) is at least 1, not \(value)")
        }
        if let memory, memory < 1 || memory > 1 << 30 {
            throw ValidationError("--memory is from 1 to \(1 << 30) megabytes, not \(memory)")
        }
        guard poll >= 0.01, poll <= 86_400 else {
            throw ValidationError("--poll is from 0.01 to 86400 seconds, not \(poll)")
        }
        for (name, value) in [
            ("--body-timeout", bodyTimeout), ("--idle-timeout", idleTimeout), ("--grace", grace),
        ] where !(0.01...86_400).contains(value) {
            throw ValidationError("\(name) is from 0.01 to 86400 seconds, not \(value)")
        }
        guard sequences >= 0 else { throw ValidationError("--sequences is at least 0, not \(sequences)") }
        guard sequenceIdle >= 0.001, sequenceIdle <= 31_536_000 else {
            throw ValidationError("--sequence-idle is from 0.001 to 31536000 seconds, not \(sequenceIdle)")
        }
        guard threads <= 1024 else { throw ValidationError("--threads is at most 1024, not \(threads)") }
        _ = try ListenAddress(http)
        try validateGRPC()
    }

    func run() async throws {
        do {
            let address = try ListenAddress(http)
            let selection = try policy.map { try PolicySelection(parsing: $0) }
            var sources = checkpoints.map { ModelSource(path: $0, policies: selection) }
            for text in named { sources.append(try ModelSource(parsing: text)) }
            let repository = try ModelRepository(
                .init(
                    sources: sources, versions: versions, preload: preload.map { GlobPattern($0) },
                    memory: memory.map { $0 << 20 }, allowsSpaceChange: allowSpaceChange))
            var limits = InferenceService.Limits()
            limits.rows = maxRows
            limits.sequences = sequences
            limits.sequenceIdle = .seconds(sequenceIdle)
            limits.sequenceSwap = sequenceSwap
            let names = repository.names
            let shown = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " ..." : "")
            var configuration = PolicyServer.Configuration()
            configuration.host = address.host
            configuration.port = address.port
            configuration.threadCount = threads
            configuration.pollInterval = .seconds(poll)
            configuration.bodyTimeout = .seconds(bodyTimeout)
            configuration.idleTimeout = .seconds(idleTimeout)
            configuration.connectionLimit = connections
            configuration.grace = .seconds(grace)
            configuration.token = try token()
            configuration.handlesSignals = true
            try await PolicyServer(
                InferenceService(repository, limits: limits), configuration: configuration, transports: try transports()
            ) { port in
                let host = address.host.contains(":") ? "[\(address.host)]" : address.host
                StandardError.say("serving \(names.count) models (\(shown)) on http://\(host):\(port)")
            }.run()
        } catch let error as StateError {
            StandardError.say("rein-serve: \(error)")
            throw ExitCode(1)
        } catch let error as ListenFailure {
            StandardError.say("rein-serve: \(error)")
            throw ExitCode(1)
        }
    }
}

extension ServeCommand {
    /// The token, which an argument never holds: everybody on the machine sees those.
    private func token() throws -> AccessToken? {
        if let tokenFile { return try AccessToken(readingFile: tokenFile) }
        guard let token = getenv("REIN_SERVE_TOKEN") else { return nil }
        do throws(StateError) {
            return try AccessToken(String(cString: token))
        } catch { throw error.nested(under: "REIN_SERVE_TOKEN") }
    }
}

extension SequenceSwap: ExpressibleByArgument {}

/// An address to listen on.
struct ListenAddress {
    let host: String
    let port: Int

    init(_ text: String) throws {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon > text.startIndex
        else { throw ValidationError("\"\(text)\": expected host:port, as 127.0.0.1:8000") }
        self.port = port
        // An address of version 6 is in brackets.
        let host = text[..<colon]
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
    }
}
#endif
