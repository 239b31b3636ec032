#if Serving
import ReinServing
import Testing

@Suite("Tensors that are refused")
struct RefusedTensorTests {
    @Test(
        "Elements in JSON that are not what the shape and the datatype say are refused with the name",
        arguments: [
            (request("BYTES", "[1]", #"["a"]"#), #"input "obs": datatype BYTES, which no policy takes"#),
            (request("FP16", "[1]", "[1]"), #"input "obs": FP16 comes only as binary data"#),
            (request("BF16", "[1]", "[1]"), #"input "obs": BF16 comes only as binary data"#),
            (request("FP32", "5", "[1]"), "expected a list of lengths, found 5"),
            (
                request("FP32", "[-1]", "[1]"),
                #"input "obs": shape: expected whole numbers from 0, found -1 at place 0"#
            ),
            (request("FP32", "[1,1.5]", "[1]"), "found 1.5 at place 1"),
            (request("FP32", #"["1"]"#, "[1]"), #"found the text "1" at place 0"#),
            (request("FP32", "[9223372036854775808]", "[1]"), "found 9223372036854775808 at place 0"),
            (request("FP32", "[9223372036854775807,2]", "[1]"), "has more elements than data"),
            (
                request("FP32", "[1000000000000]", "[1,2,3]"),
                #"input "obs": shape [1000000000000] has more elements than"#
            ),
            (request("FP32", "[\(String(repeating: "1,", count: 32))1]", "[1]"), "a shape of more than 32 lengths"),
            (request("FP32", "[1]", "1"), "expected a list of elements, found 1"),
            (request("FP32", "[30]", "[1,2,3]"), #"input "obs": shape [30] has more elements than data"#),
            (request("FP32", "[1]", "null"), #"input "obs": data: expected a list of elements, found null"#),
            (request("FP32", "[1, 4]", "5"), #"input "obs": data: expected a list of elements, found 5"#),
            (request("FP32", "[4]", "[1,2,3]"), #"input "obs": data: 3 elements, but shape [4] takes 4"#),
            (request("FP32", "[2]", "[1,2,3]"), #"input "obs": data: more elements at byte 67 than shape [2] takes"#),
            (
                request("FP32", "[2,2]", "[[1,2],[3]]"),
                "data: a list at byte 71 has 1 elements, but shape [2, 2] takes 2"
            ),
            (request("FP32", "[2,2]", "[[1,2]]"), "data: a list at byte 64 has 1 elements, but shape [2, 2] takes 2"),
            (request("FP32", "[2,2]", "[[1,2],[3,4],[5,6]]"), "data: more elements at byte 77 than shape [2, 2] takes"),
            (request("FP32", "[2,2]", "[[1,2,3],[4]]"), "data: more elements at byte 70 than shape [2, 2] takes"),
            (request("FP32", "[2,2]", "[[1,2],3,4]"), "expected a list of elements, found 3"),
            (request("FP32", "[2,2]", "[1,2,[3,4]]"), "data: element 2 is a list, expected a finite number"),
            (request("FP32", "[4]", "[[1,2],[3,4]]"), "data: element 0 is a list, expected a finite number"),
            (request("FP32", "[2,2]", "[[[1],[2]],[[3],[4]]]"), "data: element 0 is a list, expected a finite number"),
            (request("FP32", "[0]", "[1]"), "data: more elements at byte"),
            (request("FP32", "[]", "[]"), "data: 0 elements, but shape [] takes 1"),
            (request("FP32", "[2]", "[1,NaN]"), "data: element 1 is NaN, which is no JSON, expected a finite number"),
            (
                request("FP64", "[2]", "[Infinity,1]"),
                "data: element 0 is Infinity, which is no JSON, expected a finite"
            ),
            (request("FP64", "[2]", "[-Infinity,1]"), "data: element 0 is -Infinity, which is no JSON, expected a"),
            (
                request("FP32", "[2]", "[1,1e39]"),
                "data: element 1 is 1e39, expected a finite number of single precision"
            ),
            (request("FP64", "[2]", "[1,-1e309]"), "element 1 is -1e309, expected a finite number of double precision"),
            (request("FP32", "[2]", #"[1,"2"]"#), #"data: element 1 is the text "2", expected a finite number"#),
            (request("FP32", "[2]", "[1,null]"), "data: element 1 is null, expected a finite number"),
            (request("FP32", "[2]", "[1,true]"), "data: element 1 is true, expected a finite number"),
            (request("BOOL", "[1]", "[2]"), "data: element 0 is 2, expected true or false"),
            (request("UINT8", "[1]", "[256]"), "data: element 0 is 256, expected a whole number from 0 to 255"),
            (request("UINT8", "[1]", "[-1]"), "data: element 0 is -1, expected a whole number from 0 to 255"),
            (request("INT8", "[1]", "[-129]"), "data: element 0 is -129, expected a whole number from -128 to 127"),
            (request("INT64", "[1]", "[1.5]"), "data: element 0 is 1.5, expected a whole number of 64 bits"),
            (request("INT64", "[1]", "[9223372036854775808]"), "element 0 is 9223372036854775808, expected a whole"),
            (request("INT64", "[1]", "[-9223372036854775809]"), "element 0 is -9223372036854775809, expected a whole"),
            (request("UINT64", "[1]", "[18446744073709551616]"), "element 0 is 18446744073709551616, expected a whole"),
            (
                request("UINT64", "[1]", "[184467440737095516100]"),
                "element 0 is 184467440737095516100, expected a whole"
            ),
            (request("INT32", "[1]", "[1e-1]"), "data: element 0 is 1e-1, expected a whole number of 32 bits"),
            (request("INT32", "[1]", "[1e10]"), "data: element 0 is 1e10, expected a whole number of 32 bits"),
        ])
    func elements(json: String, fragment: String) {
        let message = refusal { () throws(ServingError) in try read(json) }
        #expect(message?.contains(fragment) == true, "\(message ?? "read")")
    }

    @Test("Data that come before their datatype and shape are refused alike")
    func late() {
        let faults = [
            ("FP32", "[1000000000000]", "[1,2,3]", "shape [1000000000000] has more elements than data"),
            ("FP32", "[1,2]", "[[1]]", "a list at byte 20 has 1 elements, but shape [1, 2] takes 2"),
            ("FP32", "[1]", #"["a"]"#, #"element 0 is the text "a", expected"#),
            ("FP32", "[1]", "[[[1]", "expected a comma or the end of the list"),
            ("BYTES", "[1]", "[1]", "BYTES"), ("FP16", "[1]", "[1]", "FP16 comes only as binary data"),
        ]
        for (datatype, shape, data, fragment) in faults {
            let message = refusal { () throws(ServingError) in
                try read(#"{"inputs":[{"data":\#(data),"datatype":"\#(datatype)","shape":\#(shape),"name":"obs"}]}"#)
            }
            #expect(message?.contains(fragment) == true, "\(message ?? "read")")
        }
    }

    @Test(
        "Binary data of the wrong size or with wrong values are refused",
        arguments: [
            ("FP32", "[1]", "4", [0, 0, 0x80], #"input "obs": binary_data_size 4, but 3 bytes are left of the body"#),
            ("FP32", "[1]", "4", [0, 0, 0x80, 0x3f, 0], "1 bytes of binary data follow that belong to no input"),
            ("FP32", "[1]", "3", [0, 0, 0x80], #"input "obs": binary_data_size 3, but shape [1] of FP32 takes 4"#),
            ("FP32", "[2]", "4", [0, 0, 0x80, 0x3f], "binary_data_size 4, but shape [2] of FP32 takes 8"),
            ("FP32", "[1000000000000000]", "4", [0, 0, 0, 0], "of FP32 takes more"),
            ("FP32", "[1]", "-4", [0, 0, 0, 0], "binary_data_size: expected a whole number from 0, found -4"),
            ("FP32", "[1]", #""4""#, [0, 0, 0, 0], #"from 0, found the text "4""#),
            ("FP32", "[1]", "18446744073709551615", [], "expected a whole number from 0, found 18446744073709551615"),
            ("FP32", "[1]", "9223372036854775807", [], "binary_data_size 9223372036854775807, but 0 bytes are left"),
            ("BYTES", "[1]", "5", [1, 0, 0, 0, 65], #"input "obs": datatype BYTES, which no policy takes"#),
            ("BOOL", "[2]", "2", [1, 2], #"input "obs": element 1 is the byte 2, expected 0 or 1"#),
            ("FP16", "[2]", "4", [0, 0x3c, 0, 0x7c], #"input "obs": element 1 is infinity, expected a finite number"#),
            ("BF16", "[1]", "2", [0x80, 0xff], #"input "obs": element 0 is -infinity, expected a finite number"#),
            ("FP32", "[1]", "4", [0, 0, 0xc0, 0xff], #"input "obs": element 0 is NaN, expected a finite number"#),
            ("FP64", "[1]", "8", [0, 0, 0, 0, 0, 0, 0xf0, 0x7f], #"element 0 is infinity, expected a finite number"#),
        ] as [(String, String, String, [UInt8], String)])
    func binary(datatype: String, shape: String, size: String, bytes: [UInt8], fragment: String) {
        let json = #"""
            {"inputs":[{"name":"obs","datatype":"\#(datatype)","shape":\#(shape),
              "parameters":{"binary_data_size":\#(size)}}]}
            """#
        let message = refusal { () throws(ServingError) in try read(json, binary: bytes) }
        #expect(message?.contains(fragment) == true, "\(message ?? "read")")
    }
}
#endif
