import ReinCheckpoints

/// What is free on some machines, and who has the rest.
///
///     var pool = ResourcePool([MachineResources().amounts])
///     try pool.requireFits(request)
///     if let reservation = try pool.reserve(request) { ...; pool.release(reservation) }
///
/// What is free depends on nothing but the reservations that there are and their order: where the last one is given
/// back, all is free again to the last digit.
struct ResourcePool: Sendable {
    private let machines: [[String: Double]]
    private var rooms: [MachineRoom]
    /// What is reserved, in the order in which it was.
    private(set) var reservations: [ResourceReservation] = []
    private var nextNumber = 0

    /// Machines with nothing on them.
    ///
    /// - Parameter machines: what each machine has in all, by names of resources.
    init(_ machines: [[String: Double]]) {
        self.machines = machines
        rooms = machines.map { MachineRoom($0) }
    }

    /// What is free of each machine, by names of resources.
    var free: [[String: Double]] { rooms.map(\.amounts) }

    /// Refuses a request that can never be granted.
    ///
    /// - Throws: `StateError` with `.outOfRange` that says what is asked for, and what there is.
    func requireFits(_ group: PlacementGroup) throws(StateError) {
        try group.requireFits(on: machines)
        let problem: String
        switch BundleLayout.find(for: group, on: machines.map { MachineRoom($0) }) {
        case .found: return
        case .impossible: problem = "cannot be laid on the machines, where a part of a GPU is on one GPU"
        case .undecided: problem = "are too many, or too different, to find a way to lay them on the machines"
        }
        throw StateError(
            .outOfRange, "\(problem); asked for are \(group), there is \(PlacementGroup.text(machines))",
            path: "bundles")
    }

    /// Reserves what a request asks for, whole or not at all.
    ///
    /// - Returns: where it is; nil when there is too little free now.
    /// - Throws: `StateError` as `requireFits` when it can never be granted.
    mutating func reserve(_ group: PlacementGroup) throws(StateError) -> ResourceReservation? {
        guard case .found(let bundles) = BundleLayout.find(for: group, on: rooms) else {
            try requireFits(group)
            return nil
        }
        let reservation = ResourceReservation(number: nextNumber, bundles: bundles)
        nextNumber += 1
        reservations.append(reservation)
        for bundle in bundles { rooms[bundle.machine].take(bundle) }
        return reservation
    }

    /// Reserves what an earlier reservation had, with the same GPUs.
    ///
    /// - Returns: the reservation; nil when not all of that is free now.
    mutating func reserve(again earlier: ResourceReservation) -> ResourceReservation? {
        var taken = rooms
        for bundle in earlier.bundles {
            guard taken[bundle.machine].hasRoom(for: bundle) else { return nil }
            taken[bundle.machine].take(bundle)
        }
        let reservation = ResourceReservation(number: nextNumber, bundles: earlier.bundles)
        nextNumber += 1
        reservations.append(reservation)
        rooms = taken
        return reservation
    }

    /// Gives a reservation back, which the pool must have: once.
    mutating func release(_ reservation: ResourceReservation) {
        guard let index = reservations.firstIndex(of: reservation) else {
            preconditionFailure("the pool has no reservation \(reservation.number)")
        }
        reservations.remove(at: index)
        // Counted anew, not added: sums of fractions are not exact.
        let changed = Set(reservation.bundles.map(\.machine))
        for machine in changed { rooms[machine] = MachineRoom(machines[machine]) }
        for bundle in reservations.flatMap(\.bundles) where changed.contains(bundle.machine) {
            rooms[bundle.machine].take(bundle)
        }
    }
}
