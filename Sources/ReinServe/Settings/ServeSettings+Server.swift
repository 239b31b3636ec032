#if Serving
import ReinCheckpoints
import ReinPolicies
import ReinServing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the settings come to.
extension ServeSettings {
    /// How models are served.
    ///
    /// - Throws: `StateError` when a name or an id can be none, or when there are several sources that a normalisation might
    ///   belong to.
    var repository: ModelRepository.Configuration {
        get throws(StateError) {
            var sources = checkpoints.map { ModelSource(path: $0, policies: policy) }
            for text in named {
                let source = try ModelSource(parsing: text)
                guard source.name != nil else {
                    throw StateError(
                        .unsupportedFormat, "as: expected NAME=CHECKPOINT or NAME=CHECKPOINT:ID, found \"\(text)\"")
                }
                sources.append(source)
            }
            if let normalization {
                guard sources.count == 1 else {
                    throw StateError(
                        .unsupportedFormat,
                        "normalization: it belongs to one agent, and there are \(sources.count) sources",
                        path: normalization)
                }
                sources[0].normalization = normalization
            }
            return ModelRepository.Configuration(
                sources: sources, versions: versions, preload: preload.map { GlobPattern($0) },
                memory: memory.map { $0 << 20 }, allowsSpaceChange: allowsSpaceChange)
        }
    }

    /// How the server listens.
    ///
    /// - Throws: `StateError` when there is no token in the file that is named, or in the environment, or no certificate and
    ///   key in theirs.
    var server: PolicyServer.Configuration {
        get throws(StateError) {
            var configuration = PolicyServer.Configuration()
            configuration.host = http.host
            configuration.port = http.port
            configuration.threadCount = threads
            configuration.pollInterval = poll
            configuration.bodyTimeout = bodyTimeout
            configuration.idleTimeout = idleTimeout
            configuration.writeTimeout = writeTimeout
            configuration.bodyMemory = bodyMemory << 20
            configuration.tls = try tls()
            configuration.connectionLimit = connections
            configuration.grace = grace
            configuration.token = try token()
            configuration.handlesSignals = true
            return configuration
        }
    }

    /// What connections are encrypted with.
    private func tls() throws(StateError) -> ServerTLS? {
        guard let tlsCertificate, let tlsKey else { return nil }
        return try ServerTLS(ServerTLS.Files(certificate: tlsCertificate, key: tlsKey))
    }

    /// The token, which neither an argument nor a settings file ever holds: others see those.
    private func token() throws(StateError) -> AccessToken? {
        if let tokenFile { return try AccessToken(readingFile: tokenFile) }
        guard let token = getenv("REIN_SERVE_TOKEN") else { return nil }
        do throws(StateError) {
            return try AccessToken(String(cString: token))
        } catch { throw error.nested(under: "REIN_SERVE_TOKEN") }
    }
}
#endif
