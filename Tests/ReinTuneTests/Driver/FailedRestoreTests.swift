import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// An object whose state cannot be had at first, and whose load fails half way when the checkpoint says so.
private final class Fragile: StatefulTrainable {
    private(set) var n: Int64 = 0
    init(configuration: StateMap, context: TrainableContext) {}
    func step() -> StepResult {
        n += 1
        return StepResult(["n": .int(n)])
    }
    var state: StateMap {
        get throws {
            guard n > 0, n != 13 else { throw StateError(.unavailable, "nothing to save") }
            return ["n": .int(n)]
        }
    }
    func load(_ state: StateReader) throws {
        n = try state.child("n").int64()
        if state.optionalChild("extra") != nil { throw StateError(.outOfRange, "too much", path: "extra") }
    }
}

/// A structure with an object in a list in an optional.
private struct Shelf: StatefulTrainable {
    final class Box { var n: Int64 = 0 }
    var boxes: [Box]? = [Box()]
    var steps: Int64 = 0
    init(configuration: StateMap, context: TrainableContext) {}
    mutating func step() -> StepResult {
        boxes?[0].n += 1
        steps += 1
        return StepResult()
    }
    var state: StateMap { ["n": .int(boxes?[0].n ?? 0), "steps": .int(steps)] }
    mutating func load(_ state: StateReader) throws {
        boxes?[0].n = try state.child("n").int64()
        steps = try state.child("steps").int64()
    }
}

@Suite struct FailedRestoreTests {
    private func object(_ dictionary: StateMap, of driver: TrainableDriver) throws -> Checkpoint {
        var checkpoint = try Checkpoint(dictionary: dictionary)
        try checkpoint.setProgress(driver.progress.state)
        return checkpoint
    }

    @Test("an object that has nothing to save yet is restored")
    func fresh() async throws {
        let driver = try await TrainableDriver(Fragile.self)
        try await driver.restoreFromObject(object(["n": 4], of: driver))
        #expect(try await driver.train()["n"] == 5)
    }

    @Test("an object that cannot be put back is of no use before it is restored")
    func unfit() async throws {
        let driver = try await TrainableDriver(Fragile.self)
        let error = await #expect(throws: StateError.self) {
            try await driver.restoreFromObject(object(["n": 4, "extra": 1], of: driver))
        }
        #expect(error?.code == .outOfRange && error?.message.contains("too much") == true)
        #expect(error?.message.contains("nothing to save") == true)
        for use in ["train", "save"] {
            let refusal = await #expect(throws: StateError.self) {
                if use == "train" { _ = try await driver.train() } else { _ = try await driver.saveToObject() }
            }
            #expect(refusal?.code == .unavailable && refusal?.message.hasPrefix("cannot \(use) before") == true)
        }
        try await driver.restoreFromObject(object(["n": 7], of: driver))
        #expect(try await driver.train()["n"] == 8)
        try await driver.stop()
    }

    @Test("a structure with objects is put back")
    func structure() async throws {
        let driver = try await TrainableDriver(Shelf.self)
        for _ in 1...3 { _ = try await driver.train() }
        await #expect(throws: StateError.self) {
            try await driver.restoreFromObject(object(["n": 9, "steps": "many"], of: driver))
        }
        let shelf = try #require(driver.trainable(as: Shelf.self))
        #expect(shelf.boxes?[0].n == 3 && shelf.steps == 3)
    }

    @Test("knows what copies may share")
    func sharedParts() {
        struct Plain { let a = 1, b = [1.5], c: String? = "c", d: StateMap = ["a": [1]], e = ["a": 2], f = (1, true) }
        struct Closing { let run: () -> Int }
        enum Either { case plain(Int), box(Shelf.Box) }
        #expect(!SharedParts.mayBe(in: Plain()))
        #expect(!SharedParts.mayBe(in: Either.plain(1)))
        #expect(SharedParts.mayBe(in: Either.box(Shelf.Box())))
        #expect(SharedParts.mayBe(in: Closing { 1 }))
        #expect(SharedParts.mayBe(in: ["a": [Shelf.Box()]]))
        #expect(SharedParts.mayBe(in: Shelf.Box()))
        #expect(!SharedParts.mayBe(in: [Double](repeating: 0, count: 100_000)))
    }
}
