package import ReinCheckpoints

/// The step between a flat parameter buffer and the tree of named tensors that is saved: `policy/0/weight` in a view
/// becomes `policy`, `0`, `weight` in nested maps, in the order of the buffer.
package enum ParameterTree {
    /// The tree of all tensors, which share the memory of the parameters.
    package static func tree(of parameters: [Float], views: [ParameterView]) -> StateTree {
        tree(of: StateBytes(sharing: parameters), views: views.map { ($0, path(of: $0)) }, depth: 0)
    }

    private static func tree(
        of parameters: StateBytes, views: [(view: ParameterView, path: [String])], depth: Int
    ) -> StateTree {
        if views.count == 1, views[0].path.count == depth {
            let view = views[0].view
            return .tensor(StateTensor(floats: view.range, of: parameters, shape: view.shape))
        }
        var map = StateMap()
        var start = 0
        while start < views.count {
            let key = views[start].path[depth]
            let end = views[start...].firstIndex { $0.path[depth] != key } ?? views.count
            map[key] = tree(of: parameters, views: Array(views[start..<end]), depth: depth + 1)
            start = end
        }
        return .map(map)
    }

    /// Fills a flat buffer from the tree.
    ///
    /// - Parameters:
    ///   - reader: the tree.
    ///   - views: the tensors to read, and where they go.
    ///   - others: keys at the root that may be there, too, and are not looked at.
    ///   - parameters: the flat buffer.
    /// - Throws: `StateError` when a tensor is missing, unknown, not of the view's shape, or has a number that is not finite:
    ///   such a network answers nothing, and no training leaves one.
    package static func read(
        _ reader: StateReader, views: [ParameterView], ignoring others: [String] = [],
        into parameters: inout [Float]
    ) throws(StateError) {
        let paths = views.map(path)
        try refuseUnknownKeys(reader, ignoring: others, paths: paths, depth: 0)
        for (view, path) in zip(views, paths) {
            var place = reader
            for component in path { place = try place.child(component) }
            let tensor = try place.tensor(shape: view.shape)
            let result = parameters.withUnsafeMutableBufferPointer { parameters in
                Result { () throws(StateError) in
                    try tensor.copy(into: UnsafeMutableBufferPointer(rebasing: parameters[view.range]))
                }
            }
            do { try result.get() } catch { throw error.nested(under: place.path) }
            guard parameters[view.range].allSatisfy(\.isFinite) else {
                let index = view.range.first { !parameters[$0].isFinite } ?? view.offset
                throw place.error(
                    .outOfRange,
                    "has numbers that are not finite: element \(index - view.offset) is \(parameters[index])")
            }
        }
    }

    /// The keys from the root to the tensor of a view.
    private static func path(of view: ParameterView) -> [String] {
        view.name.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    }

    private static func refuseUnknownKeys(
        _ reader: StateReader, ignoring others: [String] = [], paths: [[String]], depth: Int
    ) throws(StateError) {
        for (key, child) in try reader.map() where !others.contains(key) {
            let inside = paths.filter { $0[depth] == key }
            guard !inside.isEmpty else { throw child.error(.unknownKey, "no tensor of this network has this name") }
            let deeper = inside.filter { $0.count > depth + 1 }
            if !deeper.isEmpty { try refuseUnknownKeys(child, paths: deeper, depth: depth + 1) }
        }
    }
}
