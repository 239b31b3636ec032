#if Serving
/// A metric: all series of a name, in the order of their labels.
struct PrometheusFamily {
    /// The number of series that are made of destroyed instruments, each for its own model.
    static let olderLimit = 1000
    /// The label whose values are put together when their instruments are destroyed, and what they become.
    private static let version = (label: "version", older: "older")

    /// What the text format calls its kind.
    let type: String
    private var entries: [Entry] = []
    /// How many of them are made of destroyed ones.
    private var olderCount = 0

    /// A series, and how many instruments count in it.
    private struct Entry {
        let series: any PrometheusSeries
        var users = 1
    }

    /// A metric without any series.
    init(type: String) { self.type = type }

    /// The series, ordered by their labels.
    var series: some Sequence<any PrometheusSeries> { entries.lazy.map(\.series) }

    /// Whether there are none.
    var isEmpty: Bool { entries.isEmpty }

    /// The series of some labels for one more instrument, made if there is none; nil when one of another kind has them.
    mutating func use<Series: PrometheusSeries>(
        _ identity: SeriesIdentity, _ make: (SeriesIdentity) -> Series
    ) -> Series? {
        let place = place(of: identity)
        guard place.isThere else {
            let series = make(identity)
            entries.insert(Entry(series: series), at: place.index)
            return series
        }
        guard let series = entries[place.index].series as? Series else { return nil }
        entries[place.index].users += 1
        return series
    }

    /// Lets go of a series for one instrument. With the last one its numbers go on in the series of older versions, if it is
    /// of a version and counts something.
    mutating func endUse<Series: PrometheusSeries>(of series: Series, _ make: (SeriesIdentity) -> Series) {
        let place = place(of: series.identity)
        guard place.isThere, entries[place.index].series === series else { return }
        entries[place.index].users -= 1
        guard entries[place.index].users == 0 else { return }
        entries.remove(at: place.index)
        guard type != "gauge", let identity = olderIdentity(of: series.identity) else { return }
        let older = self.place(of: identity)
        if !older.isThere {
            entries.insert(Entry(series: make(identity)), at: older.index)
            olderCount += 1
        }
        entries[older.index].series.absorb(series)
    }

    /// The labels with which the numbers of a series go on; nil for one of no version.
    private func olderIdentity(of identity: SeriesIdentity) -> SeriesIdentity? {
        guard let place = identity.labels.firstIndex(where: { $0.name == Self.version.label }) else { return nil }
        var labels = identity.labels
        labels[place].value = Self.version.older
        let older = SeriesIdentity(name: identity.name, labels: labels)
        guard olderCount >= Self.olderLimit, !self.place(of: older).isThere else { return older }
        labels.removeAll { $0.name == "model" }
        return SeriesIdentity(name: identity.name, labels: labels)
    }

    /// Where a series is, or would be.
    private func place(of identity: SeriesIdentity) -> (index: Int, isThere: Bool) {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].series.identity.text < identity.text { low = middle + 1 } else { high = middle }
        }
        return (low, low < entries.count && entries[low].series.identity.text == identity.text)
    }
}
#endif
