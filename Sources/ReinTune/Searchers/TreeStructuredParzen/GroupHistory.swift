/// The trials that have the parameters of a group, sorted on every axis as they come.
struct GroupHistory: Sendable {
    /// The places of the parameters among all.
    let parameters: [Int]
    /// Their axes.
    let axes: [ParzenAxis]
    /// The numbers of the trials, ascending.
    private(set) var trials: [Int] = []
    /// For each axis the coordinates of the trials.
    private var coordinates: [[Double]]
    /// For each axis of numbers the rows by their coordinates, older ones of equal coordinates first.
    private var orders: [[Int32]]
    /// For each axis the widths that the rows' kernels had last, and the norms that belong to them.
    private var widths: [[Double]]
    private var norms: [[Double]]

    /// Makes the history of parameters that no trial has.
    init(_ parameters: [Int], axes: [ParzenAxis]) {
        self.parameters = parameters
        self.axes = axes
        coordinates = axes.map { _ in [] }
        orders = axes.map { _ in [] }
        widths = axes.map { _ in [] }
        norms = axes.map { _ in [] }
    }

    /// Adds a trial that is newer than all the others.
    mutating func append(_ trial: Int, _ numbers: [Double]) {
        let row = Int32(trials.count)
        trials.append(trial)
        for (place, axis) in axes.enumerated() {
            let coordinate = axis.coordinate(of: numbers[parameters[place]])
            coordinates[place].append(coordinate)
            guard axis.categories == nil else { continue }
            widths[place].append(.nan)
            norms[place].append(.nan)
            var (low, high) = (0, orders[place].count)
            while low < high {
                let middle = (low + high) / 2
                if coordinates[place][Int(orders[place][middle])] <= coordinate {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            orders[place].insert(row, at: low)
        }
    }

    /// The estimator of a few trials, whose numbers ascend; those that do not have these parameters are left out.
    func estimator(of chosen: [Int]) -> ParzenEstimator {
        let rows = chosen.compactMap { row(of: $0) }
        return ParzenEstimator(axes, coordinates: coordinates.map { column in rows.map { column[$0] } })
    }

    /// The estimator of all but a few trials, whose numbers ascend.
    mutating func estimator(excluding excluded: [Int]) -> ParzenEstimator {
        var compact = [Int32](repeating: 0, count: trials.count)
        for trial in excluded { if let row = row(of: trial) { compact[row] = -1 } }
        var rows: [Int] = []
        rows.reserveCapacity(trials.count)
        for row in trials.indices where compact[row] == 0 {
            compact[row] = Int32(rows.count)
            rows.append(row)
        }
        let columns = coordinates.map { column in rows.map { column[$0] } }
        let places = orders.map { order -> [Int32] in
            var places: [Int32] = []
            places.reserveCapacity(rows.count)
            for row in order where compact[Int(row)] >= 0 { places.append(compact[Int(row)]) }
            return places
        }
        return ParzenEstimator(axes, coordinates: columns, orders: places) { axis, means, widths in
            self.norms(of: axis, rows, means, widths)
        }
    }

    /// The norms of kernels: few widths change from one suggestion to the next.
    private mutating func norms(of axis: Int, _ rows: [Int], _ means: [Double], _ newWidths: [Double]) -> [Double] {
        var found = [Double](repeating: 0, count: means.count)
        for (place, row) in rows.enumerated() {
            if widths[axis][row] != newWidths[place] {
                widths[axis][row] = newWidths[place]
                norms[axis][row] = axes[axis].logNorm(mean: means[place], width: newWidths[place])
            }
            found[place] = norms[axis][row]
        }
        found[rows.count] = axes[axis].logNorm(mean: means[rows.count], width: newWidths[rows.count])
        return found
    }

    private func row(of trial: Int) -> Int? {
        var (low, high) = (0, trials.count)
        while low < high {
            let middle = (low + high) / 2
            if trials[middle] < trial { low = middle + 1 } else { high = middle }
        }
        return low < trials.count && trials[low] == trial ? low : nil
    }
}
