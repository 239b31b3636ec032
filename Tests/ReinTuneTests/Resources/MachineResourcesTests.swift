import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

@Suite struct MachineResourcesTests {
    @Test("the machine has a processor and memory, and what is given stands in the place of what it says")
    func amounts() throws {
        let found = try MachineResources().amounts
        #expect(found["CPU", default: 0] > 0 && found["memory", default: 0] > 1_000_000)
        try PlacementGroup.oneCPU.requireFits(on: [found.merging(["CPU": 1]) { $1 }])
        let given = try MachineResources(cpus: 3, gpus: 2, memory: 100, custom: ["licence": 1])
        #expect(given.amounts == ["CPU": 3, "GPU": 2, "memory": 100, "licence": 1])
        #expect(try MachineResources(cpus: 1, gpus: 0, memory: 1).amounts == ["CPU": 1, "memory": 1])
    }

    @Test("amounts that cannot be are refused")
    func refused() {
        let negative = #expect(throws: StateError.self) { try MachineResources(cpus: -1) }
        #expect(negative?.description == "CPU: -1.0 is out of range (allowed: finite, at least 0)")
        let twice = #expect(throws: StateError.self) { try MachineResources(custom: ["CPU": 1]) }
        #expect(twice?.description == "custom/CPU: has an argument of its own")
    }

    private func group(_ membership: String, _ files: [String: String]) throws -> ControlGroup {
        try withTemporaryDirectory { directory in
            try membership.write(toFile: "\(directory)/cgroup", atomically: true, encoding: .utf8)
            for (path, text) in files {
                let file = URL(fileURLWithPath: "\(directory)/root/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            return ControlGroup(membership: "\(directory)/cgroup", root: "\(directory)/root")
        }
    }

    @Test("the tightest limit counts, of the group or of one around it")
    func unified() throws {
        let limits = try group(
            "0::/outer/inner\n",
            [
                "cpu.max": "max 100000\n", "outer/cpu.max": "150000 100000\n", "outer/inner/cpu.max": "400000 100000\n",
                "outer/memory.max": "max\n", "outer/inner/memory.max": "1073741824\n",
            ])
        #expect(limits.cpus == 1.5 && limits.memory == 1_073_741_824)
    }

    @Test("the older kind of groups is read, and one that is mounted as the root")
    func older() throws {
        let limits = try group(
            "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n",
            [
                "cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n",
                "memory/memory.limit_in_bytes": "1000\n",
            ])
        #expect(limits.cpus == 0.5 && limits.memory == 1_000)
    }

    @Test(
        "without limits, and with files that make no sense, there are none",
        arguments: ["", "max", "-1 100000", "100000 0", "1e5 100000", "99999999999999999999 1", "0 0", "\0\u{1}"])
    func unlimited(text: String) throws {
        let limits = try group("0::/\nnonsense\n::\n", ["cpu.max": text])
        #expect(limits.cpus == nil && limits.memory == nil)
    }

    @Test(
        "the list of visible GPUs ends at what is none",
        arguments: [
            ("0,1", ["0", "1"]), (" 2 , GPU-ab", ["2", "GPU-ab"]), ("", []), ("-1", []), ("0,-1,1", ["0"]),
            ("NoDevFiles", []), ("0,,1", ["0"]),
        ])
    func visible(text: String, entries: [String]) {
        #expect(VisibleDevices.parse(text) == entries)
    }
}
