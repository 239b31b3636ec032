import ReinCheckpoints

/// What a worker is to make: the first message that it gets.
struct WorkerHello: Sendable, Equatable {
    /// The version of the protocol.
    static let version: Int64 = 1

    /// Where environments come from.
    enum Kind: String, Sendable, CaseIterable {
        case gymnasium, python, pettingzoo, envpool
    }

    /// Where the environment comes from.
    var kind: Kind
    /// Its name there.
    var id: String
    /// The arguments by name that it is made with.
    var options: StateMap = [:]
    /// Whether images are divided by 255.
    var scalesImages = false
    /// Where its episodes are recorded; nil where they are not.
    var recording: Recording?

    /// Where episodes are recorded, and as what.
    struct Recording: Sendable, Equatable {
        /// What is written.
        enum Form: String, Sendable, CaseIterable {
            /// One file for each episode, by Gymnasium's own recorder.
            case video
            /// A directory for each episode, with a picture of each step.
            case frames
        }

        /// The directory.
        let directory: String
        /// What is written.
        let form: Form

        /// The message.
        var message: StateTree {
            ["record": ["directory": .string(directory), "form": .string(form.rawValue)]]
        }
    }

    /// The name with its scheme, as people write it.
    var name: String { "\(kind.rawValue):\(id)" }

    /// The message.
    var message: StateTree {
        [
            "hello": [
                "protocol": .int(Self.version), "kind": .string(kind.rawValue), "id": .string(id),
                "options": .map(options), "rein": ["scaleImages": .bool(scalesImages)],
                "render": .bool(recording != nil),
            ]
        ]
    }
}
