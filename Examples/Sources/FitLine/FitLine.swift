import ReinCheckpoints
import ReinTune

/// A trainable that is no reinforcement learning: gradient descent with momentum on a line through points.
struct LineFit: StatefulTrainable {
    private let points: [(x: Double, y: Double)]
    private let rate: Double
    private var slope = 0.0
    private var offset = 0.0
    private var speed = (slope: 0.0, offset: 0.0)

    init(configuration: StateMap, context: TrainableContext) throws {
        let reader = StateReader(.map(configuration))
        try reader.expectKeys(["rate"])
        rate = try reader.child("rate").double()
        points = (0..<50).map { index in
            let x = Double(index) / 50
            return (x: x, y: 3 * x - 1)
        }
    }

    mutating func step() -> StepResult {
        var (loss, slopeGradient, offsetGradient) = (0.0, 0.0, 0.0)
        for point in points {
            let error = slope * point.x + offset - point.y
            loss += error * error / Double(points.count)
            slopeGradient += 2 * error * point.x / Double(points.count)
            offsetGradient += 2 * error / Double(points.count)
        }
        speed = (0.9 * speed.slope - rate * slopeGradient, 0.9 * speed.offset - rate * offsetGradient)
        slope += speed.slope
        offset += speed.offset
        return StepResult(["loss": .double(loss), "slope": .double(slope)], done: loss < 1e-6)
    }

    var state: StateMap {
        ["line": [.double(slope), .double(offset)], "speed": [.double(speed.slope), .double(speed.offset)]]
    }

    mutating func load(_ state: StateReader) throws {
        let (line, saved) = (try state.child("line").list(), try state.child("speed").list())
        (slope, offset) = (try line[0].double(), try line[1].double())
        speed = (try saved[0].double(), try saved[1].double())
    }
}

@main
struct FitLine {
    static func main() async throws {
        // Run it twice: the second run finds the first one's last checkpoint, and nothing left to do.
        let outcome = try await LineFit.run(
            configuration: ["rate": 0.1], in: "runs/line",
            checkpoints: CheckpointConfig(numToKeep: 2, scoreAttribute: "loss", scoreOrder: .min, frequency: 20)
        ) { $0.iteration >= 1000 }
        print("\(outcome.iteration) steps, best checkpoint \(outcome.best?.path ?? "none")")
        try await LineFit.validateSaveRestore(configuration: ["rate": 0.1])
    }
}
