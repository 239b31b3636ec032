#if Serving
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// Looks at the directories of a repository again and again, and at once when the process gets SIGHUP. Before each look idle
/// sequences are dropped, so that versions that only they have used are let go of.
struct RepositoryPoller: Service {
    /// Whose repository it is.
    let service: InferenceService
    /// How long to wait between two looks.
    let interval: Duration
    /// Where files are read.
    let threads: NIOThreadPool
    /// What it has taken on over HTTP.
    let load: ServerLoad
    /// Whether SIGHUP is for the server.
    let handlesSignals: Bool
    /// What else is done at SIGHUP, on one of the threads.
    let onSignal: @Sendable () -> Void
    /// Who is told of refusals that were left out.
    let log: ServerLog?

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while (try? await Task.sleep(for: interval)) != nil { await look() }
                }
                if handlesSignals {
                    let signals = await UnixSignalsSequence(trapping: .sighup)
                    group.addTask { for await _ in signals { await look(onSignal) } }
                }
                await group.waitForAll()
            }
        }
    }

    /// One look; the repository lets one go on at a time.
    private func look(_ before: @escaping @Sendable () -> Void = {}) async {
        // Without threads the server is stopping.
        _ = try? await threads.runIfActive {
            before()
            service.dropIdleSequences()
            service.repository.poll()
            service.noteState()
            service.repository.metrics.noteConnections(load.connectionCount)
            log?.noteLeftOut()
        }
    }
}
#endif
