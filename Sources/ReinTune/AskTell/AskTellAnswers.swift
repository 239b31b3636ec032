import ReinCheckpoints

/// What is answered, as data.
extension AskTellExperiment.Assignment {
    /// The trial.
    var tree: StateTree {
        [
            "id": .string(id.string), "configuration": .map(configuration), "tag": .string(tag),
            "folder": .string(folder),
            "checkpoint": checkpoint?.tree ?? .null,
        ]
    }
}

extension AskTellExperiment.Origin {
    /// The checkpoint.
    var tree: StateTree {
        ["trial": .string(trial.string), "folder": .string(folder), "iteration": .int(Int64(iteration))]
    }
}

extension AskTellExperiment.Verdict {
    /// The verdict, with its reason if it has one.
    var tree: StateTree {
        switch self {
        case .goOn: ["verdict": "goOn"]
        case .saveAndGoOn: ["verdict": "saveAndGoOn"]
        case .pause: ["verdict": "pause"]
        case .saveAndPause: ["verdict": "saveAndPause"]
        case .stop: ["verdict": "stop"]
        case .failed(let reason): ["verdict": "failed", "reason": .string(reason)]
        }
    }
}

extension BestResult {
    /// The result and its trial.
    var tree: StateTree {
        [
            "trial": .string(trial.id.string), "value": .double(value), "metrics": .map(metrics),
            "configuration": .map(configuration), "folder": trial.folder.map { .string($0) } ?? .null,
        ]
    }
}
