#if Serving
import CAllocationCounter
import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinRLlib
import ReinServing
import Testing

@Suite("Leasing models")
struct RepositoryLeaseTests {
    @Test("The newest versions answer by number, as many as are served")
    func versions() throws {
        try RunFolder.with { run in
            for number in [0, 10, 20] { try run.write(number) }
            let repository = try run.repository(versions: 2)
            #expect(try repository.answer("red") == "20:20")
            #expect(try repository.answer("red", "10") == "10:10")
            #expect(try repository.answer("red") == "20:20")
            #expect(try repository.states("red") == ["20 READY loaded", "10 READY loaded"])
            #expect(try repository.states("blue") == ["20 READY", "10 READY"])
            let others = ["0", "7", "00", "010", "+10", "-1", "x", "", "99999999999999999999", "92233720368547758070"]
            for version in others {
                let error = #expect(throws: ServingError.self) { try repository.answer("red", version) }
                #expect(error?.kind == .notFound, "\(version)")
                #expect(error?.message.hasSuffix("there are 20, 10") == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test("An older version that was asked for first does not answer for the newest")
    func olderFirst() throws {
        try RunFolder.with { run in
            for number in [10, 20] { try run.write(number) }
            let repository = try run.repository(versions: 2)
            #expect(try repository.answer("red", "10") == "10:10")
            #expect(try repository.lease("red") == nil)
            #expect(try repository.answer("red") == "20:20")
        }
    }

    @Test("An unknown name is told with the nearest one")
    func unknown() throws {
        try RunFolder.with { run in
            try run.write(1)
            let repository = try run.repository()
            let error = #expect(throws: ServingError.self) { try repository.answer("rde") }
            #expect(error?.kind == .notFound)
            #expect(
                error?.message == "there is no model \"rde\"; did you mean \"red\"? The models are \"red\", \"blue\"")
            let long = String(repeating: "x", count: 100_000)
            let other = #expect(throws: ServingError.self) { try repository.answer(long) }
            #expect((other?.message.utf8.count ?? .max) < 500)
            #expect(try repository.isReady("red"))
        }
    }

    @Test("A model that cannot be loaded is unavailable with the reason until its files change")
    func failure() throws {
        try RunFolder.with { run in
            try run.write(1)
            try RunFolder.flipByte(of: run.stateFile(1, "red"))
            let log = EventLog()
            let repository = try run.repository(log: log)
            for _ in 0..<3 {
                let error = #expect(throws: ServingError.self) { try repository.answer("red") }
                #expect(error?.kind == .unavailable && error?.message.contains("checksum") == true)
                repository.poll()
            }
            // Tried once.
            #expect(log.take() == ["failed red 1"])
            #expect(try repository.states("red") == ["1 UNAVAILABLE"])
            #expect(try !repository.isReady("red"))
            #expect(try repository.answer("blue") == "1:1")
            try RunFolder.flipByte(of: run.stateFile(1, "red"))
            repository.poll()
            #expect(try repository.answer("red") == "1:1")
        }
    }

    @Test("A policy whose outputs are not finite is not served")
    func trial() throws {
        try RunFolder.with { run in
            try run.write(1)
            try run.write(2) { id in
                guard id == "red" else { return nil }
                var policy = try RunFolder.policy(choosing: 2)
                for index in policy.network.parameters.indices { policy.network.parameters[index] = 3e38 }
                return policy
            }
            let repository = try run.repository()
            #expect(try repository.answer("red") == "1:1")
            #expect(try repository.answer("blue") == "2:2")
            #expect(try repository.states("red") == ["2 UNAVAILABLE", "1 READY loaded"])
            #expect(try repository.index(of: "red")[0].reason.contains("not finite"))
        }
    }

    @Test("Leasing what is in memory allocates nothing", .enabled(if: allocation_counter_is_available() == 1))
    func allocations() throws {
        try RunFolder.with { run in
            try run.write(1)
            let repository = try run.repository(preload: ["red"], memory: 1 << 30)
            var inFlight = 0
            func allocations(_ version: String?) throws -> Int64 {
                allocation_counter_start()
                for _ in 0..<100 {
                    if let lease = try repository.lease("red", version: version) { inFlight += lease.model.inFlight }
                }
                return allocation_counter_stop()
            }
            #expect(try allocations(nil) == 0)
            #expect(try allocations("1") == 0)
            #expect(inFlight == 200)
        }
    }

    @Test("What a lease gives is a policy to act with, and leases are counted")
    func model() throws {
        try RunFolder.with { run in
            try run.write(4)
            let repository = try run.repository()
            let model = try repository.leaseLoading("red").model
            #expect(model.name == "red" && model.version == "4" && model.inFlight == 0)
            #expect(try model.policy == Policy(restoringToAct: run.checkpoint(4), id: "red"))
            #expect(model.policy.learnerState == nil && model.policy.network.value == nil)
            #expect(model.metadata == ModelMetadata(of: model.policy))
            #expect(model.byteCount == repository.byteCount && model.byteCount > 4000)
            let pin = try repository.leaseLoading("red").pinned()
            let lease = try repository.lease("red")
            #expect(model.inFlight == 2)
            withExtendedLifetime(pin) {}
            if let lease { #expect(lease.model === pin.model) }
            #expect(model.inFlight <= 2)
        }
    }
}
#endif
