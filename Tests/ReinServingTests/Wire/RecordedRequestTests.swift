#if Serving
import ReinNumerics
import ReinServing
import Testing

@Suite("Requests as clients have sent them")
struct RecordedRequestTests {
    @Test("Every one is read, but the one with texts")
    func all() throws {
        #expect(RecordedRequest.all.count == 42 && RecordedRequest.inferences.count == 23)
        for recorded in RecordedRequest.inferences {
            let read = { () throws(ServingError) in
                try ReinServingTests.read(recorded.body, headerLength: recorded.headerLength)
            }
            if recorded.name == "29_infer_bytes" {
                #expect(refusal(read) == #"input "s": datatype BYTES, which no policy takes"#)
                continue
            }
            let obs = try read().request.inputs[0]
            #expect(obs.name == "obs")
            switch obs.datatype {
            case .fp16: #expect(obs.elements(UInt16.self) == [0x211f, 0, 0xa51f, 0])
            case .fp64: #expect(obs.elements(Double.self) == [Double(Float(0.01)), 0, Double(Float(-0.02)), 0])
            case .fp32 where obs.shape == [1, 4]: #expect(obs.elements(Float.self) == [0.01, 0, -0.02, 0])
            default: #expect(obs.shape == [3, 4] && obs.elements(Float.self)[11] == 1.1)
            }
        }
    }

    @Test("What they say beside their observation is kept")
    func details() throws {
        func message(_ name: String) throws -> InferenceMessage {
            let recorded = try RecordedRequest.named(name)
            return try read(recorded.body, headerLength: recorded.headerLength)
        }
        let mask = try message("16_infer_mask_binary")
        #expect(mask.request.id == "r-1")
        #expect(mask.request.inputs[1].name == "action_mask")
        #expect(mask.request.inputs[1].elements(UInt8.self) == [1, 0])
        #expect(mask.encodings == OutputEncodings(isBinary: false, choices: [true]))
        #expect(try message("14_infer_binary").encodings.isBinary(at: 0))
        #expect(try !message("15_infer_json").encodings.isBinary(at: 0))
        let sequence = try message("20_infer_sequence_end_string").request.parameters
        #expect(sequence.map(\.name) == ["sequence_id", "sequence_start", "sequence_end"])
        #expect(sequence.map(\.value) == [.string("episode-7"), .bool(false), .bool(true)])
        let others = try message("21_infer_priority_timeout_parameters").request.parameters
        #expect(others.map(\.value) == [.int(2), .int(5000), .bool(true)])
        #expect(try message("22_infer_classification").request.outputs[0].parameters.map(\.name) == ["classification"])
        #expect(try message("07_infer_parameters").request.parameters.map(\.value) == [.int(42), .bool(true)])
    }

    @Test("None is read when anything is missing at its end", arguments: RecordedRequest.inferences)
    func truncated(_ recorded: RecordedRequest) {
        for length in 0..<recorded.body.count {
            let part = Array(recorded.body[..<length])
            #expect(refusal { () throws(ServingError) in try read(part, headerLength: recorded.headerLength) } != nil)
        }
        // The JSON alone, all that is there being JSON.
        for length in 0..<(recorded.headerLength ?? 0) {
            let part = Array(recorded.body[..<length])
            #expect(refusal { () throws(ServingError) in try read(part, headerLength: length) } != nil)
            #expect(refusal { () throws(ServingError) in try read(part, headerLength: nil) } != nil)
        }
    }

    @Test("Changed in one byte, each is read or refused", arguments: RecordedRequest.inferences)
    func mutated(_ recorded: RecordedRequest) {
        var numbers = FixedNumbers()
        let telling = Array(#"{}[]",:\-+.0123456789eEutfn\#u{0}\#u{1f} "#.utf8) + [0x80, 0xc3, 0xff]
        var refused = 0
        for round in 0..<400 {
            var body = recorded.body
            let index = Int.random(in: 0..<body.count, using: &numbers)
            switch round % 4 {
            case 0: body[index] = UInt8.random(in: 0...255, using: &numbers)
            case 1: body.remove(at: index)
            default: body[index] = telling.randomElement(using: &numbers)!
            }
            do {
                let message = try read(body, headerLength: recorded.headerLength)
                for input in message.request.inputs {
                    #expect(input.bytes.count == input.shape.reduce(input.datatype.width!, *))
                }
            } catch {
                refused += 1
                #expect(error.kind == .invalidArgument && error.message.utf8.count < 1_000)
            }
        }
        #expect(refused > 100)
    }
}
#endif
