package import ReinCheckpoints

/// Waits until a GPU is free, which it is a while after a process that used it has ended.
///
///     try await waitForGPU(id: 0)
///
/// A GPU is free when the share of its memory in use, by whatever process, is at most `targetUtilization`: that is what Ray's
/// `wait_for_gpu` compares, and memory is what is given back late, while a GPU whose processes all sleep computes nothing.
/// With a `memoryLimit` the bytes in use must be at most so many, too.
///
/// The driver's library NVML is asked, or `nvidia-smi` where it cannot be opened.
///
/// - Parameters:
///   - id: the GPU; nil for the first of `CUDA_VISIBLE_DEVICES`, or GPU 0 where that is not set.
///   - targetUtilization: the largest share of its memory that may be in use, in `0...1`.
///   - memoryLimit: the largest number of bytes of its memory that may be in use; nil for any.
///   - retries: how many times the GPU is looked at before it is given up.
///   - delay: the time between two looks.
/// - Returns: what the GPU said when it was free.
/// - Throws: `StateError` with `.outOfRange` for an argument that cannot be, `.notFound` when there is no such GPU, with those
///   that there are, or no driver, `.timedOut` when it is in use all the while; `CancellationError` when the task is cancelled.
@discardableResult
public func waitForGPU(
    id: GPUID? = nil, targetUtilization: Double = 0.01, memoryLimit: Int? = nil, retries: Int = 20,
    delay: Duration = .seconds(5)
) async throws -> GPUReading {
    let id = try id ?? firstVisibleGPU(VisibleDevices.current)
    return try await GPUWait(
        id: id, targetUtilization: targetUtilization, memoryLimit: memoryLimit, retries: retries, delay: delay
    ).run(asking: DriverMonitor(), clock: ContinuousClock())
}

/// The GPU that is meant where none is named.
package func firstVisibleGPU(_ visible: [String]?) throws(StateError) -> GPUID {
    guard let visible else { return .index(0) }
    guard let first = visible.first else {
        throw StateError(.notFound, "names no GPU, so that none may be used", path: "CUDA_VISIBLE_DEVICES")
    }
    return GPUID(first)
}

/// The wait for one GPU.
package struct GPUWait: Sendable {
    private let id: GPUID
    private let targetUtilization: Double
    private let memoryLimit: Int?
    private let retries: Int
    private let delay: Duration

    /// Says what to wait for.
    ///
    /// - Throws: `StateError` with `.outOfRange` that names the argument.
    package init(
        id: GPUID, targetUtilization: Double, memoryLimit: Int?, retries: Int, delay: Duration
    ) throws(StateError) {
        guard targetUtilization >= 0, targetUtilization <= 1 else {
            throw StateError(
                .outOfRange, "\(targetUtilization) is out of range (allowed: 0...1)", path: "targetUtilization")
        }
        if let memoryLimit, memoryLimit < 0 {
            throw StateError(.outOfRange, "\(memoryLimit) is out of range (allowed: at least 0)", path: "memoryLimit")
        }
        guard retries >= 1 else {
            throw StateError(.outOfRange, "\(retries) is out of range (allowed: at least 1)", path: "retries")
        }
        guard delay >= .zero else {
            throw StateError(.outOfRange, "\(delay) is out of range (allowed: at least 0)", path: "delay")
        }
        self.id = id
        self.targetUtilization = targetUtilization
        self.memoryLimit = memoryLimit
        self.retries = retries
        self.delay = delay
    }

    /// Looks at the GPU until it is free.
    package func run(
        asking monitor: some GPUMonitor, clock: some Clock<Duration>
    ) async throws -> GPUReading {
        var looks = 1
        while true {
            try Task.checkCancellation()
            let reading = try find(in: await monitor.readings())
            if isFree(reading) { return reading }
            guard looks < retries else {
                let limit = memoryLimit.map { ", and \($0) bytes," } ?? ""
                throw StateError(
                    .timedOut,
                    "still in use after \(looks) looks, \(delay) apart: \(reading.memoryUsed) of \(reading.memoryTotal) "
                        + "bytes of its memory; a share of \(targetUtilization)\(limit) would be free",
                    path: "GPU \(id)")
            }
            looks += 1
            try await clock.sleep(for: delay)
        }
    }

    private func isFree(_ reading: GPUReading) -> Bool {
        reading.memoryUtilization <= targetUtilization && reading.memoryUsed <= memoryLimit ?? .max
    }

    private func find(in readings: [GPUReading]) throws(StateError) -> GPUReading {
        let found = readings.filter { reading in
            switch id {
            case .index(let index): reading.index == index
            case .uuid(let uuid): !uuid.isEmpty && reading.uuid.lowercased().hasPrefix(uuid.lowercased())
            }
        }
        if found.count == 1 { return found[0] }
        let names = readings.map { "\($0.index) (\($0.uuid.shortened))" }.joined(separator: ", ")
        let problem = found.isEmpty ? "there is no such GPU" : "several GPUs have a UUID that begins so"
        throw StateError(
            .notFound, readings.isEmpty ? "\(problem), nor any other" : "\(problem); there are \(names)",
            path: "GPU \(id.description.shortened)")
    }
}
