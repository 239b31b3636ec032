/// The trials of an experiment in the order of their making, found by their ids.
public struct TrialTable: Sendable {
    /// The trials.
    public private(set) var records: [TrialRecord] = []
    private var places: [TrialID: Int] = [:]

    /// Makes a table without trials.
    public init() {}

    /// Adds a trial that was made after all the others.
    public mutating func append(_ record: TrialRecord) {
        precondition(places.updateValue(records.count, forKey: record.id) == nil, "the trial \(record.id) is there")
        records.append(record)
    }

    /// The trial of an id, which has to be there.
    public subscript(id: TrialID) -> TrialRecord {
        get { records[place(of: id)] }
        set { records[place(of: id)] = newValue }
    }

    /// Whether there is a trial of this id.
    public func contains(_ id: TrialID) -> Bool { places[id] != nil }

    private func place(of id: TrialID) -> Int {
        guard let place = places[id] else { preconditionFailure("there is no trial \(id)") }
        return place
    }
}
