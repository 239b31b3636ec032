import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a result tells about the machine and the process that it was made in.
struct HostIdentity {
    /// That of this process.
    static let current = HostIdentity()
    /// The number of this process, also after a fork.
    static var processID: Int32 { getpid() }

    /// The name of the machine.
    let name: String
    /// The address that others in its network reach it by; that of the machine itself when it is in none.
    let address: String

    private init() {
        name = HostName.current ?? "localhost"
        address = Self.firstAddress() ?? "127.0.0.1"
    }

    private static func firstAddress() -> String? {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return nil }
        defer { freeifaddrs(first) }
        var next = first
        while let interface = next {
            next = interface.pointee.ifa_next
            guard let address = interface.pointee.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET),
                interface.pointee.ifa_flags & UInt32(IFF_LOOPBACK) == 0
            else { continue }
            let number = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
            }
            return [24, 16, 8, 0].map { "\(number >> $0 & 255)" }.joined(separator: ".")
        }
        return nil
    }
}
