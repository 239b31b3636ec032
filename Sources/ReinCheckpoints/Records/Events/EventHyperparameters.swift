/// The hyperparameters of a training, for the page of TensorBoard that compares trainings by them.
package struct EventHyperparameters {
    private let values: [StateMap.Entry]
    private let metrics: [String]

    /// Makes the description of a training.
    ///
    /// - Parameters:
    ///   - values: what was chosen for it, numbers, truth values and texts; maps inside are named with slashes, and other
    ///     values are told as text.
    ///   - metrics: the tags that trainings are compared by.
    package init(_ values: StateMap, metrics: [String]) {
        self.values = Self.flat(values, below: "")
        self.metrics = metrics
    }

    private static func flat(_ map: StateMap, below prefix: String) -> [StateMap.Entry] {
        var values: [StateMap.Entry] = []
        for (key, value) in map.entries {
            if case .map(let inner) = value {
                values += flat(inner, below: "\(prefix)\(key)/")
            } else {
                values.append((prefix + key, value))
            }
        }
        return values
    }

    /// What is told of a training that has ended: which hyperparameters there are, their values, and how it ended.
    package func summaries(hasSucceeded: Bool) -> [EventSummary] {
        [
            Self.summary("experiment", 2, experiment), Self.summary("session_start_info", 3, start),
            Self.summary("session_end_info", 4, end(hasSucceeded)),
        ]
    }

    private static func summary(_ name: String, _ field: Int, _ content: ProtobufWriter) -> EventSummary {
        var data = ProtobufWriter()
        data.bytes(field, content.bytes)
        var summary = EventSummary()
        summary.plugin("hparams", tag: "_hparams_/\(name)", data)
        return summary
    }

    private var experiment: ProtobufWriter {
        var message = ProtobufWriter()
        for (name, value) in values {
            message.message(4) { information in
                information.string(1, name)
                information.integer(4, value.hyperparameterType)
            }
        }
        for tag in metrics { message.message(5) { $0.message(1) { $0.string(2, tag) } } }
        return message
    }

    private var start: ProtobufWriter {
        var message = ProtobufWriter()
        for (name, value) in values {
            message.message(1) { entry in
                entry.string(1, name)
                entry.message(2) { value.write(to: &$0) }
            }
        }
        return message
    }

    private func end(_ hasSucceeded: Bool) -> ProtobufWriter {
        var message = ProtobufWriter()
        message.integer(1, hasSucceeded ? 1 : 2)
        return message
    }
}

extension StateTree {
    /// The type of a hyperparameter: 1 for text, 2 for truth values, 3 for numbers.
    fileprivate var hyperparameterType: Int64 {
        switch self {
        case .bool: 2
        case .int, .double: 3
        case .null, .string, .bytes, .tensor, .list, .map: 1
        }
    }

    /// Writes the message `google.protobuf.Value`.
    fileprivate func write(to message: inout ProtobufWriter) {
        switch self {
        case .bool(let flag): message.bool(4, flag)
        case .int(let number): message.double(2, Double(number))
        case .double(let number): message.double(2, number)
        case .string(let text): message.string(3, text)
        case .null, .bytes, .tensor, .list, .map: message.string(3, JSON.text(self))
        }
    }
}
