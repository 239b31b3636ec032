/// The trials of an experiment in the order of their making, found by their ids.
public struct TrialTable: Sendable {
    /// The trials.
    public private(set) var records: [TrialRecord] = []
    private var places: [TrialID: Int] = [:]
    private var pending = PlaceSet()
    private var paused = PlaceSet()

    /// Makes a table without trials.
    public init() {}

    /// Adds a trial that was made after all the others.
    public mutating func append(_ record: TrialRecord) {
        precondition(places.updateValue(records.count, forKey: record.id) == nil, "the trial \(record.id) is there")
        records.append(record)
        note(record.status, at: records.count - 1)
    }

    /// The trial of an id, which has to be there.
    public subscript(id: TrialID) -> TrialRecord {
        get { records[place(of: id)] }
        set {
            let place = place(of: id)
            let status = records[place].status
            records[place] = newValue
            guard status != newValue.status else { return }
            switch status {
            case .pending: pending.remove(place)
            case .paused: paused.remove(place)
            case .running, .terminated, .errored: break
            }
            note(newValue.status, at: place)
        }
    }

    /// Whether there is a trial of this id.
    public func contains(_ id: TrialID) -> Bool { places[id] != nil }

    /// The first trial that waits to begin, or else the first one that waits to go on; nil when none waits.
    public var firstWaiting: TrialID? { (pending.first ?? paused.first).map { records[$0].id } }

    /// Whether a trial waits, to begin or to go on.
    public var hasWaiting: Bool { !pending.isEmpty || !paused.isEmpty }

    private mutating func note(_ status: TrialStatus, at place: Int) {
        switch status {
        case .pending: pending.insert(place)
        case .paused: paused.insert(place)
        case .running, .terminated, .errored: break
        }
    }

    private func place(of id: TrialID) -> Int {
        guard let place = places[id] else { preconditionFailure("there is no trial \(id)") }
        return place
    }
}
