import ArgumentParser
import Rein

/// `rein predict`: observations in, actions out, a line each.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Answer observations with actions, one JSON object a line.",
        discussion: """
            Standard input:   {"observation": [0.1, -0.2, 0.0, 0.3], "mask": [true, false]}
            Standard output:  {"action": 1, "outputs": [-0.7, 0.9]}

            "mask" may be left out; it says which of a discrete space's actions are valid, in their order. An action \
            of Discrete(n, start) is counted from start. A multi-discrete action is a list of indices, and its mask has the entries of all components side by side. "outputs" are the raw \
            numbers of the policy's head: logits; or means, then log standard deviations. A recurrent policy answers \
            with a "state" as well; send it with the next observation of the same episode, and none with the first. \
            Each answer is written as soon as its line is read. A line that is wrong ends the command with exit code \
            1, naming the line, and so does one of more than 1 MB, or of 64 bytes for each number that the policy takes \
            where that is more.

              rein predict runs/CartPole-v1-ppo-seed0 < observations.jsonl
            """)

    @OptionGroup var source: CheckpointArgument
    @OptionGroup var policy: PolicyOption

    @Flag(help: "Draw actions at random as in training, instead of taking the most likely ones.")
    var explore = false

    @Option(help: "The seed of the draws.")
    var seed = SeedArgument(0)

    func run() throws {
        let directory = try source.open()
        let id = try policy.choose(in: directory)
        let restored = try Policy(restoring: directory.path, id: id)
        var random = RandomStream(seed: UInt64(seed.value), name: "predict")
        var lines = LineReader.standardInput(limit: PredictionRequest.sizeLimit(for: restored))
        while let line = try lines.next() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            let answer: StateTree
            do {
                let request = try PredictionRequest(JSON.parse(line), for: restored)
                var (state, next) = (request.state, request.state)
                let outputs = restored.outputs(for: request.observation, state: &state)
                let action =
                    explore
                    ? restored.sampleAction(
                        for: request.observation, mask: request.mask, state: &next, using: &random)
                    : restored.action(for: request.observation, mask: request.mask, state: &next)
                answer = PredictionAnswer.tree(
                    action, of: restored.actionSpace, outputs: outputs, state: next)
            } catch {
                throw CommandFailure("standard input, line \(lines.count): \(error)")
            }
            try StandardStream.output.writeLine(JSON.text(answer))
        }
    }
}
