import ReinProcesses

/// The limits that the system sets to a group of processes: those of the group and of all groups around it.
struct ControlGroup {
    /// How many processors may be used at a time; nil for all.
    let cpus: Double?
    /// How many bytes of memory may be used; nil for all.
    let memory: Double?

    /// Reads the limits of this process. Without such groups there are none.
    ///
    /// - Parameters:
    ///   - membership: the file that tells in which groups the process is.
    ///   - root: where the groups are mounted.
    init(membership: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup") {
        var cpus: [Double] = []
        var memory: [Double] = []
        for line in (SystemText.file(membership) ?? "").split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let controllers = fields[1].split(separator: ",")
            if fields[0] == "0", controllers.isEmpty {
                for folder in Self.folders(of: fields[2], below: root) {
                    cpus += Self.quota(SystemText.file("\(folder)/cpu.max") ?? "")
                    memory += Self.numbers(SystemText.file("\(folder)/memory.max") ?? "").prefix(1)
                }
            }
            if controllers.contains("cpu") {
                for folder in Self.folders(of: fields[2], below: "\(root)/cpu") {
                    let quota = SystemText.file("\(folder)/cpu.cfs_quota_us") ?? ""
                    cpus += Self.quota("\(quota) \(SystemText.file("\(folder)/cpu.cfs_period_us") ?? "")")
                }
            }
            if controllers.contains("memory") {
                for folder in Self.folders(of: fields[2], below: "\(root)/memory") {
                    memory += Self.numbers(SystemText.file("\(folder)/memory.limit_in_bytes") ?? "").prefix(1)
                }
            }
        }
        self.cpus = cpus.filter { $0 > 0 }.min()
        self.memory = memory.filter { $0 > 0 }.min()
    }

    /// The folder of a group and those of the groups around it. In a container the group may be mounted as the root.
    private static func folders(of group: Substring, below root: String) -> [String] {
        var folders = [root]
        for name in group.split(separator: "/") where name != ".." { folders.append("\(folders.last ?? root)/\(name)") }
        return folders
    }

    /// How many processors a time of use in a time comes to; nothing where there is no limit.
    private static func quota(_ text: String) -> [Double] {
        let numbers = numbers(text)
        guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else { return [] }
        return [numbers[0] / numbers[1]]
    }

    /// The numbers of a text up to the first word that is none, as `max` is.
    private static func numbers(_ text: String) -> [Double] {
        var numbers: [Double] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            guard let number = Int64(word) else { break }
            numbers.append(Double(number))
        }
        return numbers
    }
}
