import ReinCheckpoints

/// The settings of trials as a regression sees them: numbers, or kinds without an order.
struct FeatureTable: Sendable {
    /// A setting of all trials.
    enum Column: Sendable {
        /// Its numbers; NaN where it is not there.
        case numbers([Double])
        /// The numbers, from 0, of its values among the different ones; −1 where it is not there.
        case kinds([Int], count: Int)

        /// Whether a trial has it.
        func isPresent(_ row: Int) -> Bool {
            switch self {
            case .numbers(let values): !values[row].isNaN
            case .kinds(let values, _): values[row] >= 0
            }
        }
    }

    /// The settings.
    let columns: [Column]
    /// The number of trials.
    let rowCount: Int

    /// Makes a table of columns of one length.
    init(_ columns: [Column], rowCount: Int) {
        self.columns = columns
        self.rowCount = rowCount
    }

    /// The column of values: numbers where there is nothing else, and otherwise kinds.
    static func column(_ values: [StateTree?]) -> Column {
        if values.allSatisfy({ $0 == nil || $0?.parameterNumber != nil }) {
            return .numbers(values.map { $0?.parameterNumber ?? .nan })
        }
        var kinds: [String: Int] = [:]
        let places = values.map { value -> Int in
            guard let value else { return -1 }
            let name = "\(value.kind) \(JSON.text(value))"
            let place = kinds[name] ?? kinds.count
            kinds[name] = place
            return place
        }
        return .kinds(places, count: kinds.count)
    }
}
