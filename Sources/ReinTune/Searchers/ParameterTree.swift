import ReinCheckpoints

/// The parameters of a search, checked, with the conditions between them.
///
/// Values are kept as one number for each parameter, NaN for those that do not exist or have none yet.
struct ParameterTree: Sendable {
    /// The parameters in their order.
    let parameters: [SearchParameter]
    /// The parameters that exist under the same condition, those with a single value left out. A group comes after the one
    /// that its condition belongs to.
    let groups: [[Int]]
    private let conditions: [Requirement?]
    private let places: [String: Int]

    /// A condition as numbers.
    private struct Requirement: Sendable, Hashable {
        let parent: Int
        let categories: [Int]
    }

    /// Checks parameters.
    ///
    /// - Throws: `StateError` for a name that appears twice, and for a condition on what is not a choice that comes before,
    ///   or on values that it does not have.
    init(_ parameters: [SearchParameter]) throws(StateError) {
        var places: [String: Int] = [:]
        var conditions: [Requirement?] = []
        var groups: [(condition: Requirement?, members: [Int])] = []
        for (place, parameter) in parameters.enumerated() {
            guard places[parameter.path] == nil else {
                throw StateError(.alreadyExists, "there are two parameters of this name", path: parameter.path)
            }
            var requirement: Requirement?
            if let condition = parameter.condition {
                requirement = try Self.requirement(condition, of: parameter, parameters, places)
            }
            places[parameter.path] = place
            conditions.append(requirement)
            if let group = groups.firstIndex(where: { $0.condition == requirement }) {
                groups[group].members.append(place)
            } else {
                groups.append((requirement, [place]))
            }
        }
        self.parameters = parameters
        self.places = places
        self.conditions = conditions
        self.groups = groups.compactMap { group in
            let members = group.members.filter { !parameters[$0].isConstant }
            return members.isEmpty ? nil : members
        }
    }

    private static func requirement(
        _ condition: SearchParameter.Condition, of parameter: SearchParameter, _ parameters: [SearchParameter],
        _ before: [String: Int]
    ) throws(StateError) -> Requirement {
        guard let parent = before[condition.path] else {
            throw StateError(
                .unknownKey,
                unknownName(
                    "no parameter \"\(condition.path.shortened)\", which the condition names, comes before",
                    nearest: nearestName(to: condition.path, in: before.keys.sortedByBytes),
                    rest: "a parameter comes after the one that it depends on"), path: parameter.path)
        }
        guard case .categories(let domain) = parameters[parent].domain else {
            throw StateError(
                .wrongType, "the condition is on \"\(condition.path.shortened)\", which is no choice",
                path: parameter.path)
        }
        guard !condition.values.isEmpty else {
            throw StateError(.outOfRange, "the condition has no values, so it never holds", path: parameter.path)
        }
        for value in condition.values where !domain.values.contains(value) {
            throw StateError(
                .outOfRange, "\"\(condition.path.shortened)\", which the condition is on, is never \(value.summary)",
                path: parameter.path)
        }
        return Requirement(
            parent: parent, categories: domain.values.indices.filter { condition.values.contains(domain.values[$0]) })
    }

    /// Whether a parameter exists, the numbers of those before it being known.
    func exists(_ place: Int, in numbers: [Double]) -> Bool {
        guard let condition = conditions[place] else { return true }
        let parent = numbers[condition.parent]
        return !parent.isNaN && condition.categories.contains(Int(parent))
    }

    /// Gives random values to the parameters that exist and have none.
    func fill(_ numbers: inout [Double], using random: inout some RandomNumberGenerator) {
        for place in parameters.indices where numbers[place].isNaN && exists(place, in: numbers) {
            numbers[place] = parameters[place].sampleNumber(using: &random)
        }
    }

    /// Gives their value to the parameters that exist and can have no other.
    func fillConstants(_ numbers: inout [Double]) {
        for (place, parameter) in parameters.enumerated() where parameter.isConstant && exists(place, in: numbers) {
            switch parameter.domain {
            case .categories: numbers[place] = 0
            case .real(let domain): numbers[place] = domain.range.lowerBound
            case .integer(let domain): numbers[place] = Double(domain.range.lowerBound)
            case .normal: break
            }
        }
    }

    /// The settings that numbers stand for.
    func configuration(_ numbers: [Double]) -> StateMap {
        StateMap(
            uniqueEntries: zip(parameters, numbers).lazy.filter { !$0.1.isNaN }.map {
                ($0.0.path, $0.0.value(of: $0.1))
            })
    }

    /// The numbers of given settings.
    ///
    /// - Parameters:
    ///   - configuration: values by path.
    ///   - isWhole: whether each parameter that exists has to have a value.
    /// - Throws: `StateError` for a parameter that is unknown or does not exist under these settings, for a value outside
    ///   its domain, and for a value that is missing.
    func numbers(of configuration: StateMap, isWhole: Bool) throws(StateError) -> [Double] {
        var numbers = [Double](repeating: .nan, count: parameters.count)
        for (path, _) in configuration where places[path] == nil {
            let known = parameters.map(\.path)
            throw StateError(
                .unknownKey,
                unknownName(
                    "there is no such parameter", nearest: nearestName(to: path, in: known),
                    rest:
                        "the parameters are \(known.prefix(20).joined(separator: ", "))\(known.count > 20 ? " ..." : "")"
                ),
                path: path)
        }
        for (place, parameter) in parameters.enumerated() {
            guard let value = configuration[parameter.path] else {
                if isWhole, exists(place, in: numbers) {
                    throw StateError(.missingKey, "the parameter has no value", path: parameter.path)
                }
                continue
            }
            guard exists(place, in: numbers) else {
                let parent = parameter.condition?.path.shortened ?? ""
                throw StateError(
                    .outOfRange,
                    "there is no such parameter for the value of \"\(parent)\" that is given, or without one",
                    path: parameter.path)
            }
            guard let number = parameter.number(of: value) else {
                throw StateError(.outOfRange, "\(value.summary) is outside its domain", path: parameter.path)
            }
            numbers[place] = number
        }
        return numbers
    }

    /// What numbers are written as in a state.
    func state(of numbers: [Double]) -> StateTree {
        .list(zip(parameters, numbers).map { $1.isNaN ? .null : $0.state(of: $1) })
    }

    /// The numbers that `state(of:)` wrote.
    ///
    /// - Throws: `StateError` for what is no such list, for a value outside its domain, and for one of a parameter that does
    ///   not exist or, if `isWhole`, for the lack of one that does.
    func numbers(restoredFrom reader: StateReader, isWhole: Bool) throws(StateError) -> [Double] {
        let list = try reader.list()
        guard list.count == parameters.count else {
            throw reader.error(.outOfRange, "\(parameters.count) parameters have \(list.count) values")
        }
        var numbers = [Double](repeating: .nan, count: parameters.count)
        for (place, element) in list.enumerated() {
            let exists = exists(place, in: numbers)
            if element.tree.isNull {
                guard !exists || !isWhole else { throw element.error(.missingKey, "the parameter has no value") }
                continue
            }
            guard exists, let number = parameters[place].number(restoredFrom: element.tree) else {
                throw element.error(
                    .outOfRange, "\(element.tree.summary) is no value of \"\(parameters[place].path.shortened)\" here")
            }
            numbers[place] = number
        }
        return numbers
    }
}
