import ReinCheckpoints
import ReinTune

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reports which GPUs its process was told to use: when it was made, and now.
final class EnvironmentTrainable: StatefulTrainable, Resettable {
    private var devices: StateTree
    private var count: Int64 = 0

    init(configuration: StateMap, context: TrainableContext) { devices = Self.devices }

    private static var devices: StateTree {
        getenv("CUDA_VISIBLE_DEVICES").map { .string(String(cString: $0)) } ?? .null
    }

    func step() -> StepResult {
        count += 1
        return StepResult([
            "devices": devices, "now": Self.devices, "count": .int(count), "process": .int(Int64(getpid())),
        ])
    }

    var state: StateMap { ["count": .int(count)] }

    func load(_ state: StateReader) throws { count = Int64(try state.int("count")) }

    func reset(configuration: StateMap, context: TrainableContext) {
        (devices, count) = (Self.devices, 0)
    }
}
