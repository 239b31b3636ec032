import ArgumentParser
import Rein

/// Where episodes are recorded, of environments that can draw themselves.
struct RecordingOptions: ParsableArguments {
    @Option(
        name: .customLong("record"),
        help: ArgumentHelp(
            "A new directory for a video of each episode, of an environment of Gymnasium or PettingZoo.",
            valueName: "directory"), completion: .directory)
    var directory: String?

    @Option(
        name: .customLong("record-form"),
        help: ArgumentHelp(
            "video, which needs moviepy beside the environment, or frames, numbered pictures. (default: video)",
            valueName: "form"), completion: .list(["video", "frames"]))
    var form: String?

    func validate() throws {
        if form != nil, directory == nil { throw ValidationError("--record-form belongs to --record") }
    }

    /// What they say to the provider of the environment, beside what else is said.
    ///
    /// - Throws: `ValidationError` when there is something in the directory's place.
    func settings(over given: StateMap) throws -> StateMap {
        guard let directory else { return given }
        if try LocalFile.exists(directory) {
            throw ValidationError("\(directory): there is something already; name a new directory to record to")
        }
        var map = given
        map["recordTo"] = .string(try LocalFile.absolutePath(directory) ?? directory)
        if let form { map["recordForm"] = .string(form) }
        return map
    }

    /// The number of episodes that are played side by side.
    var episodesAtOnce: Int { directory == nil ? 16 : 1 }
}
