import ReinTestSupport
import Testing

@testable import ReinCheckpoints

struct StorageURITests {
    @Test(
        "An address has its parts, and is printed so that it reads back",
        arguments: [
            ("file:///data/run", "file", "", "data/run", 0), ("memory://name", "memory", "name", "", 0),
            ("S3://bucket/a%20b/%C3%A9/?endpoint=http://127.0.0.1:5000&region=eu-1", "s3", "bucket", "a b/é", 2),
            ("s3://bucket/x?endpoint=http%3A%2F%2Fhost%3A80", "s3", "bucket", "x", 1),
            ("file:///", "file", "", "", 0), ("x+y-z.1://h:80/p?a", "x+y-z.1", "h:80", "p", 1),
        ])
    func parts(_ text: String, scheme: String, authority: String, path: String, count: Int) throws {
        let uri = try StorageURI(text)
        #expect(uri.scheme == scheme)
        #expect(uri.authority == authority)
        #expect(uri.path == path)
        #expect(uri.parameters.count == count)
        #expect(try StorageURI(uri.description) == uri)
    }

    @Test("Values of parameters may be encoded or not")
    func values() throws {
        let plain = try StorageURI("s3://b/x?endpoint=http://host:9000/&region=r")
        let encoded = try StorageURI("s3://b/x?endpoint=http%3a%2F%2fhost%3A9000%2F&region=r")
        #expect(plain == encoded)
        #expect(plain.parameters.first?.value == "http://host:9000/")
        #expect(try plain.appending("y/z").description == "s3://b/x/y/z?endpoint=http://host:9000/&region=r")
    }

    @Test(
        "What is no address is an error that says why",
        arguments: [
            ("/data/run", "no scheme"), ("", "no scheme"), ("://x", "no scheme"), ("file:/x", "no scheme"),
            ("s3://b/../x", "\"..\""), ("s3://b/a/%2e%2E/x", "\"..\""), ("s3://b/a%2F..%2Fx", "\"..\""),
            ("s3://b/a//b", "empty"), ("s3://b/x%00", "NUL"), ("s3://b/x\0", "NUL"), ("s3://b/%zz", "hexadecimal"),
            ("s3://b/%f", "hexadecimal"), ("s3://b/%ff", "UTF-8"), ("s3://b/x#y", "%23"), ("s3://b c/x", "space"),
            ("s3://b/x?a=1&a=2", "twice"), ("s3://b/x?=1", "without a name"),
        ])
    func mistakes(_ text: String, words: String) {
        let error = stateError { _ = try StorageURI(text) }
        #expect(error?.code == .malformed)
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test("No message shows what may be a password")
    func passwords() {
        for text in ["s3://key:hunter2@bucket/x", "s3://bucket/x//y?secret=hunter2", "s3://b/x?token=hunter2&token=1"] {
            let error = stateError { _ = try StorageSchemes.storage(at: text) }
            #expect(error != nil)
            #expect(error.map { "\($0)".contains("hunter2") } == false)
        }
    }

    @Test("A path of this machine has an address that leads back to it")
    func filePaths() throws {
        #expect(try StorageURI(file: "/a b/ü/./c/").description == "file:///a%20b/%C3%BC/c")
        #expect(try StorageURI(file: "x").path.hasSuffix("/x"))
        #expect(stateError { _ = try StorageURI(file: "/a/../b") }?.code == .malformed)
    }

    @Test("What is longer written as an address than read is no address, however it is made")
    func lengths() throws {
        let long = String(repeating: "é", count: 1_360)
        let uri = try StorageURI("s3://b/x?name=\(long)")
        #expect(uri.description.utf8.count == 8_174)
        #expect(try StorageURI(uri.description) == uri)
        let read = stateError { _ = try StorageURI("s3://b/x?name=\(long)éééé") }
        #expect(read?.message.contains("more than the 8192") == true)
        #expect(try uri.appending("0123456789/123456").description.utf8.count == 8_192)
        let appended = stateError { _ = try uri.appending("0123456789/1234567") }
        #expect(appended?.message.contains("more than the 8192") == true)
        #expect(stateError { _ = try uri.appending("../x") }?.code == .malformed)
        #expect(stateError { _ = try uri.appending("") }?.code == .malformed)
        // Paths of a machine may be longer than names of objects.
        let folders = "/" + Array(repeating: String(repeating: "d", count: 200), count: 15).joined(separator: "/")
        #expect(try StorageURI(StorageURI(file: folders).description).path == folders.dropFirst())
        #expect(stateError { _ = try StorageURI(file: "\(folders)/\(long)") }?.code == .malformed)
    }

    @Test("An unknown scheme lists those there are and names the nearest")
    func unknownScheme() {
        let error = stateError { _ = try StorageSchemes.storage(at: "memroy://x") }
        #expect(error?.code == .unsupportedFormat)
        #expect(error?.message.contains("did you mean \"memory\"?") == true)
        // Other tests register schemes of their own.
        for scheme in ["file", "memory"] { #expect(error?.message.contains("\"\(scheme)\"") == true) }
    }

    @Test("Schemes have something to say about addresses")
    func schemes() {
        #expect(stateError { _ = try StorageSchemes.storage(at: "memory:///x") }?.message.contains("no name") == true)
        #expect(stateError { _ = try StorageSchemes.storage(at: "file://host/x") }?.message.contains("machine") == true)
        let parameter = stateError { _ = try StorageSchemes.storage(at: "file:///x?region=1") }
        #expect(parameter?.code == .unknownKey)
        #expect(parameter?.message.contains("\"region\"") == true)
    }

    @Test("A registered scheme opens what it is registered with, from any thread")
    func registration() async throws {
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask {
                    StorageSchemes.register("Test-\(index)") { uri throws(StateError) in
                        try MemoryStorage(StorageURI("memory://registered-\(index)/\(uri.path)"))
                    }
                }
            }
        }
        for index in 0..<8 {
            let storage = try StorageSchemes.storage(at: "test-\(index)://any/below")
            #expect(storage.uri.description == "memory://registered-\(index)/below")
        }
    }

    @Test("Whatever text comes, it is an address that reads back or an error")
    func mutations() throws {
        let seeds = [
            "s3://bucket/a%20b/c?endpoint=http://127.0.0.1:5000&region=eu", "file:///data/run/é", "memory://n/x/y?z",
        ]
        var mutations = ByteMutations(seed: 16, marks: "%./?#&=@:\0")
        var addresses = 0
        for round in 0..<6_000 {
            let bytes = mutations.mutated(seeds[round % seeds.count])
            guard let uri = try? StorageURI(String(decoding: bytes, as: UTF8.self)) else { continue }
            addresses += 1
            #expect(try StorageURI(uri.description) == uri)
            #expect(!uri.path.split(separator: "/").contains("..") && !uri.path.utf8.contains(0))
        }
        #expect(addresses > 500)
        // Bytes that are no text become three each, and nine when they are encoded.
        for count in [100, 900, 905, 910, 915, 2_000] {
            guard let uri = try? StorageURI("s3://b?\(String(repeating: "\u{FFFD}", count: count))") else { continue }
            #expect(try StorageURI(uri.description) == uri, "\(count)")
        }
    }
}
