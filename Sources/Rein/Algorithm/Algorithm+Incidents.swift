public import ReinEnvironments

/// Environments outside of this program.
extension Algorithm {
    /// What has happened to the environments since training began; nil where they are part of this program.
    public var environmentIncidents: EnvironmentIncidents? {
        let all = players.compactMap(\.incidents) + [sharedRunner?.vector.incidents].compactMap(\.self)
        guard !all.isEmpty else { return nil }
        var sum = EnvironmentIncidents()
        for incidents in all { sum.add(incidents) }
        return sum
    }

    /// What became of episodes in flight when a checkpoint was restored, where some of them could not go on: a sentence
    /// for each policy's environments, or for those that several agents share.
    public var environmentNotes: [String] {
        var notes: [String] = []
        for player in players { add(player.restoredLanes, to: &notes) }
        if let sharedRunner { add(sharedRunner.beginning.restoredLanes, to: &notes) }
        return notes
    }

    private func add(_ lanes: RestoredLanes, to notes: inout [String]) {
        guard !lanes.reason.isEmpty else { return }
        notes.append(
            "\(lanes.begunAnew.count) of \(configuration.environmentCount) environments begin new episodes: "
                + lanes.reason)
    }

    /// Whether episodes in flight did not survive the restoring of a checkpoint.
    var hasLostEpisodes: Bool {
        players.contains { !$0.restoredLanes.begunAnew.isEmpty }
            || sharedRunner?.beginning.restoredLanes.begunAnew.isEmpty == false
    }
}
