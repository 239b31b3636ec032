import ReinCheckpoints
import Synchronization

/// What metrics came to in the trials of an experiment: read when it is first asked for, and then kept, one number after
/// the other and never all results.
///
/// It is a class because all copies of a grid share what was read.
final class GridTracks: Sendable {
    private struct Known {
        var tracks: [String: [MetricTrack?]] = [:]
        var warnings: [String] = []
    }

    private let files: [ResultFile?]
    private let known = Mutex(Known())

    /// Reads nothing yet.
    ///
    /// - Parameter files: where the results of each trial are.
    init(_ files: [ResultFile?]) { self.files = files }

    /// What went wrong in reading.
    var warnings: [String] { known.withLock(\.warnings) }

    /// What a metric came to in each trial; nil where it never came.
    func tracks(of metric: String) -> [MetricTrack?] { tracks(of: [metric])[0] }

    /// What several metrics came to, for which the results are read once.
    func tracks(of metrics: [String]) -> [[MetricTrack?]] {
        known.withLock { known in
            var missing: [String] = []
            for metric in metrics where known.tracks[metric] == nil && !missing.contains(metric) {
                missing.append(metric)
            }
            if !missing.isEmpty {
                for (metric, tracks) in zip(missing, read(missing, &known.warnings)) { known.tracks[metric] = tracks }
            }
            return metrics.map { known.tracks[$0] ?? [] }
        }
    }

    private func read(_ metrics: [String], _ warnings: inout [String]) -> [[MetricTrack?]] {
        var tracks = [[MetricTrack?]](repeating: Array(repeating: nil, count: files.count), count: metrics.count)
        var found: [String] = []
        for (trial, file) in files.enumerated() {
            guard let file else { continue }
            var current = [MetricTrack?](repeating: nil, count: metrics.count)
            file.forEachResult(&found) { row, result in
                for (place, metric) in metrics.enumerated() {
                    guard let value = result.number(ofMetric: metric) else { continue }
                    if current[place] == nil { current[place] = MetricTrack() }
                    current[place]?.append(value, row: row)
                }
                return true
            }
            for place in metrics.indices { tracks[place][trial] = current[place] }
        }
        let known = Set(warnings)
        warnings += found.filter { !known.contains($0) }
        return tracks
    }
}
