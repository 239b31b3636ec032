#if Serving
import ReinNumerics
import ReinServing
import Testing

@Suite("Bodies of requests")
struct RequestReadingTests {
    @Test("Members may come in any order, and unknown ones are passed over")
    func order() throws {
        let message = try read(
            #"""
             {"outputs": [{"parameters":{"binary_data":true,"k":1}, "name":"a","x":[{}]}, {"name":"b"}],
              "model_name":"other", "later":{"deep":[1,{"x":null}], "s":"\u00e9"},
              "inputs":[{"data" : [[1, 2.5],[-3e0 ,4]], "shape":[2,2],"note":"","datatype":"FP32","name":"obs"},
                {"shape":[3],"datatype":"INT64","name":"n","data":[1,-2,9223372036854775807]}],
              "parameters": {"binary_data_output": false, "f":1.5, "t":"\ud83d\ude00\n", "u":18446744073709551615,
                "i":-9223372036854775808, "w":3.0, "h":1e30}, "id":"r\/1"}
            """#)
        let request = message.request
        #expect(request.model == "pol0" && request.version == "7" && request.id == "r/1")
        #expect(request.parameters.map(\.name) == ["f", "t", "u", "i", "w", "h"])
        #expect(
            request.parameters.map(\.value) == [
                .double(1.5), .string("😀\n"), .uint(.max), .int(.min), .int(3), .double(1e30),
            ])
        #expect(request.inputs.map(\.name) == ["obs", "n"])
        #expect(request.inputs.map(\.shape) == [[2, 2], [3]])
        #expect(request.inputs[0].elements(Float.self) == [1, 2.5, -3, 4])
        #expect(request.inputs[1].elements(Int64.self) == [1, -2, .max])
        #expect(request.inputs.allSatisfy { Int(bitPattern: $0.bytes.pointer) % 64 == 0 })
        #expect(request.outputs.map(\.name) == ["a", "b"])
        #expect(request.outputs[0].parameters.map(\.name) == ["k"])
        #expect(message.encodings == OutputEncodings(isBinary: false, choices: [true, nil]))
    }

    @Test("Lists and objects side by side are not deep")
    func wide() throws {
        let siblings = Array(repeating: "{\"a\":[]}", count: 100).joined(separator: ",")
        #expect(try read(#"{"x":[\#(siblings)],"inputs":[]}"#).request.inputs.isEmpty)
    }

    @Test("Null stands for what is not there, and names may be written with escapes")
    func nullsAndEscapes() throws {
        let message = try read(
            #"""
            {"id":null,"outputs":null,"parameters":null,
             "inp\u0075ts":[{"n\u0061me":"o\"bs","datatype":"FP\u00332","shape":[],"data":[5],"parameters":null}]}
            """#)
        #expect(message.request.id == nil && message.request.outputs.isEmpty && message.request.parameters.isEmpty)
        #expect(message.request.inputs[0].name == "o\"bs")
        #expect(message.request.inputs[0].elements(Float.self) == [5])
        #expect(!message.encodings.isBinary(at: 0))
    }

    @Test("Every datatype with text is read from it")
    func datatypes() throws {
        func elements<Element: BitwiseCopyable>(
            _ datatype: String, _ data: String, as type: Element.Type
        ) throws
            -> [Element]
        {
            try read(request(datatype, "[2]", data)).request.inputs[0].elements(type)
        }
        #expect(try elements("BOOL", "[true,false]", as: UInt8.self) == [1, 0])
        #expect(try elements("BOOL", "[0,1]", as: UInt8.self) == [0, 1])
        #expect(try elements("UINT8", "[0,255]", as: UInt8.self) == [0, 255])
        #expect(try elements("UINT16", "[0,65535]", as: UInt16.self) == [0, .max])
        #expect(try elements("UINT32", "[0,4294967295]", as: UInt32.self) == [0, .max])
        #expect(try elements("UINT64", "[-0,18446744073709551615]", as: UInt64.self) == [0, .max])
        #expect(try elements("INT8", "[-128,127]", as: Int8.self) == [.min, .max])
        #expect(try elements("INT16", "[-32768,32767]", as: Int16.self) == [.min, .max])
        #expect(try elements("INT32", "[-2147483648,2147483647]", as: Int32.self) == [.min, .max])
        #expect(
            try elements("INT64", "[-9223372036854775808,9.223372036854775807e18]", as: Int64.self) == [.min, .max])
        #expect(try elements("INT64", "[1.000000000000000000000000,20e-1]", as: Int64.self) == [1, 2])
        #expect(try elements("FP32", "[-0.5,16777217]", as: Float.self) == [-0.5, 16_777_216])
        #expect(try elements("FP64", "[-0.5,16777217]", as: Double.self) == [-0.5, 16_777_217])
    }

    @Test("Lists in lists have the lengths of the shape; a flat one is always right; 0 elements are elements")
    func nesting() throws {
        let numbers: [Float] = [1, 2, 3, 4, 5, 6]
        for data in ["[1,2,3,4,5,6]", "[[1,2,3],[4,5,6]]", " [ [1 , 2,3] ,\n[4,5,6 ] ] "] {
            #expect(try read(request("FP32", "[2,3]", data)).request.inputs[0].elements(Float.self) == numbers)
        }
        let cube = try read(request("FP32", "[3,1,2]", "[[[1,2]],[[3,4]],[[5,6]]]"))
        #expect(cube.request.inputs[0].elements(Float.self) == numbers)
        for (shape, data) in [
            ("[0,4]", "[]"), ("[2,0]", "[[],[]]"), ("[2,0]", "[]"), ("[0,9223372036854775807,9]", "[]"),
        ] {
            #expect(try read(request("FP64", shape, data)).request.inputs[0].bytes.count == 0)
        }
    }

    @Test("Binary tensors follow the JSON in order, mixed with inputs in JSON")
    func binary() throws {
        let json = #"""
            {"inputs":[{"parameters":{"binary_data_size":3,"x":1},"name":"m","datatype":"BOOL","shape":[3]},
             {"name":"j","datatype":"INT8","shape":[1],"data":[-1]},
             {"name":"h","datatype":"BF16","shape":[1,1],"parameters":{"binary_data_size":2}},
             {"name":"z","datatype":"FP64","shape":[0],"parameters":{"binary_data_size":0}},
             {"name":"f","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}}]}
            """#
        let inputs = try read(json, binary: [1, 0, 1, 0x80, 0x3f, 0, 0, 0x80, 0xbf]).request.inputs
        #expect(inputs.map(\.name) == ["m", "j", "h", "z", "f"])
        #expect(inputs[0].elements(UInt8.self) == [1, 0, 1])
        #expect(inputs[1].elements(Int8.self) == [-1])
        #expect(inputs[2].elements(UInt16.self) == [0x3f80])
        #expect(inputs[3].elements(Double.self) == [])
        #expect(inputs[4].elements(Float.self) == [-1])
        #expect(inputs.allSatisfy { Int(bitPattern: $0.bytes.pointer) % 64 == 0 })
    }

    @Test("An output's own choice wins over that of the request")
    func choices() throws {
        let message = try read(
            #"""
            {"inputs":[],"parameters":{"binary_data_output":true},"outputs":[{"name":"a"},
             {"name":"b","parameters":{"binary_data":false}},{"name":"c","parameters":{"classification":2}}]}
            """#)
        #expect((0..<4).map(message.encodings.isBinary(at:)) == [true, false, true, true])
        #expect(message.request.outputs[2].parameters.map(\.value) == [.int(2)])
        #expect(message.request.parameters.isEmpty)
    }
}
#endif
