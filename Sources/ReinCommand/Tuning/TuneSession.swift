import Rein
import ReinTune
import Synchronization

/// An experiment at work: the tuner beside the main thread, which shows what happens and passes on that somebody asks for
/// an end.
final class TuneSession {
    /// How the experiment begins.
    enum Beginning {
        /// In a folder without one.
        case new
        /// Where it was left.
        case resumed(ExperimentRevision)

        /// Whether there was something before.
        fileprivate var isResumed: Bool { if case .resumed = self { true } else { false } }
    }

    private let tuner: Tuner
    private let plan: TunePlan
    private let folder: TuneFolder
    private let beginning: Beginning
    private var display: TuneDisplay

    /// How often the main thread looks after the tuner, in milliseconds.
    private static let interval = 20

    /// Prepares a session.
    ///
    /// - Parameters:
    ///   - tuner: what carries the plan out.
    ///   - plan: the plan that is written down once the experiment is there.
    init(_ tuner: Tuner, _ plan: TunePlan, in folder: TuneFolder, _ beginning: Beginning, display: TuneDisplay) {
        self.tuner = tuner
        self.plan = plan
        self.folder = folder
        self.beginning = beginning
        self.display = display
    }

    /// Searches until the experiment is over, or ends for now because somebody asks for it.
    ///
    /// - Throws: as `Tuner.run` and `Tuner.resume`.
    func run() throws -> Tuner.Outcome {
        let feed = Feed()
        let (tuner, plan, folder, beginning) = (tuner, plan, folder, beginning)
        let work = BackgroundWork { () async throws -> Tuner.Outcome in
            let reporter = Reporter(feed, isContinuing: beginning.isResumed) { folder throws(StateError) in
                // Only now the folder is this process's alone.
                try TuneFolder(path: folder).write(plan)
            }
            switch beginning {
            case .new: return try await tuner.run(in: folder.path, observing: reporter.take)
            case .resumed(let revision):
                return try await tuner.resume(in: folder.path, revising: revision, observing: reporter.take)
            }
        }
        defer { display.close() }
        var isCancelled = false
        while true {
            // Before what has happened is looked at: what happens last is shown, too.
            let result = work.result
            let news = feed.take()
            for warning in news.warnings { display.warn(warning) }
            display.show(news.changes, news.progress)
            if let result { return try result.get() }
            if Signals.isEndRequested, !isCancelled {
                work.cancel()
                isCancelled = true
                display.leaveTable()
            }
            Pause.milliseconds(Self.interval)
        }
    }

    /// What the tuner has told and nobody has looked at.
    private final class Feed: Sendable {
        struct News {
            var changes: [TrialChange] = []
            var progress: ExperimentProgress?
            var warnings: [String] = []
        }

        private let news = Mutex(News())

        func put(_ changes: [TrialChange], _ progress: ExperimentProgress, warning: String?) {
            news.withLock { news in
                news.changes += changes
                news.progress = progress
                if let warning { news.warnings.append(warning) }
            }
        }

        func take() -> News {
            news.withLock { news in
                defer { news = News() }
                return news
            }
        }
    }

    /// Takes what the tuner tells, in its own task.
    private final class Reporter {
        private let feed: Feed
        private let isContinuing: Bool
        private let begin: (_ folder: String) throws(StateError) -> Void
        private var changes = TrialChanges()
        private var isFirst = true

        /// Passes on to a feed.
        ///
        /// - Parameters:
        ///   - isContinuing: whether trials were there before.
        ///   - begin: is called with the folder of this machine when the experiment has begun well.
        init(_ feed: Feed, isContinuing: Bool, begin: @escaping (_ folder: String) throws(StateError) -> Void) {
            self.feed = feed
            self.isContinuing = isContinuing
            self.begin = begin
        }

        func take(_ progress: ExperimentProgress) {
            let found = changes.take(progress.trials, isContinuing: isContinuing && isFirst)
            var warning: String?
            if isFirst { do throws(StateError) { try begin(progress.folder) } catch { warning = "\(error)" } }
            isFirst = false
            feed.put(found, progress, warning: warning)
        }
    }
}
