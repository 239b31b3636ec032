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

            Where the environment's observations have parts, an object of them stands for the row of their numbers, \
            {"observation": {"position": [0.5, 1], "goal": {"color": 3}}}; rein inspect shows the parts.

            "mask" may be left out; it says which of a discrete space's actions are valid, in their order. An action \
            of Discrete(n, start) is counted from start. A multi-discrete action is a list of indices, and its mask has \
            the entries of all components side by side. "outputs" are the raw numbers of the policy's head: logits; or means, then log standard deviations. A recurrent policy answers \
            with a "state" as well; send it with the next observation of the same episode, and none with the first. \
            Each answer is written as soon as its line is read. A line that is wrong ends the command with exit code \
            1, naming the line, and so does one of more than 1 MB, or of 64 bytes for each number that the policy takes \
            where that is more. With --keep-going such a line is answered and the next one read; the exit code at the \
            end is 1 all the same:

              {"error": "observation: expected 4 numbers, found 3", "line": 7}

              rein predict runs/CartPole-v1-ppo-seed0 < observations.jsonl
            """)

    @OptionGroup var source: CheckpointArgument
    @OptionGroup var policy: PolicyOption

    @Flag(help: "Draw actions at random as in training, instead of taking the most likely ones.")
    var explore = false

    @Option(parsing: .unconditional, help: "The seed of the draws. (default: 0)", transform: WholeNumber.seed)
    var seed = 0

    @Flag(help: "Answer a line that is wrong with an error, and go on with the next.")
    var keepGoing = false

    func run() throws {
        let directory = try source.open()
        let id = try policy.choose(in: directory)
        let restored = try Policy(of: directory, id: id)
        var random = RandomStream(seed: UInt64(seed), name: "predict")
        var lines = LineReader.standardInput(limit: PredictionRequest.sizeLimit(for: restored))
        var wrongLines = 0
        while true {
            let answer: StateTree
            do {
                guard let line = try lines.next() else { break }
                if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
                answer = try self.answer(PredictionRequest(JSON.parse(line), for: restored), restored, using: &random)
            } catch let error as StateError where error.code != .inputOutput {
                let place = "standard input, line \(lines.count)"
                // The reader of lines has named the place already.
                let problem = error.path == place ? error.message : "\(error)"
                guard keepGoing else { throw CommandFailure("\(place): \(problem)") }
                wrongLines += 1
                answer = ["error": .string(problem), "line": .int(Int64(lines.count))]
            }
            try StandardStream.output.writeLine(JSON.text(answer))
        }
        guard wrongLines == 0 else {
            throw CommandFailure(
                "standard input: \(Wording.count(wrongLines, "line was", "lines were")) wrong, and answered with an error"
            )
        }
    }

    private func answer(
        _ request: PredictionRequest, _ policy: Policy, using random: inout RandomStream
    ) throws -> StateTree {
        var (state, next) = (request.state, request.state)
        let outputs = policy.outputs(for: request.observation, state: &state)
        let action =
            explore
            ? policy.sampleAction(for: request.observation, mask: request.mask, state: &next, using: &random)
            : policy.action(for: request.observation, mask: request.mask, state: &next)
        return PredictionAnswer.tree(action, of: policy.actionSpace, outputs: outputs, state: next)
    }
}
