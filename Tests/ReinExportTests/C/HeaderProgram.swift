import Foundation
import ReinPolicies
import ReinSpaces
import ReinTestSupport

@testable import ReinExport

/// One program in C and C++ that includes the headers of many policies, and runs them all on what a file holds.
///
/// Every argument is memory of its own and of the exact size, so that a sanitizer sees what lies beyond. The program ends
/// with 2 when the file is too short, 3 when `outputs` and `act` leave different states, and 4 when no state is not the
/// same as a state of zeros.
struct HeaderProgram {
    let directory: String
    let policies: [SamplePolicy]

    /// Writes the headers `p0.h`, `p1.h` ... and the program.
    init(_ policies: [SamplePolicy], in directory: String) throws {
        self.directory = directory
        self.policies = policies
        var includes = ""
        var runs = ""
        for (index, exported) in policies.enumerated() {
            let bytes = try exported.policy.exported(as: .c(prefix: "p\(index)"))
            try Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/p\(index).h"))
            includes += "#include \"p\(index).h\"\n"
            let isFloat = if case .box(_) = exported.policy.actionSpace { true } else { false }
            runs += "RUN(p\(index), \(isFloat ? "float" : "int"))\n"
        }
        let calls = policies.indices.map { "    p\($0)_run(in, out);\n" }.joined()
        // All of them twice: a header may be included any number of times.
        let text = Self.begin + includes + includes + Self.functions + runs + Self.main(calls)
        try Data(text.utf8).write(to: URL(fileURLWithPath: source))
    }

    /// The path of the program's text.
    var source: String { "\(directory)/program.c" }

    /// Runs a compiled program on rows of observations, step by step.
    ///
    /// - Returns: the exit status, and the numbers that the program wrote.
    func run(_ program: String, _ inputs: [PolicyInput]) throws -> (status: Int32, message: String, results: [UInt8]) {
        var bytes: [UInt8] = []
        for input in inputs { input.append(to: &bytes) }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/input"))
        let (status, said) = try ReinExportTests.run(program, ["\(directory)/input", "\(directory)/output"])
        let results = status == 0 ? [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(directory)/output"))) : []
        return (status, String(decoding: said.prefix(600), as: UTF8.self), results)
    }

    private static let begin = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>

        """

    private static let functions = """

        static void *make(size_t count, size_t size) { return count ? calloc(count, size) : NULL; }

        static void *get(FILE *in, size_t count, size_t size) {
            void *memory = make(count, size);
            if (count && fread(memory, size, count, in) != count) exit(2);
            return memory;
        }

        static int count_of(FILE *in) {
            int *number = (int *)get(in, 1, sizeof(int)), result = *number;
            free(number);
            return result;
        }

        #define COPY(to, from, count) if ((count) > 0) memcpy(to, from, (size_t)(count) * sizeof(float))
        #define SAME(a, b, count) ((count) == 0 || memcmp(a, b, (size_t)(count) * sizeof(float)) == 0)

        #define RUN(P, ACTION) \\
        static void P##_run(FILE *in, FILE *out) { \\
            const int steps = count_of(in), rows = count_of(in); \\
            float *states = (float *)make((size_t)(rows * P##_state_size), sizeof(float)); \\
            for (int step = 0; step < steps; ++step) { \\
                const int has_mask = count_of(in); \\
                for (int row = 0; row < rows; ++row) { \\
                    float *obs = (float *)get(in, P##_obs_size, sizeof(float)); \\
                    unsigned char *mask = has_mask ? (unsigned char *)get(in, P##_mask_size, 1) : NULL; \\
                    float *one = (float *)make(P##_state_size, sizeof(float)); \\
                    float *two = (float *)make(P##_state_size, sizeof(float)); \\
                    float *outputs = (float *)make(P##_output_size, sizeof(float)); \\
                    float *again = (float *)make(P##_output_size, sizeof(float)); \\
                    ACTION *action = (ACTION *)make(P##_action_size, sizeof(ACTION)); \\
                    COPY(one, states + row * P##_state_size, P##_state_size); \\
                    COPY(two, one, P##_state_size); \\
                    P##_outputs(obs, one, outputs); \\
                    P##_act(obs, mask, two, action); \\
                    if (!SAME(one, two, P##_state_size)) exit(3); \\
                    P##_outputs(obs, NULL, again); \\
                    if (step == 0 && !SAME(outputs, again, P##_output_size)) exit(4); \\
                    COPY(states + row * P##_state_size, two, P##_state_size); \\
                    fwrite(outputs, sizeof(float), P##_output_size, out); \\
                    for (int i = 0; i < P##_action_size; ++i) { \\
                        const float number = (float)action[i]; \\
                        fwrite(&number, sizeof(float), 1, out); \\
                    } \\
                    if (P##_state_size > 0) fwrite(two, sizeof(float), P##_state_size, out); \\
                    free(obs); free(mask); free(one); free(two); free(outputs); free(again); free(action); \\
                } \\
            } \\
            free(states); \\
        }

        """

    private static func main(_ calls: String) -> String {
        """

        int main(int argc, char **argv) {
            FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL, *out = argc == 3 ? fopen(argv[2], "wb") : NULL;
            if (!in || !out) return 1;
        \(calls)    fclose(in);
            return fclose(out) == 0 ? 0 : 1;
        }

        """
    }
}
