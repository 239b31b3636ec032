#if Serving
import NIOCore
import ReinCheckpoints
import ReinPolicies
import Testing

@testable import ReinServing

/// What is answered over HTTP, without sockets.
@Suite("Answers over HTTP")
struct GatewayTests {
    /// A gateway to a run with a checkpoint of number 10, whose policies `red` and `pole` choose action 1 of 2.
    private func withGateway(_ body: (HTTPGateway, RunFolder) throws -> Void) throws {
        try RunFolder.with { run in
            try run.write(10, ["red", "default_policy"]) { _ in try RunFolder.policy(choosing: 1, of: 2, inputs: 4) }
            try body(HTTPGateway(service: InferenceService(try run.repository(), seed: 1)), run)
        }
    }

    private static let body = #"{"id":"a","inputs":[{"name":"obs","datatype":"FP32","shape":[1,4],"data":[0,0,0,0]}]}"#

    @Test("Each path of the protocol is answered")
    func paths() throws {
        try withGateway { gateway, _ in
            #expect(try gateway.get("/v2/health/live") == [200: #"{"live":true}"#])
            #expect(try gateway.get("/v2/health/ready") == [200: #"{"live":true,"ready":true}"#])
            #expect(try gateway.get("/v2/models/red/ready") == [200: #"{"name":"red","ready":true}"#])
            #expect(try gateway.get("/v2/models/red/versions/10/ready") == [200: #"{"name":"red","ready":true}"#])
            let index = try JSON.parse(Array(try #require(gateway.post("/v2/repository/index")[200]).utf8))
            #expect(
                index == [
                    ["name": "red", "version": "10", "state": "READY", "reason": "loaded at first use"],
                    ["name": "default_policy", "version": "10", "state": "READY", "reason": "loaded at first use"],
                ])
            #expect(try gateway.post("/v2/repository/index", "{}")[200] != nil)
            #expect(try gateway.get("/v2")[200]?.contains("binary_tensor_data") == true)
            #expect(
                try gateway.get("/v2/models/red") == [
                    200:
                        #"{"name":"red","versions":["10"],"platform":"rein","inputs":[{"name":"obs","datatype":"FP32","#
                        + #""shape":[-1,4]},{"name":"action_mask","datatype":"BOOL","shape":[-1,2]}],"outputs":["#
                        + #"{"name":"action","datatype":"INT64","shape":[-1]},{"name":"output","datatype":"FP32","#
                        + #""shape":[-1,2]}]}"#
                ])
            #expect(try gateway.get("/v2/models/red/config")[200]?.contains(#""max_batch_size":4096"#) == true)
            let answer = try gateway.post("/v2/models/red/infer", Self.body)
            #expect(answer[200]?.hasPrefix(#"{"model_name":"red","model_version":"10","id":"a","outputs":["#) == true)
            #expect(answer[200]?.contains(#"{"name":"action","datatype":"INT64","shape":[1],"data":[1]}"#) == true)
            #expect(try gateway.post("/v2/models/red/versions/10/infer", Self.body) == answer)
            let statistics = try #require(gateway.get("/v2/models/red/stats")[200])
            #expect(statistics.contains(#""inference_count":2,"execution_count":2"#))
            #expect(try gateway.get("/v2/models/red/versions/10/stats")[200] == statistics)
            #expect(try gateway.get("/v2/models/red/versions/9/stats")[404]?.contains("there are 10") == true)
            #expect(try gateway.post("/v2/repository/models/red/unload", "{}") == [200: ""])
            #expect(try gateway.get("/v2/models/red/ready") == [503: #"{"name":"red","ready":false}"#])
            #expect(try gateway.post("/v2/models/red/infer", Self.body)[503] != nil)
            #expect(try gateway.post("/v2/repository/models/red/load") == [200: ""])
            #expect(try gateway.post("/v2/models/red/infer", Self.body)[200] != nil)
            // They only grow.
            #expect(
                try gateway.get("/v2/models/red/stats")[200]?
                    .contains(#""inference_count":3,"execution_count":3"#) == true)
        }
    }

    @Test("Every recorded request is answered")
    func recorded() throws {
        try RunFolder.with { run in
            try run.write(10, RecordedRequest.models) { _ in try RunFolder.policy(choosing: 1, of: 2, inputs: 4) }
            let gateway = HTTPGateway(service: InferenceService(try run.repository(), seed: 1))
            for recorded in RecordedRequest.session {
                let answer = try #require(gateway.answer(recorded.query, recorded.body))
                let text = String(decoding: answer.body, as: UTF8.self)
                #expect(recorded.mayHave(answer.status), "\(recorded.name): \(text)")
            }
        }
    }

    @Test("Verbs that a path is not for are refused with those that it is for")
    func verbs() throws {
        try withGateway { gateway, _ in
            for (verb, path, allow) in [
                ("POST", "/v2", "GET, HEAD"), ("PUT", "/v2/models/red", "GET, HEAD"),
                ("GET", "/v2/models/red/infer", "POST"), ("HEAD", "/v2/repository/index", "POST"),
                ("DELETE", "/v2/repository/models/red/load", "POST"), ("get", "/v2", "GET, HEAD"),
            ] {
                let answer = try #require(gateway.answer(HTTPQuery(verb, path), []))
                #expect(answer.status == 405 && answer.allow == allow, "\(verb) \(path)")
            }
            #expect(gateway.answer(HTTPQuery("HEAD", "/v2/models/red"), [])?.status == 200)
        }
    }

    @Test(
        "What is wrong is said, with its status",
        arguments: [
            ("/v2/models/rad/infer", GatewayTests.body, 404, #"did you mean \"red\"?"#),
            ("/v2/models/red/versions/9/infer", GatewayTests.body, 404, #"no version \"9\"; there are 10"#),
            ("/v2/models/red/versions/010/infer", GatewayTests.body, 404, #"no version \"010\""#),
            ("/v2/models/red/infer", "", 400, ""), ("/v2/models/red/infer", "[]", 400, ""),
            (
                "/v2/models/red/infer", #"{"inputs":[]}"#, 400,
                #"input \"obs\" is missing: expected FP32 of shape [-1, 4]"#
            ),
            (
                "/v2/models/red/infer",
                #"{"inputs":[{"name":"obs","datatype":"FP32","shape":[2,3],"data":[0,0,0,0,0,0]}]}"#, 400,
                "expected shape [-1, 4], found [2, 3]"
            ),
            (
                "/v2/models/red/infer", #"{"inputs":[{"name":"obs","datatype":"FP32","shape":[0,4],"data":[]}]}"#, 400,
                "expected at least one row"
            ),
            (
                "/v2/models/red/infer",
                #"{"inputs":[{"name":"obs","datatype":"BOOL","shape":[1,4],"data":[0,0,0,0]}]}"#,
                400, "expected numbers, FP32 for instance, found BOOL"
            ),
            (
                "/v2/models/red/infer",
                #"{"inputs":[{"name":"obs","datatype":"FP64","shape":[1,4],"data":[0,1e300,0,0]}]}"#, 400,
                "element 1 is inf"
            ),
            (
                "/v2/models/red/infer",
                #"{"inputs":[{"name":"ops","datatype":"FP32","shape":[1,4],"data":[0,0,0,0]}]}"#, 400,
                #"there is no input \"ops\"; did you mean \"obs\"?"#
            ),
            (
                "/v2/models/red/infer",
                #"{"inputs":[{"name":"state_in_0","datatype":"FP32","shape":[1,4],"data":[0,0,0,0]}]}"#, 400,
                "the policy has no memory"
            ),
            ("/v2/repository/index", #"{"ready":1}"#, 400, "ready"), ("/v2/repository/index", "x", 400, ""),
            ("/v2/repository/models/rad/load", "", 404, "red"),
            ("/v2/repository/models/red/load", #"{"parameters":{"config":"{}"}}"#, 400, "config"),
            ("/v2/repository/models/red/load", #"{"parameters":{"file:1/model":""}}"#, 400, "file:"),
            ("/v1/models/red", "", 404, "/v2"),
        ])
    func refusals(path: String, body: String, status: Int, words: String) throws {
        try withGateway { gateway, _ in
            let answer = try gateway.post(path, body)
            let text = try #require(answer[status], "\(answer)")
            #expect(text.hasPrefix(#"{"error":""#) && text.contains(words), "\(text)")
            _ = try JSON.parse(Array(text.utf8))
        }
    }

    @Test("Rows of masks that leave nothing, masks of another shape, doubled inputs and outputs are refused")
    func masks() throws {
        func body(_ more: String, outputs: String = "[]") -> String {
            #"{"inputs":[{"name":"obs","datatype":"FP32","shape":[2,4],"data":[0,0,0,0,0,0,0,0]}\#(more)],"#
                + #""outputs":\#(outputs)}"#
        }
        func mask(_ type: String, _ shape: String, _ data: String) -> String {
            #",{"name":"action_mask","datatype":"\#(type)","shape":\#(shape),"data":\#(data)}"#
        }
        try withGateway { gateway, _ in
            let path = "/v2/models/red/infer"
            #expect(
                try gateway.post(
                    path, body(mask("BOOL", "[2,2]", "[true,false,false,true]"), outputs: #"[{"name":"action"}]"#))
                    == [
                        200:
                            #"{"model_name":"red","model_version":"10","outputs":[{"name":"action","datatype":"INT64","#
                            + #""shape":[2],"data":[0,1]}]}"#
                    ])
            for (text, words) in [
                (body(mask("BOOL", "[2,2]", "[true,false,false,false]")), "row 1 leaves no valid action"),
                (body(mask("BOOL", "[1,2]", "[true,false]")), #"1 rows, but \"obs\" has 2"#),
                (body(mask("BOOL", "[2,3]", "[true,true,true,true,true,true]")), "expected shape [-1, 2]"),
                (body(mask("UINT8", "[2,2]", "[1,1,1,1]")), "expected BOOL, found UINT8"),
                (body(#",{"name":"obs","datatype":"FP32","shape":[1,4],"data":[0,0,0,0]}"#), "is given twice"),
                (body("", outputs: #"[{"name":"action"},{"name":"action"}]"#), "is asked for twice"),
                (body("", outputs: #"[{"name":"actoin"}]"#), #"did you mean \"action\"?"#),
                (body("", outputs: #"[{"name":"action","parameters":{"classification":2}}]"#), "no classification"),
            ] {
                let answer = try gateway.post(path, text)
                #expect(answer[400]?.contains(words) == true, "\(answer)")
            }
        }
    }

    @Test("Packed bodies are unpacked, and nothing else; a bomb takes no memory")
    func packed() throws {
        try withGateway { gateway, _ in
            let body = Array(Self.body.utf8)
            let gzip = try #require(PackedBody.packed(body))
            let path = "/v2/models/red/infer"
            func answer(_ body: [UInt8], _ encoding: String) throws -> HTTPAnswer {
                try #require(gateway.answer(HTTPQuery("POST", path, contentEncoding: encoding), body))
            }
            #expect(try answer(gzip, "gzip").status == 200)
            #expect(try answer(gzip, "GZIP").status == 200)
            #expect(try answer(body, "identity").status == 200)
            #expect(try answer(body, "br").status == 415)
            #expect(try answer(body, "gzip").status == 400)
            for length in 0..<gzip.count { #expect(try answer(Array(gzip[..<length]), "gzip").status == 400) }
            #expect(try answer(gzip + [0], "gzip").status == 400)
            var small = gateway
            small.bodyLimit = 1 << 20
            let bomb = try #require(PackedBody.packed([UInt8](repeating: 32, count: 10 << 20)))
            #expect(bomb.count < 1 << 17)
            let refused = small.answer(HTTPQuery("POST", path, contentEncoding: "gzip"), bomb)
            #expect(refused?.status == 413)
        }
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0) }
        let packed = try #require(PackedBody.packed(bytes))
        var unpacked = ByteBuffer()
        try packed.withUnsafeBytes { packed in
            try PackedBody.unpack(packed, .gzip, limit: bytes.count, into: &unpacked)
        }
        #expect(unpacked == ByteBuffer(bytes: bytes))
    }

    @Test("A server that stops says so, and still says that it lives")
    func stopping() throws {
        try withGateway { gateway, _ in
            gateway.service.stop()
            #expect(try gateway.get("/v2/health/live")[200] != nil)
            #expect(try gateway.get("/v2/health/ready")[503] != nil)
            #expect(try gateway.get("/v2/models/red/ready")[503] != nil)
            let answer = try #require(gateway.answer(HTTPQuery("POST", "/v2/models/red/infer"), Array(Self.body.utf8)))
            #expect(answer.status == 503 && answer.retryAfter == 1)
        }
    }

    @Test("Nobody acts for a client that waits no longer")
    func timeout() throws {
        func body(_ microseconds: String) -> String {
            String(Self.body.dropLast()) + #","parameters":{"timeout":\#(microseconds)}}"#
        }
        try withGateway { gateway, _ in
            // The first request reads the model's file, which takes longer than a microsecond.
            let late = try gateway.post("/v2/models/red/infer", body("1"))
            #expect(late[504]?.contains("timeout of 1 microseconds") == true, "\(late)")
            for limit in ["0", "60000000", "18446744073709551615"] {
                #expect(try gateway.post("/v2/models/red/infer", body(limit))[200] != nil)
            }
            #expect(try gateway.post("/v2/models/red/infer", body("-1"))[400]?.contains("timeout") == true)
            let statistics = try #require(gateway.get("/v2/models/red/stats")[200])
            #expect(statistics.contains(#""fail":{"count":2,"#))
        }
    }

    @Test("Answers are packed for those who say that they take it")
    func accepts() {
        for header in ["gzip", "deflate, gzip;q=0.5", "*", "br, GZIP", "*;q=0, gzip", "x-gzip"] {
            #expect(PackedBody.acceptsGzip(header))
        }
        for header in [nil, "", "br", "gzip;q=0", "gzip; q=0.0", "xgzip", "gzip;q=0, *", "*, gzip;q=0"] {
            #expect(!PackedBody.acceptsGzip(header))
        }
    }
}

extension HTTPGateway {
    /// Answers as a server does: at once, or else on a thread that may wait.
    func answer(_ query: HTTPQuery, _ body: [UInt8]) -> HTTPAnswer? {
        switch admit(query, length: String(body.count)) {
        case .refused(let answer): answer
        case .admitted(let route):
            body.withUnsafeBytes {
                answer(route, query, body: $0, mayWait: false) ?? answer(route, query, body: $0, mayWait: true)
            }
        }
    }

    /// The status and the text of an answer.
    func get(_ path: String) throws -> [Int: String] {
        let answer = try #require(self.answer(HTTPQuery("GET", path), []))
        return [answer.status: String(decoding: answer.body, as: UTF8.self)]
    }

    /// The status and the text of an answer.
    func post(_ path: String, _ body: String = "") throws -> [Int: String] {
        let answer = try #require(self.answer(HTTPQuery("POST", path), Array(body.utf8)))
        return [answer.status: String(decoding: answer.body, as: UTF8.self)]
    }
}
#endif
