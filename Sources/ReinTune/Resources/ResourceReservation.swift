/// What a request was granted: for each bundle the machine that it lies on, and which GPUs there.
struct ResourceReservation: Sendable, Hashable {
    /// A number that no other reservation of the pool has.
    let number: Int
    /// The bundles of the request, in its order.
    let bundles: [PlacedBundle]

    /// The indices of the GPUs on a machine that the reservation has, whole or in part, ascending; each once.
    func gpus(on machine: Int) -> [Int] {
        Set(bundles.filter { $0.machine == machine }.flatMap { $0.gpus.map(\.index) }).sorted()
    }

    /// What `CUDA_VISIBLE_DEVICES` is to be for a process on a machine that works for the reservation; empty without
    /// GPUs.
    ///
    /// - Parameters:
    ///   - machine: the index of the machine.
    ///   - visible: the GPUs that the machine's indices count: entries of that variable where the pool was counted; nil
    ///     for all that there are.
    func visibleDevices(on machine: Int, among visible: [String]?) -> String {
        gpus(on: machine).map { index in
            guard let visible, visible.indices.contains(index) else { return String(index) }
            return visible[index]
        }.joined(separator: ",")
    }
}

/// A bundle on its machine.
struct PlacedBundle: Sendable, Hashable {
    /// The index of the machine.
    let machine: Int
    /// The amounts of the bundle by names of resources, GPUs included.
    let amounts: [String: Double]
    /// Which GPUs these are.
    let gpus: [GPUShare]
}

/// A GPU, or a part of one.
struct GPUShare: Sendable, Hashable {
    /// The index among the GPUs of the machine, from 0.
    let index: Int
    /// How much of it: 1 for all.
    let amount: Double
}
