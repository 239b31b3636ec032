/// Fewer points of a curve that looks the same.
enum Decimation {
    /// The places of the points to be drawn: of as many stretches of the same length as there is room for, the least and the
    /// largest value, and both ends.
    ///
    /// - Parameters:
    ///   - values: the values of the curve, in the order of drawing.
    ///   - limit: the most points.
    static func places(_ values: [Double], limit: Int) -> [Int] {
        guard values.count > max(2, limit) else { return Array(values.indices) }
        guard limit >= 4 else { return [0, values.count - 1] }
        let stretches = (limit - 2) / 2
        var places = [0]
        for stretch in 0..<stretches {
            let range = (stretch * values.count / stretches)..<((stretch + 1) * values.count / stretches)
            var (least, largest) = (range.lowerBound, range.lowerBound)
            for place in range {
                if values[place] < values[least] || values[least].isNaN { least = place }
                if values[place] > values[largest] || values[largest].isNaN { largest = place }
            }
            for place in [min(least, largest), max(least, largest)] where place > places[places.count - 1] {
                places.append(place)
            }
        }
        if places[places.count - 1] < values.count - 1 { places.append(values.count - 1) }
        return places
    }

    /// Some of many, the first among them: all when there are no more than `limit`, else as many, evenly spread.
    static func spread<Element>(_ elements: [Element], limit: Int) -> [Element] {
        guard elements.count > limit else { return elements }
        return (0..<limit).map { elements[$0 * elements.count / limit] }
    }
}
