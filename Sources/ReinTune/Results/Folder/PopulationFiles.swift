import ReinCheckpoints

/// Puts the log of population-based training into files: `pbt_global.txt`, which grows by lines, and
/// `pbt_policy_<id>.txt`, which `PopulationBasedTrainingReplay` reads.
struct PopulationFiles {
    private let folder: String
    /// The number of entries that the files have; nil as long as it is not known what they are.
    private var count: Int?

    /// Makes a writer for the folder of an experiment. Nothing is written.
    init(in folder: String) { self.folder = folder }

    /// Brings the files up to a log. The first time all are compared with it, since a process that ended in between may
    /// have left them behind; later only what was added is written.
    ///
    /// - Parameter log: a log that has the entries of the last one, and maybe more.
    /// - Throws: `StateError` when they cannot be written; the next call tries again.
    mutating func update(_ log: PopulationLog) throws(StateError) {
        let added = log.entries.dropFirst(count ?? 0)
        guard !added.isEmpty else { return }
        let isKnown = count != nil
        count = nil
        for id in isKnown ? log.trials(of: added) : log.trials {
            if let text = log.text(of: id) { try replace(PopulationLog.fileName(of: id), with: text) }
        }
        let path = "\(folder)/\(PopulationLog.fileName)"
        if isKnown {
            try LineFile(appendingTo: path).append(added.map(\.line))
        } else {
            try replace(PopulationLog.fileName, with: log.text)
        }
        count = log.entries.count
    }

    private func replace(_ name: String, with text: String) throws(StateError) {
        let path = "\(folder)/\(name)"
        if let bytes = try? LocalFile.read(path, limit: text.utf8.count), bytes.elementsEqual(text.utf8) { return }
        try LocalFile.replace(path, with: text)
    }
}

extension PopulationLog {
    /// The trials whose files some entries change, each once.
    fileprivate func trials(of entries: some Sequence<Entry>) -> [TrialID] {
        Set(entries.map(\.target)).sorted(byBytesOf: \.string)
    }
}
