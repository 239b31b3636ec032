import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

@Suite struct RemoteFolderTests {
    /// Something to train with a folder and a remote one of its own.
    private func withDriver(
        _ definition: TrainableDefinition = TrainableDefinition(FileCounter.self),
        _ body: (TrainableDriver, TrainableContext, String) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder in
            var context = TrainableContext()
            context.folder = "\(folder)/local"
            context.remoteFolder = try StorageURI("memory://tune-\(UUID().uuidString)/runs/1")
            let driver = try await TrainableDriver(definition, context: context)
            try await body(driver, context, folder)
            try await driver.stop()
        }
    }

    @Test("what is saved is uploaded, and comes back where the disk has lost it")
    func uploads() async throws {
        try await withDriver { driver, context, folder in
            for _ in 1...2 {
                _ = try await driver.train()
                try await driver.save()
            }
            try FileManager.default.removeItem(atPath: "\(folder)/local")
            let other = try await TrainableDriver(FileCounter.self, context: context)
            // By its old path, by its address, and as the newest there is.
            try await other.restore(from: "\(folder)/local/checkpoint_000001")
            #expect(other.iteration == 1 && other.trainable(as: FileCounter.self)?.n == 1)
            let remote = try #require(context.remoteFolder)
            try await other.restore(from: remote.appending("checkpoint_000002").description)
            #expect(other.iteration == 2)
            try await other.restore(from: "\(folder)/local/checkpoint_000001")
            let restored = try await other.restoreLatest()
            #expect(restored.place == (try remote.appending("checkpoint_000002").description))
            #expect(other.iteration == 2 && other.trainable(as: FileCounter.self)?.n == 2)
        }
    }

    @Test("a checkpoint stays at home when it is asked to")
    func staysAtHome() async throws {
        try await withDriver { driver, context, folder in
            _ = try await driver.train()
            let saved = try await driver.save(uploading: false)
            let remote = try StorageSchemes.storage(at: #require(context.remoteFolder))
            #expect(try remote.list().isEmpty)
            try await driver.save(to: "\(folder)/other/checkpoint_000001")
            #expect(try !remote.list().isEmpty)
            // Deleting removes both.
            try driver.deleteCheckpoint(#require(saved.path))
            #expect(try remote.list().isEmpty)
            try driver.deleteCheckpoint(#require(saved.path))
        }
    }

    @Test("a function goes on from a remote checkpoint that it keeps")
    func functions() async throws {
        let definition = TrainableDefinition(named: "keeps") { _, session in
            var n: Int64 = 0
            while true {
                // Read anew each time: what was downloaded has to be there still.
                if case .int(let saved)? = try session.checkpoint?.dictionary()["n"] { n = max(n, saved) }
                n += 1
                try await session.report(["n": .int(n)], checkpoint: Checkpoint(dictionary: ["n": .int(n)]))
            }
        }
        try await withDriver(definition) { driver, context, folder in
            for _ in 1...3 { _ = try await driver.train() }
            try await driver.save()
            try FileManager.default.removeItem(atPath: "\(folder)/local")
            let other = try await TrainableDriver(definition, context: context)
            try await other.restoreLatest()
            #expect(try await other.train()["n"] == 4)
            #expect(try await other.train()["n"] == 5)
            try await other.stop()
        }
    }

    @Test("an upload that fails says where the checkpoint is")
    func failedUpload() async throws {
        try await withTemporaryDirectory { folder in
            var context = TrainableContext()
            context.folder = folder
            context.remoteFolder = try StorageURI("file:///proc/nowhere")
            let driver = try await TrainableDriver(ValueCounter.self, context: context)
            _ = try await driver.train()
            let error = await #expect(throws: StateError.self) { try await driver.save() }
            #expect(error?.message.contains("checkpoint_000001 and was not uploaded") == true)
            try await driver.restore(from: "\(folder)/checkpoint_000001")
        }
    }

    @Test("without any checkpoint there is nothing to go on from")
    func nothing() async throws {
        try await withDriver { driver, _, _ in
            let error = await #expect(throws: StateError.self) { try await driver.restoreLatest() }
            #expect(error?.code == .notFound)
        }
    }
}
