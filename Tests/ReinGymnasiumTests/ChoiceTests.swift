import Foundation
import ReinCheckpoints
import ReinEnvironments
import ReinTestSupport
import Testing

@testable import ReinGymnasium

/// Which interpreter, how many workers, and what they get.
@Suite struct ChoiceTests {
    @Test("The interpreter is the one that is named, that of a variable, or the first in PATH, by its full path")
    func interpreter() throws {
        try withTemporaryDirectory { folder in
            for name in ["given", "rein", "environment/bin/python", "recorded", "path/python3", "path/python9"] {
                let file = URL(fileURLWithPath: "\(folder)/\(name)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data("#!/bin/sh\n".utf8).write(to: file)
                try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path)
            }
            var variables = [
                "REIN_PYTHON": "\(folder)/rein", "VIRTUAL_ENV": "\(folder)/environment",
                "PATH": "/missing:\(folder)/path",
            ]
            func path(_ name: String? = nil, recorded: String? = nil) throws -> String {
                let variables = variables
                let choice = InterpreterChoice(variable: { variables[$0] })
                return String(try choice.path(named: name, recorded: recorded).dropFirst(folder.count + 1))
            }
            #expect(try path("\(folder)/given") == "given")
            #expect(try path("python9") == "path/python9")
            #expect(try path(recorded: "\(folder)/recorded") == "rein")
            variables["REIN_PYTHON"] = nil
            #expect(try path(recorded: "\(folder)/recorded") == "environment/bin/python")
            variables["VIRTUAL_ENV"] = ""
            #expect(try path(recorded: "\(folder)/recorded") == "recorded")
            #expect(try path(recorded: "\(folder)/gone") == "path/python3")
            for name in ["\(folder)/gone", folder, "python8", "\(folder)/path/python3/x"] {
                let error = #expect(throws: EnvironmentError.self) { try path(name) }
                #expect(error?.code == .notAvailable && error?.message.contains(name) == true)
            }
            variables = ["VIRTUAL_ENV": "\(folder)/gone"]
            let error = #expect(throws: EnvironmentError.self) { try path() }
            #expect(error?.message.contains("VIRTUAL_ENV") == true)
            variables = [:]
            #expect(throws: EnvironmentError.self) { try path() }
        }
    }

    @Test("Workers get lanes side by side, and no block lies in two pieces", arguments: [1, 3, 4, 8, 17, 64, 200])
    func shares(lanes: Int) {
        for pieces in [LaneDivision.pieces(of: lanes), LaneDivision.singly(lanes), [0..<lanes]] {
            for workers in [1, 2, 3, 8, 500] {
                let shares = WorkerShare.shares(of: pieces, workers: workers)
                #expect(shares.count >= min(workers, lanes) && shares.count <= lanes)
                #expect(shares.flatMap(\.blocks).flatMap(Array.init) == Array(0..<lanes))
                for share in shares {
                    #expect(share.blocks.flatMap(Array.init) == Array(share.lanes))
                    #expect(!share.blocks.isEmpty && share.blocks.count <= WorkerRequests.blockLimit)
                    for block in share.blocks { #expect(pieces.contains { $0.clamped(to: block) == block }) }
                }
            }
        }
    }

    @Test("Threads get all pieces, each one those side by side, and the halves of them take turns")
    func turns() {
        #expect(LaneDivision.turns(of: 8, threads: 1) == [[0, 4, 2, 6, 1, 5, 3, 7]])
        #expect(LaneDivision.turns(of: 8, threads: 2) == [[0, 2, 1, 3], [4, 6, 5, 7]])
        #expect(LaneDivision.turns(of: 2, threads: 8) == [[0], [1]])
        for pieces in 1...16 {
            for threads in 1...17 {
                let turns = LaneDivision.turns(of: pieces, threads: threads)
                #expect(turns.count == min(pieces, threads))
                #expect(turns.flatMap { $0.sorted() } == Array(0..<pieces))
                for turn in turns where turn.count.isMultiple(of: 2) && turn.count.nonzeroBitCount == 1 {
                    let middle = turn.min().map { $0 + turn.count / 2 } ?? 0
                    #expect(turn.indices.allSatisfy { (turn[$0] >= middle) == !$0.isMultiple(of: 2) })
                }
            }
        }
    }

    @Test("Light environments get one worker, and others as many as have something to do")
    func counts() {
        func count(_ lanes: Int, _ seconds: Double, _ processors: Int = 16) -> Int {
            WorkerCount.automatic(lanes: lanes, stepSeconds: seconds, processors: processors)
        }
        #expect(count(8, 0) == 1 && count(8, 5e-6) == 1 && count(1, 10) == 1)
        #expect(count(8, 60e-6) == 8 && count(8, 60e-6, 2) == 2 && count(64, 5e-6) == 6)
        #expect(count(8, 3600) == 8 && WorkerCount.processors >= 1)
    }

    @Test(
        "Settings that nobody knows, or that cannot be, are refused",
        arguments: [
            (["worker": 2], #"did you mean "workers""#), (["workers": 0], "workers: 0"),
            (["workers": 2.5], "workers"), (["options": 3], "options"), (["workerRestarts": -1], "workerRestarts"),
            (["stepTimeout": 0], "stepTimeout"), (["startTimeout": "long"], "startTimeout"),
            (["scaleImages": 1], "scaleImages"), (["python": 3], "python"),
            (["recordForm": "frames"], "needs recordTo"),
            (["recordTo": "/x", "recordForm": "frame"], #"did you mean "frames""#),
        ] as [(StateMap, String)])
    func settings(settings: StateMap, words: String) throws {
        let error = #expect(throws: EnvironmentError.self) {
            try GymnasiumProvider().environment("gymnasium:X", settings: settings, record: nil)
        }
        #expect(error?.code == .wrongSettings && error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test("All modules of the worker travel in the library")
    func modules() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        let files = try LocalFile.names(in: "\(root)/Sources/ReinGymnasium/Worker").filter { $0.hasSuffix(".py") }
        let names = files.map { $0.dropLast(3) }.filter { $0 != "bootstrap" && $0 != "__init__" }
        #expect(Set(WorkerSource.modules.keys) == Set(["rein_worker"] + names.map { "rein_worker.\($0)" }))
        #expect(WorkerSource.bootstrap.contains("rein_worker.main()"))
    }
}
