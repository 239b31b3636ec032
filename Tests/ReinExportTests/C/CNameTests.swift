import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinExport

/// What the names of a header begin with.
struct CNameTests {
    @Test(
        "A prefix is made of any id",
        arguments: [
            ("pilot", "pilot"), ("Pilot2", "Pilot2"), ("left wing", "left_wing"), ("a--b/c.d", "a_b_c_d"),
            ("_hidden_", "hidden"), ("__x__y", "x_y"), ("", "policy"), ("*", "policy"), ("9lives", "policy_9lives"),
            ("2", "policy_2"), ("default", "policy_default"), ("int", "policy_int"), ("co_await", "policy_co_await"),
            ("ängel", "u00e4ngel"), ("政策", "u653fu7b56"), ("é", "u00e9"), ("e\u{301}", "eu0301"), ("🚀", "u1f680"),
            ("٣", "u0663"), ("a\nb", "a_b"), ("/* */", "policy"),
        ])
    func made(_ id: String, _ prefix: String) throws {
        #expect(CName.prefix(of: id) == prefix)
        try CName.require(CName.prefix(of: id))
    }

    @Test(
        "A prefix that is no C name is an error with a reason and a name that is one",
        arguments: [
            ("", "is empty", "policy"), ("3d", "begins with a digit", "policy_3d"),
            ("left wing", "has \" \" in it", "left_wing"), ("a-b", "has \"-\" in it", "a_b"),
            ("ä", "has \"ä\" in it", "u00e4"), ("_x", "begins with an underscore", "x"),
            ("x_", "ends in an underscore", "x"), ("a__b", "has two underscores in a row", "a_b"),
            ("while", "is a keyword", "policy_while"), ("class", "is a keyword", "policy_class"),
            ("a\n", "has \"\\u{a}\" in it", "a"),
        ])
    func refused(_ prefix: String, _ reason: String, _ other: String) {
        let error = #expect(throws: StateError.self) {
            try SamplePolicy.all[0].policy.exported(as: .c(prefix: prefix))
        }
        #expect(error?.code == .outOfRange && error?.path == "prefix")
        #expect(
            error?.message.contains("since it \(reason); did you mean \"\(other)\"?") == true, "\(error?.message ?? "")"
        )
    }

    @Test(
        "A header compiles whatever the policy is called", .enabled(if: !CCompiler.all.isEmpty, CCompiler.missing),
        arguments: CCompiler.all)
    func anyID(_ compiler: CCompiler) throws {
        let ids = [
            "a */ b", "b /* c", "c ??/", "d \\", "e\n*/", "f\u{202e}g", "政策", "int", "7", "", "\"quoted\"", "%s%n", "🚀",
            "i // j", "\u{0}nul", "a\u{301}",
        ]
        try withTemporaryDirectory { directory in
            var program = ""
            for (index, id) in ids.enumerated() {
                let text = try CExport.text(of: PolicyProgram(SamplePolicy.all[0].policy, id: id), prefix: nil)
                try text.write(toFile: "\(directory)/\(index).h", atomically: false, encoding: .utf8)
                program += "#include \"\(index).h\"\n"
            }
            program += "int main(void) { return \(CName.prefix(of: "政策"))_obs_size - 3; }\n"
            let source = "\(directory)/ids.c"
            try program.write(toFile: source, atomically: false, encoding: .utf8)
            for language in CCompiler.Language.allCases {
                let built = try compiler.build(language, ["-O0"], [source], in: directory)
                #expect(try run(built).status == 0)
            }
        }
    }
}
