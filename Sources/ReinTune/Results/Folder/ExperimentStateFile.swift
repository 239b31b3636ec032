import ReinCheckpoints

/// The file that Ray's `ExperimentAnalysis` and `ResultGrid` open an experiment by, `experiment_state-<date>.json`: its
/// trials, with pickles of a few of Ray's objects.
///
/// It tells of the experiment and is not needed to go on with it. The texts inside are for Python, so that NaN is NaN in
/// them; the file is JSON.
struct ExperimentStateFile {
    private static let prefix = "experiment_state-"
    private static let suffix = ".json"

    /// The path of the file.
    let path: String
    private let place: ExperimentPlace
    private let trainable: String

    /// Finds the place of the file in the folder of an experiment, which has to be there: that of the newest one when there
    /// is one, since Ray reads the newest, otherwise a name with the date. Nothing is written.
    ///
    /// - Parameters:
    ///   - trainable: the name of what is trained.
    ///   - seconds: now, in seconds since 1970.
    /// - Throws: `StateError` when there is no such folder, or it cannot be looked at.
    init(in folder: String, trainable: String, at seconds: Int) throws(StateError) {
        place = try ExperimentPlace(of: folder)
        self.trainable = trainable
        var time = LocalTime()
        let known = try LocalFile.names(in: folder).last { $0.hasPrefix(Self.prefix) && $0.hasSuffix(Self.suffix) }
        let name = known ?? "\(Self.prefix)\(time.text(of: seconds))\(Self.suffix)"
        path = "\(folder)/\(name)"
        CheckpointDirectory.removeRemains(in: folder, andOf: [name])
    }

    /// Writes the file as a whole: a reader finds the old one or the new one.
    ///
    /// - Parameters:
    ///   - trials: the trials in the order of their making; asked for one after the other.
    ///   - startTime: when the experiment began, in seconds since 1970.
    ///   - synchronizing: whether to wait until it is on the disk.
    /// - Throws: `StateError` when that fails; the old file is then still there.
    func write(_ trials: some Sequence<TrialSummary>, startTime: Double, synchronizing: Bool = true) throws(StateError)
    {
        try LocalFile.replace(path, synchronizing: synchronizing) { file throws(StateError) in
            try file.write(Array("{\"trial_data\":[".utf8))
            var separator = "\n["
            for trial in trials {
                let texts = [
                    trial.description(in: place, trainable: trainable), trial.progress(in: place),
                ].map { JSON.text(.string(JSON.text(forPython: $0))) }
                try file.write(Array("\(separator)\(texts[0]),\(texts[1])]".utf8))
                separator = ",\n["
            }
            let stats = JSON.text(["start_time": .double(startTime)])
            try file.write(Array("\n],\"stats\":\(stats)}\n".utf8))
        }
    }
}
