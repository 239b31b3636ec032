public import ReinCheckpoints
import ReinRandom

extension PopulationBasedTraining: Checkpointable {
    private enum Key: String, CaseIterable {
        case random, members, meetingTime = "meeting_time", log
        case checkpointCount = "checkpoint_count", exploitCount = "exploit_count"
    }

    /// What is known of the trials, who took over from whom, and what will be drawn at random.
    public var state: StateTree {
        [
            Key.random.rawValue: StateEncoder().encode(random),
            Key.members.rawValue: .list(members.map(\.state)),
            Key.meetingTime.rawValue: .double(meetingTime),
            Key.checkpointCount.rawValue: .int(Int64(checkpointCount)),
            Key.exploitCount.rawValue: .int(Int64(exploitCount)),
            Key.log.rawValue: log.state,
        ]
    }

    /// Takes over the state of a scheduler of the same settings.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectKeys(Key.allCases.map(\.rawValue))
        var restored = self
        restored.random = try reader.decode(RandomStream.self, Key.random.rawValue)
        restored.members = []
        restored.places = [:]
        for entry in try reader.list(Key.members.rawValue) {
            let member = try PopulationMember(entry)
            guard restored.places.updateValue(restored.members.count, forKey: member.id) == nil else {
                throw entry.error(.alreadyExists, "the trial \(member.id) appears twice")
            }
            restored.members.append(member)
        }
        restored.meetingTime = try reader.time(Key.meetingTime.rawValue)
        restored.checkpointCount = try reader.int(Key.checkpointCount.rawValue)
        restored.exploitCount = try reader.int(Key.exploitCount.rawValue)
        restored.log = try PopulationLog(try reader.child(Key.log.rawValue))
        self = restored
    }
}
