import Foundation
import ReinPolicies

/// What an action takes: by Rein, by the header, by onnxruntime.
enum Actions {
    static func measure(_ policy: Policy, in folder: String, python: String?) throws {
        let own = (one: one(policy), row: row(policy))
        print("\n| an action of 2x64 | ns | beside Rein's | among 256, ns | beside Rein's |")
        print("| --- | ---: | ---: | ---: | ---: |")
        print("| PolicyInference | \(number(own.one)) | 1 | \(number(own.row)) | 1 |")
        if let header = try header(in: folder) {
            print("| the header, cc -O2 | \(number(header)) | \(number(header / own.one)) | | |")
        } else {
            print("| the header: there is no cc | | | | |")
        }
        guard let python else { return }
        let peers = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Peers/onnxruntime_acting.py").path
        let printed = try run(python, [peers, "\(folder)/model.onnx"]) ?? ""
        let times = printed.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard times.count == 2 else { return print("| onnxruntime: \(python) has none | | | | |") }
        print(
            "| onnxruntime | \(number(times[0])) | \(number(times[0] / own.one)) | \(number(times[1])) | "
                + "\(number(times[1] / own.row)) |")
    }

    /// The nanoseconds of one action, the best of five turns.
    private static func one(_ policy: Policy) -> Double {
        let inference = PolicyInference(policy)
        let observation: [Float] = [0.1, -0.2, 0.3, -0.4]
        let calls = 1_000_000
        return (0..<5).map { _ in
            var sum = 0
            let time = ContinuousClock().measure {
                for _ in 0..<calls { sum &+= inference.actionIndex(for: observation.span) }
            }
            precondition(sum >= 0)
            return time / .nanoseconds(1) / Double(calls)
        }.min() ?? .nan
    }

    /// The nanoseconds of an action among 256, the best of five turns.
    private static func row(_ policy: Policy) -> Double {
        let (rows, calls) = (256, 4_000)
        let inference = PolicyInference(policy, rows: rows)
        let observations = (0..<4 * rows).map { Float($0 % 97) / 97 - 0.5 }
        var actions = [Float](repeating: 0, count: rows)
        return (0..<5).map { _ in
            let time = ContinuousClock().measure {
                for _ in 0..<calls { inference.act(rows: rows, observations: observations, into: &actions) }
            }
            return time / .nanoseconds(1) / Double(calls * rows)
        }.min() ?? .nan
    }

    /// The nanoseconds of one action by the header; nil without a compiler.
    private static func header(in folder: String) throws -> Double? {
        let program = """
            #include <stdio.h>
            #include <time.h>
            #include "policy.h"
            int main(void) {
                float obs[4] = {0.1f, -0.2f, 0.3f, -0.4f};
                double best = 1e30;
                long sum = 0;
                for (int turn = 0; turn < 5; ++turn) {
                    struct timespec a, b;
                    clock_gettime(CLOCK_MONOTONIC, &a);
                    for (int call = 0; call < 1000000; ++call) {
                        int action;
                        policy_act(obs, 0, 0, &action);
                        obs[0] = (float)action * 1e-3f + 0.1f;
                        sum += action;
                    }
                    clock_gettime(CLOCK_MONOTONIC, &b);
                    const double time = ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / 1e6;
                    if (time < best) best = time;
                }
                printf("%f\\n", sum < 0 ? 0 : best);
                return 0;
            }
            """
        try program.write(toFile: "\(folder)/program.c", atomically: true, encoding: .utf8)
        guard try run("/usr/bin/env", ["cc", "-O2", "-o", "\(folder)/program", "\(folder)/program.c", "-lm"]) != nil
        else { return nil }
        return try run("\(folder)/program", []).flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// What a program prints; nil when it fails.
    private static func run(_ path: String, _ arguments: [String]) throws -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: printed, as: UTF8.self) : nil
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
