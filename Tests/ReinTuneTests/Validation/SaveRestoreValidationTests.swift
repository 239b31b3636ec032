import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

/// A momentum descent, which is saved whole or with one of the faults that a validation is to find.
private struct Descent: StatefulTrainable {
    enum Fault: String { case none, loadsNothing, leavesOut, loadsOther }

    private let fault: Fault
    private(set) var position = 8.0
    private(set) var speed = 0.0

    init(configuration: StateMap, context: TrainableContext) throws {
        let reader = StateReader(.map(configuration))
        fault = try Fault(rawValue: reader.child("fault").string()) ?? .none
    }

    mutating func step() -> StepResult {
        speed = 0.9 * speed - 0.1 * position
        position += speed
        return StepResult(["position": .double(position), "noise": .double(.random(in: 0...1))])
    }

    var state: StateMap {
        fault == .leavesOut
            ? ["position": .double(position)] : ["position": .double(position), "speed": .double(speed)]
    }

    mutating func load(_ state: StateReader) throws {
        if fault == .loadsNothing { return }
        position = try state.child("position").double()
        if fault != .leavesOut { speed = try state.child("speed").double() }
        if fault == .loadsOther { position += 1e-9 }
    }
}

@Suite struct SaveRestoreValidationTests {
    private func validation(_ fault: Descent.Fault) -> SaveRestoreValidation {
        var validation = SaveRestoreValidation(
            TrainableDefinition(Descent.self), configuration: ["fault": .string(fault.rawValue)])
        validation.ignoredMetrics = ["noise"]
        return validation
    }

    @Test("passes what is saved whole")
    func whole() async throws {
        #expect(try await validation(.none).run() == [.directory, .movedDirectory, .memory])
        try await FileCounter.validateSaveRestore()
        try await ValueCounter.validateSaveRestore(configuration: ["always": ["timesteps_this_iter": 7]])
    }

    @Test("finds a load that does nothing")
    func nothing() async throws {
        let error = await #expect(throws: StateError.self) { try await validation(.loadsNothing).run() }
        #expect(error?.path == "Descent: position")
        #expect(error?.message.hasPrefix("the state differs after a restore by way of directory") == true)
    }

    @Test("finds a state that leaves something out")
    func leftOut() async throws {
        let error = await #expect(throws: StateError.self) { try await validation(.leavesOut).run() }
        #expect(error?.message.hasPrefix("result 1 differs") == true)
    }

    @Test("finds a load that changes something")
    func other() async throws {
        let error = await #expect(throws: StateError.self) { try await validation(.loadsOther).run() }
        #expect(error?.message.hasPrefix("the state differs") == true)
    }

    @Test("finds metrics that differ each time unless they are named")
    func noise() async throws {
        var validation = validation(.none)
        validation.ignoredMetrics = []
        let error = await #expect(throws: StateError.self) { try await validation.run() }
        #expect(error?.path == "Descent: noise")
    }

    @Test("checks functions, too")
    func functions() async throws {
        func definition(resuming: Bool) -> TrainableDefinition {
            TrainableDefinition(named: "counts") { _, session in
                var n: Int64 = 0
                if resuming, let checkpoint = session.checkpoint,
                    case .int(let saved)? = try checkpoint.dictionary()["n"]
                {
                    n = saved
                }
                while true {
                    n += 1
                    try await session.report(
                        ["n": .int(n)], checkpoint: n % 2 == 0 ? Checkpoint(dictionary: ["n": .int(n)]) : nil)
                }
            }
        }
        var validation = SaveRestoreValidation(definition(resuming: true))
        try await validation.run()
        validation.definition = definition(resuming: false)
        await #expect(throws: StateError.self) { try await validation.run() }
    }
}
