import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// NVML, the library of NVIDIA's driver that tells about GPUs; opened when it is asked for, since few machines have it.
final class ManagementLibrary {
    private typealias Device = OpaquePointer
    private typealias Status = UInt32
    private typealias Plain = @convention(c) () -> Status
    private typealias ErrorText = @convention(c) (Status) -> UnsafePointer<CChar>?
    private typealias Count = @convention(c) (UnsafeMutablePointer<UInt32>) -> Status
    private typealias ByIndex = @convention(c) (UInt32, UnsafeMutablePointer<Device?>) -> Status
    private typealias UUIDText = @convention(c) (Device, UnsafeMutablePointer<CChar>, UInt32) -> Status
    private typealias MemoryInfo = @convention(c) (Device, UnsafeMutableRawPointer) -> Status

    private static let name = "libnvidia-ml.so.1"

    private let path: String
    private let handle: UnsafeMutableRawPointer
    private let shutdown: Plain
    private let errorText: ErrorText
    private let count: Count
    private let byIndex: ByIndex
    private let uuid: UUIDText
    private let memoryInfo: MemoryInfo

    /// Opens the library and asks it to begin.
    ///
    /// - Throws: `StateError` with `.notFound` when there is no such library or it lacks a function, `.unavailable` when it
    ///   does not begin, as without a driver.
    init(opening path: String = name) throws(StateError) {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw StateError(.notFound, dlerror().map { String(cString: $0) } ?? "cannot be opened", path: path)
        }
        do throws(StateError) {
            let begin = try Self.function("nvmlInit_v2", of: handle, path, as: Plain.self)
            shutdown = try Self.function("nvmlShutdown", of: handle, path, as: Plain.self)
            errorText = try Self.function("nvmlErrorString", of: handle, path, as: ErrorText.self)
            count = try Self.function("nvmlDeviceGetCount_v2", of: handle, path, as: Count.self)
            byIndex = try Self.function("nvmlDeviceGetHandleByIndex_v2", of: handle, path, as: ByIndex.self)
            uuid = try Self.function("nvmlDeviceGetUUID", of: handle, path, as: UUIDText.self)
            memoryInfo = try Self.function("nvmlDeviceGetMemoryInfo", of: handle, path, as: MemoryInfo.self)
            try Self.require(begin(), "cannot begin", errorText, path)
        } catch {
            dlclose(handle)
            throw error
        }
        self.path = path
        self.handle = handle
    }

    deinit {
        _ = shutdown()
        dlclose(handle)
    }

    /// The number of GPUs; 0 when the library does not tell.
    var deviceCount: Int {
        var number: UInt32 = 0
        return count(&number) == 0 ? Int(number) : 0
    }

    /// Reads all GPUs. One that does not answer, as one that fell off its bus, is left out, unless none answers.
    ///
    /// - Throws: `StateError` with what the library says.
    func readings() throws(StateError) -> [GPUReading] {
        var number: UInt32 = 0
        try require(count(&number), "cannot count the GPUs")
        var readings: [GPUReading] = []
        var failure: StateError?
        for index in 0..<number {
            do { readings.append(try reading(index)) } catch { failure = failure ?? error }
        }
        if readings.isEmpty, let failure { throw failure }
        return readings
    }

    private func reading(_ index: UInt32) throws(StateError) -> GPUReading {
        var device: Device?
        try require(byIndex(index, &device), "cannot open GPU \(index)")
        guard let device else { throw StateError(.unavailable, "cannot open GPU \(index)", path: path) }
        var text = [CChar](repeating: 0, count: 96)
        try require(uuid(device, &text, UInt32(text.count - 1)), "cannot read the UUID of GPU \(index)")
        // nvmlMemory_t: total, free and used bytes.
        var memory: (total: UInt64, free: UInt64, used: UInt64) = (0, 0, 0)
        let status = withUnsafeMutableBytes(of: &memory) { bytes in
            bytes.baseAddress.map { memoryInfo(device, $0) } ?? 0
        }
        try require(status, "cannot read the memory of GPU \(index)")
        return GPUReading(
            index: Int(index),
            uuid: String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self),
            memoryUsed: Int(clamping: memory.used), memoryTotal: Int(clamping: memory.total))
    }

    private func require(_ status: Status, _ problem: String) throws(StateError) {
        try Self.require(status, problem, errorText, path)
    }

    private static func require(
        _ status: Status, _ problem: String, _ errorText: ErrorText, _ path: String
    ) throws(StateError) {
        guard status != 0 else { return }
        let reason = errorText(status).map { String(cString: $0) } ?? "error \(status)"
        throw StateError(.unavailable, "\(problem): \(reason)", path: path)
    }

    private static func function<Function>(
        _ name: String, of handle: UnsafeMutableRawPointer, _ path: String, as type: Function.Type
    ) throws(StateError) -> Function {
        guard let symbol = dlsym(handle, name) else {
            throw StateError(.notFound, "has no function \(name)", path: path)
        }
        return unsafeBitCast(symbol, to: type)
    }
}
