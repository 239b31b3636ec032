import ReinCheckpoints

/// An axis of parallel coordinates: numbers, or kinds one above the other.
struct ParallelAxis {
    /// Its name.
    let name: String
    /// The place of each trial, from 0 at the bottom to 1; nil of those that do not have the setting.
    let places: [Double?]
    /// What is written at places.
    let ticks: [(place: Double, name: String)]
    /// Whether logarithms count.
    let isLogarithmic: Bool

    /// The most kinds that are named.
    private static let kindLimit = 24

    /// An axis of values of trials: of numbers where there is nothing else, with logarithms where all are positive and they
    /// span more than two powers of ten.
    init(_ name: String, _ values: [StateTree?]) {
        if values.allSatisfy({ $0 == nil || $0?.parameterNumber != nil }) {
            self.init(name, numbers: values.map { $0?.parameterNumber })
            return
        }
        var kinds: [String: Double] = [:]
        let names = values.map { $0.map { ShortText.value($0) } }
        let present = names.compactMap(\.self)
        let order = Set(present).sortedByBytes
        for (place, kind) in order.enumerated() {
            kinds[kind] = order.count == 1 ? 0.5 : Double(place) / Double(order.count - 1)
        }
        self.init(
            name: name, places: names.map { $0.flatMap { kinds[$0] } },
            ticks: Decimation.spread(order, limit: Self.kindLimit).map { (kinds[$0] ?? 0, $0) }, isLogarithmic: false)
    }

    /// An axis of numbers.
    ///
    /// - Parameter allowsLogarithms: whether logarithms may count.
    init(_ name: String, numbers: [Double?], allowsLogarithms: Bool = true) {
        let known = numbers.map { $0.flatMap { $0.isFinite ? $0 : nil } }
        let scale = ChartScale(known.compactMap(\.self), allowsLogarithms: allowsLogarithms)
        var ticks = scale.ticks(about: 5)
        if ticks.count < 2 { ticks = [(scale.low, ShortText.number(scale.low, digits: 4))] + ticks }
        self.init(
            name: name, places: known.map { $0.map { scale.fraction(of: $0) } },
            ticks: ticks.map { (scale.fraction(of: $0.value), $0.name) }, isLogarithmic: scale.isLogarithmic)
    }

    private init(name: String, places: [Double?], ticks: [(place: Double, name: String)], isLogarithmic: Bool) {
        self.name = name
        self.places = places
        self.ticks = ticks
        self.isLogarithmic = isLogarithmic
    }
}
