#if Serving
import Foundation
import ReinCheckpoints
import Testing

@testable import ReinServing

/// A request that a client has sent.
struct RecordedRequest: CustomTestStringConvertible {
    /// Who has sent it.
    let client: String
    let name: String
    /// Head and body.
    let bytes: [UInt8]
    let body: [UInt8]
    /// What its head says.
    let query: HTTPQuery

    var testDescription: String { "\(client)/\(name)" }

    /// Whether its answer is drawn, so that the next one may be another.
    var isDrawn: Bool { Data(body).firstRange(of: Data("\"explore\":true".utf8)) != nil }

    /// The number of bytes of JSON before binary tensors, if there are any.
    var headerLength: Int? { query.headerLength.flatMap { Int($0) } }

    /// All recorded requests, each client's in the order in which it has sent them.
    static let all: [RecordedRequest] = ["kserve", "tritonclient"].flatMap { client in
        let folder = Bundle.module.resourceURL!.appendingPathComponent("Fixtures/http/\(client)")
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).filter { $0.pathExtension == "request" }
            .compactMap { try? RecordedRequest($0, of: client) }.sorted { $0.name < $1.name }
    }

    /// All of them in an order in which one server can answer them: no model answers once it is unloaded.
    static let session = all.filter { $0.name != "11_unload" } + all.filter { $0.name == "11_unload" }

    /// Those that ask for an inference with a body that is not packed.
    static let inferences = all.filter { $0.query.path.hasSuffix("/infer") && $0.query.contentEncoding == nil }

    static func named(_ name: String) throws -> RecordedRequest { try #require(all.first { $0.name == name }) }

    private init(_ file: URL, of client: String) throws {
        let data = try Data(contentsOf: file)
        let end = try #require(data.firstRange(of: Data("\r\n\r\n".utf8)))
        self.client = client
        name = file.deletingPathExtension().lastPathComponent
        bytes = Array(data)
        body = Array(data[end.upperBound...])
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ": ", maxSplits: 1)
            fields[parts[0].lowercased()] = String(parts[1])
        }
        let words = lines[0].split(separator: " ").map { String($0) }
        query = HTTPQuery(
            words[0], words[1], headerLength: fields["inference-header-content-length"],
            contentEncoding: fields["content-encoding"], acceptEncoding: fields["accept-encoding"],
            authorization: fields["authorization"])
    }
}

/// What is answered to recorded requests.
extension RecordedRequest {
    /// The models that they are for: four numbers to one of two actions, of version 10.
    static let models: [PolicyID] = ["default_policy", "busy"]

    /// The status of the answer of a server of the models that they are for.
    private var status: Int { Self.refusals[name] ?? 200 }

    /// Whether an answer of such a server may have a status: that of one whose client waits for some milliseconds depends on the
    /// machine.
    func mayHave(_ status: Int?) -> Bool {
        status == self.status || status == 504 && Data(body).firstRange(of: Data("\"timeout\":".utf8)) != nil
    }

    /// Those that are refused.
    private static let refusals = [
        "09_infer_unknown_model": 404, "26_infer_unknown_model": 404,
        // Asks for settings of its own.
        "10_load_config": 400,
        // Asks for names of the likeliest actions.
        "22_infer_classification": 400,
        // Sends texts.
        "29_infer_bytes": 400,
        // Its slash is not escaped, and makes another path.
        "32_ready_of_name_with_slash_and_space": 404,
    ]
}
#endif
