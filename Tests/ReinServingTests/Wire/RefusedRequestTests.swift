#if Serving
import ReinServing
import Testing

@Suite("Requests that are refused")
struct RefusedRequestTests {
    @Test(
        "JSON that is none is refused with the place",
        arguments: [
            ("", "expected a request in JSON, found an empty body"),
            ("  ", "JSON, byte 2: expected a request, an object, found the end"),
            ("[]", "JSON, byte 0: expected a request, an object, found a list"),
            ("null", "JSON, byte 0: expected a request, an object, found null"),
            ("{", "byte 1: expected the name of a member, found the end"),
            (#"{"inputs":[]} x"#, "byte 14: expected the end of the JSON, found x"),
            (#"{"inputs":[]}{}"#, "byte 13: expected the end of the JSON, found an object"),
            (#"{"inputs":[],}"#, "byte 13: expected the name of a member, found '}'"),
            (#"{"inputs":[,]}"#, "byte 11: expected an input, an object, found ','"),
            (#"{"inputs" []}"#, "byte 10: expected a colon, found a list"),
            (#"{"inputs":[] "id":"a"}"#, "byte 13: expected a comma or the end of the object, found the text \"id\""),
            (#"{inputs:[]}"#, "byte 1: expected the name of a member, found inputs"),
            (#"{'inputs':[]}"#, "byte 1: expected the name of a member, found '''"),
            (#"{"a":tru,"inputs":[]}"#, "byte 5: expected a value, found tru"),
            (#"{"a":nulls,"inputs":[]}"#, "byte 9: expected a comma or the end of the object, found s"),
            (#"{"a":NaN,"inputs":[]}"#, "byte 5: expected a value, found NaN, which is no JSON"),
            (#"{"a":-Infinity,"inputs":[]}"#, "byte 5: expected a number, found -Infinity, which is no JSON"),
            (#"{"a":01,"inputs":[]}"#, "byte 5: a number begins with 0"),
            (#"{"a":-,"inputs":[]}"#, "byte 5: expected a number, found -"),
            (#"{"a":1.,"inputs":[]}"#, "byte 7: expected a digit after the point, found ','"),
            (#"{"a":1e,"inputs":[]}"#, "byte 7: expected a digit of the exponent, found ','"),
            (#"{"a":+1,"inputs":[]}"#, "byte 5: expected a value, found +1"),
            (#"{"a":[1 2],"inputs":[]}"#, "byte 8: expected a comma or the end of the list, found 2"),
            (#"{"a":[1,],"inputs":[]}"#, "byte 8: expected an element, found ']'"),
            (#"{"a":[1},"inputs":[]}"#, "byte 7: expected a comma or the end of the list, found '}'"),
            (#"{"a":"x"#, "byte 5: the text does not end"),
            (#"{"a":"x\"#, "byte 8: expected one of \"\\/bfnrtu after a backslash, found the end"),
            (#"{"a":"\x"}"#, "byte 7: expected one of \"\\/bfnrtu after a backslash, found x"),
            (#"{"a":"\u12g4"}"#, "byte 10: expected four hexadecimal digits, found g4"),
            (#"{"a":"\ud83d"}"#, "byte 6: half of a surrogate pair"),
            (#"{"a":"\ud83d\u0041"}"#, "byte 6: half of a surrogate pair"),
            (#"{"a":"\ude00"}"#, "byte 6: half of a surrogate pair"),
            ("{\"a\":\"x\ny\"}", "byte 7: a control character in a text must be escaped"),
            ("{\"a\":\u{1}}", "byte 5: expected a value, found the byte 1"),
            (#"{"inputs":[],"inputs":[]}"#, "byte 13: a second \"inputs\" in one object"),
            (#"{"id":"a","i\u0064":"b","inputs":[]}"#, "byte 10: a second \"id\" in one object"),
            (String(repeating: #"{"a":"#, count: 40), "byte 160: lists and objects stand in each other"),
            (#"{"a":\#(String(repeating: "[", count: 100_000))"#, "byte 36: lists and objects stand in each other"),
        ])
    func syntax(json: String, fragment: String) {
        let message = refusal { () throws(ServingError) in try read(json) }
        #expect(message?.contains(fragment) == true, "\(message ?? "read")")
    }

    @Test(
        "What the protocol does not allow is refused with the name",
        arguments: [
            ("{}", "request: expected inputs, found none"),
            (#"{"inputs":null}"#, "byte 10: expected a list of inputs, found null"),
            (#"{"inputs":[],"id":5}"#, "byte 18: expected a text as id, found 5"),
            (#"{"inputs":[],"outputs":{}}"#, "byte 23: expected a list of outputs, found an object"),
            (#"{"inputs":[],"outputs":["a"]}"#, "byte 24: expected an output, an object, found the text \"a\""),
            (#"{"inputs":[],"outputs":[{}]}"#, "outputs/0: expected a name, found none"),
            (
                #"{"inputs":[],"outputs":[{"name":"a","parameters":{"binary_data":1}}]}"#,
                #"output "a": parameter "binary_data": expected true or false, found 1"#
            ),
            (
                #"{"inputs":[],"parameters":{"binary_data_output":"yes"}}"#,
                #"request: parameter "binary_data_output": expected true or false, found the text "yes""#
            ),
            (#"{"inputs":[],"parameters":[]}"#, "expected an object of parameters, found a list"),
            (
                #"{"inputs":[],"parameters":{"a\n":[1]}}"#,
                #"request: parameter "a\u{a}": expected true, false, a number or a text, found a list"#
            ),
            (#"{"inputs":[],"parameters":{"a":null}}"#, #"parameter "a": expected true, false, a number or a text"#),
            (#"{"inputs":[],"parameters":{"a":1e999}}"#, #"parameter "a": the number 1e999 is too large"#),
            (#"{"inputs":[],"parameters":{"a":1,"\u0061":1}}"#, #"request: a second parameter "a""#),
            (#"{"inputs":[{}]}"#, "inputs/0: expected a name, found none"),
            (#"{"inputs":[{"name":"obs"}]}"#, #"input "obs": expected a datatype, found none"#),
            (#"{"inputs":[{"name":"obs","datatype":"FP32"}]}"#, #"input "obs": expected a shape, found none"#),
            (
                #"{"inputs":[{"name":"obs","datatype":"FP32","shape":[1]}]}"#,
                #"input "obs": neither data nor binary_data_size"#
            ),
            (
                #"{"inputs":[{"name":"obs","shape":[1],"datatype":"FLOAT"}]}"#,
                #"input "obs": expected a datatype out of BOOL, UINT8, UINT16"#
            ),
            (#"{"inputs":[{"name":"a","name":"b"}]}"#, #"a second "name" in one object"#),
            (
                #"{"inputs":[{"name":"obs","shape":[1],"datatype":"INT8","data":[1],"parameters":{"binary_data_size":1}}]}"#,
                #"input "obs": both data and binary_data_size; expected one of them"#
            ),
            (
                #"{"inputs":[{"name":"obs","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}"#,
                #"input "obs": binary_data_size, but no header Inference-Header-Content-Length"#
            ),
        ])
    func protocolFaults(json: String, fragment: String) {
        let message = refusal { () throws(ServingError) in try read(json) }
        #expect(message?.contains(fragment) == true, "\(message ?? "read")")
    }

    @Test("A header longer than the body is refused, and bytes of texts that are no UTF-8")
    func bytes() {
        let json = Array(#"{"inputs":[]}"#.utf8)
        for length in [14, .max, -1, .min] {
            let message = refusal { () throws(ServingError) in try read(json, headerLength: length) }
            #expect(message == "a JSON header of \(length) bytes, but a body of 13")
        }
        #expect(refusal { () throws(ServingError) in try read(json, headerLength: 0) }?.contains("empty body") == true)
        for bytes: [UInt8] in [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]] {
            let body = Array(#"{"x":"é"#.utf8) + bytes + Array(#"","inputs":[]}"#.utf8)
            let message = refusal { () throws(ServingError) in try read(body, headerLength: nil) }
            #expect(message == "JSON, byte 6: the text is not valid UTF-8")
        }
    }

    @Test("What is more than the limits is refused")
    func limits() {
        var limits = WireLimits()
        limits.inputs = 1
        limits.outputs = 1
        limits.parameters = 1
        limits.nameLength = 4
        limits.textLength = 5
        let input = #"{"name":"a","datatype":"FP32","shape":[],"data":[1]}"#
        for (json, fragment) in [
            (#"{"inputs":[\#(input),\#(input)]}"#, "more than 1 inputs"),
            (#"{"inputs":[],"outputs":[{"name":"a"},{"name":"b"}]}"#, "more than 1 outputs"),
            (#"{"inputs":[],"parameters":{"a":1,"b":1}}"#, "more than 1 parameters"),
            (#"{"inputs":[],"id":"abcde"}"#, "expected a text of no more than 4 bytes, found 5"),
            (#"{"inputs":[],"outputs":[{"name":"abcde"}]}"#, "expected a text of no more than 4 bytes, found 5"),
            (#"{"inputs":[{"name":"abcde"}]}"#, "expected a text of no more than 4 bytes, found 5"),
            (#"{"inputs":[],"parameters":{"abcde":1}}"#, "a name of more than 4 bytes"),
            (#"{"inputs":[],"parameters":{"a":"abcdef"}}"#, "expected a text of no more than 5 bytes, found 6"),
        ] {
            let message = refusal { () throws(ServingError) in try read(json, limits: limits) }
            #expect(message?.contains(fragment) == true, "\(message ?? "read")")
        }
        #expect(
            refusal { () throws(ServingError) in
                try read(#"{"inputs":[\#(input)],"id":"abcd","parameters":{"a":"abcde"}}"#, limits: limits)
            } == nil)
    }
}
#endif
