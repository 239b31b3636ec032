import ReinCheckpoints

extension StateReader {
    /// The ids that the list at this place has.
    func trialIDs() throws(StateError) -> [TrialID] {
        var ids: [TrialID] = []
        for element in try list() { ids.append(TrialID(try element.string())) }
        return ids
    }

    /// The numbers that the list at this place has.
    func doubles() throws(StateError) -> [Double] {
        var numbers: [Double] = []
        for element in try list() { numbers.append(try element.double()) }
        return numbers
    }

    /// The whole numbers that the list at this place has.
    func ints() throws(StateError) -> [Int] {
        var numbers: [Int] = []
        for element in try list() { numbers.append(try element.int()) }
        return numbers
    }
}

extension StateTree {
    /// A list of ids.
    static func ids(_ ids: some Sequence<TrialID>) -> StateTree { .list(ids.map { .string($0.string) }) }

    /// A list of numbers.
    static func numbers(_ numbers: some Sequence<Double>) -> StateTree { .list(numbers.map { .double($0) }) }

    /// A list of whole numbers.
    static func numbers(_ numbers: some Sequence<Int>) -> StateTree { .list(numbers.map { .int(Int64($0)) }) }
}
