import ReinCheckpoints

/// The search for what stands in the way of saving a value.
struct SerializationExamination {
    private let form: SerializationForm
    private var problems: [SerializationDiagnosis.Finding] = []
    private var unordered: [String] = []

    /// The largest number of problems that are noted.
    private static let limit = 1_000

    init(form: SerializationForm) { self.form = form }

    /// What was found.
    var diagnosis: SerializationDiagnosis {
        let remark =
            "has no order of its own, and is written in another one each time; it is not compared when read back"
        return SerializationDiagnosis(
            problems: problems, remarks: unordered.map { SerializationDiagnosis.Finding(path: $0, message: remark) })
    }

    /// Encodes a value and looks at what comes of it.
    ///
    /// - Returns: the tree as it is read back, nil when there are problems.
    mutating func examine(_ value: some Encodable) -> StateTree? {
        let attempt = StateEncoder().attempt(value)
        unordered = attempt.unordered
        for fault in attempt.faults { note(fault.path, fault.message) }
        return examine(tree: attempt.tree)
    }

    /// Looks at a tree.
    ///
    /// - Returns: the tree as it is read back, nil when there are problems.
    mutating func examine(tree: StateTree) -> StateTree? {
        look(at: tree, path: "", depth: 0)
        guard problems.isEmpty else { return nil }
        do {
            let read: StateTree
            switch form {
            case .state: read = try NativeCodec().decode(StateBytes(NativeCodec().encode(tree)))
            case .json: read = try JSON.parse(JSON.text(tree))
            }
            compare(read, with: tree, path: "")
            return problems.isEmpty ? read : nil
        } catch {
            note(error.path, error.message)
            return nil
        }
    }

    /// Decodes a value, encodes it once more, and notes what is not as it was.
    mutating func readBack<Value: Codable>(_ type: Value.Type, from tree: StateTree) {
        do {
            let attempt = StateEncoder().attempt(try StateDecoder().decode(type, from: tree))
            for fault in attempt.faults { note(fault.path, "cannot be saved again: \(fault.message)") }
            compare(attempt.tree, with: tree, path: "")
        } catch {
            note(error.path, "cannot be read back: \(error.message)")
        }
    }

    private mutating func look(at tree: StateTree, path: String, depth: Int) {
        switch tree {
        case .null, .bool, .int, .string: break
        case .double(let value):
            if form == .json, !value.isFinite { note(path, "JSON has no word for \(value)") }
        case .bytes, .tensor:
            if form == .json { note(path, "JSON has no \(tree.kind)") }
        case .list(let elements):
            guard isReached(depth, path) else { return }
            for (index, element) in elements.enumerated() where problems.count < Self.limit {
                look(at: element, path: Self.join(path, "\(index)"), depth: depth + 1)
            }
        case .map(let entries):
            guard isReached(depth, path) else { return }
            for (key, value) in entries where problems.count < Self.limit {
                look(at: value, path: Self.join(path, key), depth: depth + 1)
            }
        }
    }

    private mutating func isReached(_ depth: Int, _ path: String) -> Bool {
        if depth < StateTree.maximumDepth { return true }
        note(path, "lies in \(depth) lists and maps, and may itself be none: no file holds more inside one another")
        return false
    }

    private mutating func compare(_ read: StateTree, with saved: StateTree, path: String) {
        guard read != saved, problems.count < Self.limit, !unordered.contains(path) else { return }
        switch (read, saved) {
        case (.list(let read), .list(let saved)) where read.count == saved.count:
            for index in read.indices { compare(read[index], with: saved[index], path: Self.join(path, "\(index)")) }
        case (.list(let read), .list(let saved)):
            note(path, "has \(saved.count) elements, and \(read.count) when read back")
        case (.map(let read), .map(let saved)):
            let before = problems.count
            for (key, value) in saved {
                let place = Self.join(path, key)
                if let other = read[key] {
                    compare(other, with: value, path: place)
                } else {
                    note(place, "is lost when read back")
                }
            }
            for key in read.keys where saved[key] == nil {
                note(Self.join(path, key), "is only there when read back")
            }
            let isInside = unordered.contains { $0.hasPrefix(path.isEmpty ? "" : "\(path)/") }
            if problems.count == before, read.keys != saved.keys, !isInside {
                note(path, "has its keys in another order when read back")
            }
        default: note(path, "is \(saved.summary), and \(read.summary) when read back")
        }
    }

    private mutating func note(_ path: String, _ message: String) {
        if problems.count < Self.limit {
            problems.append(.init(path: path, message: message))
        } else if problems.count == Self.limit {
            problems.append(.init(path: "", message: "there are more than \(Self.limit) problems"))
        }
    }

    private static func join(_ path: String, _ component: String) -> String {
        path.isEmpty ? component : "\(path)/\(component)"
    }
}
