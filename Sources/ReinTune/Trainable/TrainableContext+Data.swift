import ReinCheckpoints

extension TrainableContext {
    /// What of it can be told to another process: all but the values of parameters.
    var tree: StateTree {
        [
            "trialID": .string(trialID), "trialName": .string(trialName),
            "experimentName": experimentName.map { .string($0) } ?? .null,
            "resources": resources?.tree ?? .null,
            "folder": folder.map { .string($0) } ?? .null,
            "remoteFolder": remoteFolder.map { .string($0.description) } ?? .null,
            "transferLimit": transferLimit.map { limit in
                [.int(limit.components.seconds), .int(limit.components.attoseconds)]
            } ?? .null,
            "logsResults": .bool(logsResults),
        ]
    }

    /// Reads what `tree` gave.
    ///
    /// - Throws: `StateError` that names the entry that is missing or wrong.
    init(_ reader: StateReader) throws(StateError) {
        self.init()
        trialID = try reader.string("trialID")
        trialName = try reader.string("trialName")
        experimentName = try reader.optionalChild("experimentName")?.string()
        resources = try reader.optionalChild("resources").map { group throws(StateError) in try PlacementGroup(group) }
        folder = try reader.optionalChild("folder")?.string()
        remoteFolder = try reader.optionalChild("remoteFolder").map { address throws(StateError) in
            try StorageURI(address.string())
        }
        transferLimit = try reader.optionalChild("transferLimit").map { limit throws(StateError) in
            let parts = try limit.list()
            guard parts.count == 2 else { throw limit.error(.malformed, "expected seconds and attoseconds") }
            return try Duration(secondsComponent: parts[0].int64(), attosecondsComponent: parts[1].int64())
        }
        logsResults = try reader.bool("logsResults")
    }
}
