public import ReinCheckpoints

/// In what a value is to be saved.
public enum SerializationForm: Sendable, Hashable {
    /// A state file, or the dictionary of a checkpoint: whatever a `StateTree` holds.
    case state
    /// JSON: the metadata of a checkpoint, or settings. It has no numbers that are not finite, no bytes and no tensors.
    case json
}

/// Says whether a value can be saved, and if not, everything that stands in the way, not only the first: values that throw
/// when they are encoded, keys that are written twice, more than `StateTree.maximumDepth` lists and maps inside one another,
/// and what the form has no word for.
///
///     let diagnosis = diagnoseSerialization(of: configuration)
///     if !diagnosis.isSerializable { print(diagnosis) }
///
/// A value that can be decoded, too, is read back and encoded once more; what is lost or changed on the way is a problem.
/// Nothing is known of what closures capture: keep it in properties.
///
/// - Parameters:
///   - value: what is to be saved.
///   - form: in what.
/// - Returns: what was found, in the order of the value.
public func diagnoseSerialization(
    of value: some Encodable, as form: SerializationForm = .state
) -> SerializationDiagnosis {
    var examination = SerializationExamination(form: form)
    _ = examination.examine(value)
    return examination.diagnosis
}

/// Says whether a value can be saved and comes back as it was; see `diagnoseSerialization(of:as:)` for values that can only
/// be encoded.
public func diagnoseSerialization(
    of value: some Codable, as form: SerializationForm = .state
) -> SerializationDiagnosis {
    var examination = SerializationExamination(form: form)
    if let tree = examination.examine(value) { examination.readBack(type(of: value), from: tree) }
    return examination.diagnosis
}

/// Says whether a tree can be saved, and if not, all places that stand in the way.
public func diagnoseSerialization(
    of tree: StateTree, as form: SerializationForm = .state
) -> SerializationDiagnosis {
    var examination = SerializationExamination(form: form)
    _ = examination.examine(tree: tree)
    return examination.diagnosis
}

/// Says whether a dictionary can be saved, and if not, all places that stand in the way.
public func diagnoseSerialization(
    of dictionary: StateMap, as form: SerializationForm = .state
) -> SerializationDiagnosis {
    diagnoseSerialization(of: .map(dictionary), as: form)
}
