import CSystemCalls
public import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What this machine lets this process use.
///
///     try request.requireFits(on: [MachineResources().amounts])
public struct MachineResources: Sendable, Hashable {
    /// The amounts by names of resources: `"CPU"`, `"memory"` in bytes, `"GPU"` if there are any, and those of one's own.
    public let amounts: [String: Double]

    /// Asks the system, save for what is given.
    ///
    /// Processors are those that the process may run on, at most as many as its control group has time on, which may be a
    /// fraction; memory is that of the machine, or the limit of the control group where that is less; GPUs are those that
    /// the driver's library NVML counts, or the entries of `CUDA_VISIBLE_DEVICES` where those are fewer.
    ///
    /// - Parameters:
    ///   - cpus: processors, in the place of what the system says.
    ///   - gpus: accelerators, in the place of what the driver says.
    ///   - memory: bytes, in the place of what the system says.
    ///   - custom: amounts of other resources by name.
    /// - Throws: `StateError` that names the resource, for amounts that are negative, infinite or NaN, and for a known
    ///   resource among the custom ones.
    public init(
        cpus: Double? = nil, gpus: Double? = nil, memory: Double? = nil, custom: [String: Double] = [:]
    ) throws(StateError) {
        var amounts = custom
        let group = ControlGroup()
        let known = [
            (ResourceAmounts.cpu, cpus ?? Self.processors(limit: group.cpus)),
            (ResourceAmounts.gpu, gpus ?? Self.accelerators()),
            (ResourceAmounts.memory, memory ?? Self.bytes(limit: group.memory)),
        ]
        for (name, amount) in known {
            guard amounts[name] == nil else {
                throw StateError(.alreadyExists, "has an argument of its own", path: "custom/\(name)")
            }
            amounts[name] = amount
        }
        self.amounts = try ResourceAmounts.validated(amounts)
    }

    private static func processors(limit: Double?) -> Double {
        #if os(Linux)
        let allowed = Int(rein_allowed_processors())
        #else
        let allowed = -1
        #endif
        let count = Double(allowed > 0 ? allowed : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        return min(count, limit ?? count)
    }

    private static func bytes(limit: Double?) -> Double {
        let pages = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
        return min(max(pages, 0), limit ?? pages)
    }

    private static func accelerators() -> Double {
        let count = (try? ManagementLibrary())?.deviceCount ?? 0
        return Double(min(count, VisibleDevices.current?.count ?? count))
    }
}
