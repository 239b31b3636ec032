import ReinCheckpoints

/// Containers, names and records.
extension PickleReader {
    mutating func extendList(by elements: [PickleValue]) throws(StateError) {
        let index = try topNode()
        guard nodes[index].kind == .list else { throw input.error(.malformed, "an element of what is no list") }
        nodes[index].elements += elements
    }

    mutating func extendDictionary(by elements: [PickleValue]) throws(StateError) {
        let index = try topNode()
        guard nodes[index].kind == .dictionary || nodes[index].kind == .record, elements.count.isMultiple(of: 2) else {
            throw input.error(.malformed, "an entry of what is no dictionary")
        }
        nodes[index].elements += elements
    }

    /// Python's function that protocols before 4 name what lies in a class by: `getattr(class, "name")`.
    private static let attributeGetter = "builtins.getattr"

    mutating func pushGlobal(module: String, name: String) throws(StateError) {
        let full = "\(module).\(name)"
        guard globals.contains(full) || full == Self.attributeGetter else {
            throw input.error(
                .unsupportedFormat,
                "the global \"\(full.shortened)\" is not one that is read here; a pickle is a program, and only a few "
                    + "names are let in")
        }
        try push(PickleNode(kind: .global, name: full))
    }

    /// Writes down what would be called with what.
    mutating func makeRecord(_ opcode: PickleOpcode) throws(StateError) {
        let values = try pop(count: opcode == .newObjectWithKeywords ? 3 : 2)
        guard case .node(let callable) = values[0], nodes[callable].kind == .global,
            case .node(let arguments) = values[1], nodes[arguments].kind == .tuple
        else { throw input.error(.malformed, "a call of what has no name, or without arguments") }
        if opcode == .newObjectWithKeywords {
            guard case .node(let keywords) = values[2], nodes[keywords].kind == .dictionary,
                nodes[keywords].elements.isEmpty
            else { throw input.error(.unsupportedFormat, "an object that is made with named arguments") }
        }
        guard nodes[callable].name != Self.attributeGetter else {
            return try pushAttribute(nodes[arguments].elements)
        }
        try push(PickleNode(kind: .record, name: nodes[callable].name, arguments: values[1]))
    }

    /// The name of what lies in a class that has a name, as protocol 4 has it: it must be on the list, too.
    private mutating func pushAttribute(_ arguments: [PickleValue]) throws(StateError) {
        guard arguments.count == 2, case .node(let owner) = arguments[0], nodes[owner].kind == .global,
            case .string(let name) = arguments[1]
        else { throw input.error(.unsupportedFormat, "an attribute of what has no name is not read") }
        try pushGlobal(module: nodes[owner].name, name: name)
    }

    /// Writes down what a record would be told.
    mutating func setState() throws(StateError) {
        let state = try pop(count: 1)[0]
        let index = try topNode()
        guard nodes[index].kind == .record, nodes[index].state == nil else {
            throw input.error(.malformed, "a state of what takes none")
        }
        nodes[index].state = state
    }
}
