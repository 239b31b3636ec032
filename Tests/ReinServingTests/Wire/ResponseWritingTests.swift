#if Serving
import ReinCheckpoints
import ReinNumerics
import ReinServing
import Testing

@Suite("Bodies of responses")
struct ResponseWritingTests {
    private func tensor<Element: BitwiseCopyable>(
        _ name: String, _ datatype: TensorDatatype, _ shape: [Int], _ elements: [Element]
    ) -> InferenceTensor {
        InferenceTensor(
            name: name, datatype: datatype, shape: shape,
            bytes: elements.withUnsafeBytes { bytes in AlignedBuffer<UInt8>(Array(bytes)) })
    }

    private func body(
        _ outputs: [InferenceTensor], id: String? = nil, _ encodings: OutputEncodings = OutputEncodings()
    )
        -> (bytes: [UInt8], headerLength: Int?)
    {
        var bytes: [UInt8] = []
        let response = InferenceResponse(model: "pol0", version: "10", id: id, outputs: outputs)
        let length = response.write(to: &bytes, encodings: encodings)
        return (bytes, length)
    }

    private func data<Element: BitwiseCopyable>(_ datatype: TensorDatatype, _ elements: [Element]) -> String {
        let text = String(decoding: body([tensor("a", datatype, [elements.count], elements)]).bytes, as: UTF8.self)
        return String(text.split(separator: "\"data\":")[1].dropLast(3))
    }

    @Test("JSON has the model, the id and the outputs in order")
    func json() {
        let outputs = [
            tensor("action", .int64, [2], [1, -12] as [Int64]), tensor("output", .fp32, [1, 2], [0.1, -3] as [Float]),
        ]
        let (bytes, length) = body(outputs, id: "r-1")
        #expect(length == nil)
        #expect(
            String(decoding: bytes, as: UTF8.self) == #"{"model_name":"pol0","model_version":"10","id":"r-1","#
                + #""outputs":[{"name":"action","datatype":"INT64","shape":[2],"data":[1,-12]},"#
                + #"{"name":"output","datatype":"FP32","shape":[1,2],"data":[0.1,-3.0]}]}"#)
        #expect(
            String(decoding: body([]).bytes, as: UTF8.self)
                == #"{"model_name":"pol0","model_version":"10","outputs":[]}"#)
    }

    @Test("Binary outputs follow the JSON, after what the buffer already holds")
    func binary() throws {
        let outputs = [
            tensor("action", .int64, [1], [1] as [Int64]), tensor("output", .fp32, [1, 2], [1, -1] as [Float]),
            tensor("mask", .bool, [1, 2], [1, 0] as [UInt8]),
        ]
        var bytes: [UInt8] = [9, 9]
        let response = InferenceResponse(model: "m", version: "1", id: nil, outputs: outputs)
        let encodings = OutputEncodings(isBinary: true, choices: [nil, false])
        let length = try #require(response.write(to: &bytes, encodings: encodings))
        #expect(
            String(decoding: bytes[2..<(2 + length)], as: UTF8.self)
                == #"{"model_name":"m","model_version":"1","outputs":["#
                + #"{"name":"action","datatype":"INT64","shape":[1],"parameters":{"binary_data_size":8}},"#
                + #"{"name":"output","datatype":"FP32","shape":[1,2],"data":[1.0,-1.0]},"#
                + #"{"name":"mask","datatype":"BOOL","shape":[1,2],"parameters":{"binary_data_size":2}}]}"#)
        #expect(Array(bytes[(2 + length)...]) == [1, 0, 0, 0, 0, 0, 0, 0, 1, 0])
    }

    @Test("Every datatype has its text")
    func elements() {
        #expect(data(.bool, [1, 0] as [UInt8]) == "[true,false]")
        #expect(data(.uint8, [0, 255] as [UInt8]) == "[0,255]")
        #expect(data(.uint16, [0, .max] as [UInt16]) == "[0,65535]")
        #expect(data(.uint32, [10, .max] as [UInt32]) == "[10,4294967295]")
        #expect(data(.uint64, [0, .max] as [UInt64]) == "[0,18446744073709551615]")
        #expect(data(.int8, [.min, .max] as [Int8]) == "[-128,127]")
        #expect(data(.int16, [.min, .max] as [Int16]) == "[-32768,32767]")
        #expect(data(.int32, [.min, .max] as [Int32]) == "[-2147483648,2147483647]")
        #expect(data(.int64, [.min, .max] as [Int64]) == "[-9223372036854775808,9223372036854775807]")
        #expect(data(.fp32, [0.01, -0.0, .leastNonzeroMagnitude, 3e38] as [Float]) == "[0.01,-0.0,1e-45,3e+38]")
        #expect(data(.fp64, [0.1, -1e300] as [Double]) == "[0.1,-1e+300]")
        #expect(data(.fp32, [.nan, .infinity, 1] as [Float]) == "[null,null,1.0]")
        #expect(data(.fp64, [-.infinity] as [Double]) == "[null]")
        #expect(data(.fp16, [0x3c00] as [UInt16]) == "[null]")
        #expect(data(.fp32, [] as [Float]) == "[]")
    }

    @Test("Texts are escaped, as another reader of JSON sees")
    func texts() throws {
        let text = "a\"b\\c\n\r\t\u{0}\u{b}\u{1f}é😀/"
        var bytes: [UInt8] = []
        let response = InferenceResponse(
            model: text, version: text, id: text, outputs: [tensor(text, .int8, [1], [5] as [Int8])])
        #expect(response.write(to: &bytes) == nil)
        let tree = try JSON.parse(bytes)
        guard case .map(let members) = tree, case .list(let outputs)? = members["outputs"],
            case .map(let output)? = outputs.first
        else {
            Issue.record("no object with outputs")
            return
        }
        #expect(members["model_name"] == .string(text) && members["model_version"] == .string(text))
        #expect(members["id"] == .string(text) && output["name"] == .string(text))
        #expect(output["data"] == .list([.int(5)]))
    }

    @Test("What has been written is read back, in JSON and in binary")
    func roundTrip() throws {
        var numbers = FixedNumbers()
        let bits = (0..<2_000).map { _ in numbers.next() }
        let floats = bits.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }.filter(\.isFinite)
        let doubles = bits.map { Double(bitPattern: $0) }.filter(\.isFinite)
        let outputs = [
            tensor("f", .fp32, [floats.count], floats), tensor("d", .fp64, [1, doubles.count, 1], doubles),
            tensor("i", .int64, [1_000, 2], bits.map { Int64(bitPattern: $0) }),
            tensor("b", .bool, [2_000], bits.map { UInt8($0 & 1) }),
        ]
        for encodings in [
            OutputEncodings(), OutputEncodings(isBinary: true), OutputEncodings(choices: [true, false, nil, true]),
        ] {
            let (bytes, length) = body(outputs, encodings)
            // As a request: the outputs become inputs of the same length.
            let word = Array("\"outputs\":".utf8)
            let start = try #require(bytes.firstRange(of: word)).lowerBound
            var request = bytes
            request.replaceSubrange(start..<(start + word.count), with: Array("\"inputs\" :".utf8))
            let inputs = try read(request, headerLength: length).request.inputs
            #expect(inputs.map(\.name) == outputs.map(\.name))
            #expect(inputs.map(\.shape) == outputs.map(\.shape))
            for (input, output) in zip(inputs, outputs) {
                #expect(Array(input.bytes.elements) == Array(output.bytes.elements))
            }
        }
    }
}
#endif
