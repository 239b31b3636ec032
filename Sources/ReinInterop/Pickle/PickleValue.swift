/// A value of a pickle. What can hold others is a number into the list of all of them, so that a pickle whose values
/// lie a million deep, or in one another, costs no more than its own length.
enum PickleValue {
    case none
    case bool(Bool)
    case int(Int64)
    /// An integer of more than 64 bits, little-endian.
    case wideInteger([UInt8])
    case double(Double)
    case string(String)
    case bytes([UInt8])
    /// One of `PickleDocument.nodes`.
    case node(Int)
}

/// A value that can hold others, or that names something in Python.
struct PickleNode {
    enum Kind: String {
        case list, tuple, dictionary, global, record
        /// What stands for something outside the pickle.
        case persistentIdentifier = "persistent identifier"
    }

    let kind: Kind
    /// The name of a global, with its module: `collections.OrderedDict`. For a record, of what it would be made by.
    var name = ""
    /// The elements of a list or a tuple; keys and values of a dictionary, or of a record that is one, in turn; the one
    /// value of a persistent identifier.
    var elements: [PickleValue] = []
    /// What a record would be made from.
    var arguments: PickleValue?
    /// What a record would be told afterwards.
    var state: PickleValue?
}

/// A pickle that has been read: inert data.
struct PickleDocument {
    let nodes: [PickleNode]
    let root: PickleValue
}
