import ArgumentParser
import Rein
import ReinInterop

/// `rein export`: a policy as a file of another program.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a policy as a file that other programs run: for onnxruntime, for PyTorch, for a C compiler.",
        discussion: """
            Everything between an observation and the most likely action is in the file: the normaliser, the mask and the \
            transform of actions, too.

              rein export runs/CartPole-v1-ppo-seed0 --to onnx cartpole.onnx
              rein export CHECKPOINT --policy pol7 --to safetensors pol7.safetensors
              rein export CHECKPOINT --policy 'pol*' --to c headers
              rein export agent.zip --to onnx agent.onnx

            The forms are onnx, a graph for onnxruntime and its like; safetensors, weights under names of PyTorch; and c, \
            a header without dependencies. OUT is the file to make. With a pattern for --policy it is a directory with \
            one folder for each policy, in which the files are called model.onnx, model.safetensors or policy.h. CHECKPOINT \
            may be one of RLlib's, or the zip file of a Stable-Baselines3 agent.

            Nothing is written unless everything can be. What is there is not replaced without --force, and then at one \
            stroke.
            """)

    @Argument(
        help: """
            An algorithm checkpoint, a policy checkpoint, the directory of a run (then its newest checkpoint), or the zip \
            file of a Stable-Baselines3 agent.
            """,
        completion: .file())
    var checkpoint: String

    @Argument(help: "The file to make; the directory with a pattern for --policy.", completion: .file())
    var out: NewFile

    @OptionGroup var policy: PolicyPatternOption

    @OptionGroup(title: "Form") var form: ModelFormOptions

    @Option(
        help: ArgumentHelp(
            "What Stable-Baselines3's VecNormalize saved for the agent; the file then takes raw observations.",
            valueName: "file"), completion: .file())
    var normalization: String?

    @Flag(help: "Replace files that are there, each at one stroke.")
    var force = false

    @Flag(help: "Print one JSON document: file, size, inputs and outputs.")
    var json = false

    func run() throws {
        let form = try form.form()
        let source = try ExportSource(opening: checkpoint, normalization: normalization, policy)
        if source.isMany, self.form.prefix != nil {
            throw ValidationError("--prefix is for one policy: the names of several would be the same")
        }
        let place = ExportDestination(path: out.path, replacesExisting: force)
        try place.check(isDirectory: source.isMany)
        let models = try source.policies.map { try ExportedModel($0, as: form) }
        if source.isMany { try place.write(models) } else { try place.write(models[0]) }
        guard !json else {
            let trees = models.map { $0.tree(at: place.file(of: $0, isInDirectory: source.isMany)) }
            return try StandardStream.output.writeLine(
                JSON.text(source.isMany ? .list(trees) : trees[0], pretty: true))
        }
        for model in models {
            try StandardStream.output.writeLine(
                "\(place.file(of: model, isInDirectory: source.isMany)): \(model.words), from \(source.path)")
        }
        if let remark = source.remark { try StandardStream.error.writeLine(remark) }
    }
}
