import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinSpaces

extension CWriter {
    /// Writes what the header is and how it is used.
    func writeIntroduction() {
        write(
            """
            /* \(quotedID), a policy of reinforcement learning in C99 and C++11, written by rein \(ReinVersion.current).

                   void \(prefix)_act(const float *obs, const unsigned char *mask, float *state, \(actionType) *action)
                   void \(prefix)_outputs(const float *obs, float *state, float *outputs)

               act writes the most likely action for an observation, outputs the numbers that it is chosen by.
               Everything that the policy does to observations and actions is in here: the one comes from the
               environment, the other goes there.

               obs      \(observationText)
               mask     \(maskText)
               state    \(stateText)
               action   \(actionText)
               outputs  \(outputText)

               Nothing is allocated, nothing is kept between calls, and nothing beyond the arguments is read. NaN in an
               observation goes through every step like a number: \(nanText)

               A program that reads an observation and prints the action:

            \(exampleText)
            */
            """)
    }

    /// Writes the sizes of all arguments.
    func writeSizes() {
        write(
            """

            /* The numbers of elements of all arguments. */
            enum {
                \(prefix)_obs_size = \(observationCount),
                \(prefix)_mask_size = \(program.maskWidth),
                \(prefix)_state_size = \(stateCount),
                \(prefix)_action_size = \(actionCount),
                \(prefix)_output_size = \(outputCount)
            };
            """)
    }

    /// Writes the declarations for the first time that they are included. Those of another policy under the same names
    /// are an error: they would be passed over in silence.
    ///
    /// - Parameter checksum: of what tells policies apart.
    func writeGuarded(_ declarations: String, checksum: UInt32) {
        let (name, value) = ("REIN_\(prefix)_H", "\(checksum)u")
        write(
            """
            #ifndef \(name)
            #define \(name) \(value)

            #include <math.h>
            \(declarations)
            #elif \(name) != \(value)
            #error "two policies have the prefix \(prefix): export one of them with another (--prefix)"
            #endif
            """)
    }

    /// The policy's id, fit for a comment: what would end one, turn the direction of writing or is not to be seen is
    /// written as its code.
    private var quotedID: String { "\"\(Self.plain(program.id))\"" }

    /// A text from outside, fit for a comment.
    private static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            let isPlain = scalar.isASCII && scalar.value >= 32 && scalar.value < 127 && scalar != "*"
            if isPlain || (!scalar.isASCII && scalar.properties.isAlphabetic) {
                plain.unicodeScalars.append(scalar)
            } else {
                plain += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return plain
    }

    private var observationText: String {
        let numbers = CWriter.shapeText(program.observations.shape)
        if case .parts(let layout) = program.encoding { return numbers + CWriter.text(of: layout) }
        guard let counts = program.encoding.counts else { return numbers }
        let indices = counts.count == 1 ? "an index" : "indices"
        return "\(numbers): for \(indices) of \(CWriter.sum(counts)) values, 1 there and 0 elsewhere"
    }

    /// The parts of an observation, a line each; indices are 1 at the index and 0 elsewhere.
    private static func text(of layout: ObservationLayout) -> String {
        let lines = zip(layout.offsets, layout.parts).map { offset, part in
            let isIndices = if case .oneHot = part.kind { true } else { false }
            let place = part.width == 1 ? "\(offset)" : "\(offset) to \(offset + part.width - 1)"
            return "                \(place): \(plain(part.description))\(isIndices ? ", 1 there and 0 elsewhere" : "")"
        }
        return ", side by side:\n" + lines.joined(separator: "\n")
    }

    private var maskText: String {
        switch program.head {
        case .continuous: return "not read; may be null"
        case .categorical, .actionValues:
            return """
                which actions are valid, \(CWriter.count(program.maskWidth, "byte")), 0 for those that are not; null: all.
                            The first action is chosen when none is valid
                """
        case .multiCategorical(let counts):
            return """
                which choices are valid, \(CWriter.sum(counts)) bytes, 0 for those that are \
                not; null: all.
                            The first choice is made where none is valid
                """
        }
    }

    private var stateText: String {
        guard let memory = program.memory else { return "not read; may be null" }
        let parts =
            memory.kind == .lstm ? "\(memory.width) of the output, then \(memory.width) of the cell" : "the output"
        return """
            what is remembered, \(CWriter.count(stateCount, "number")), \(parts): all 0 where an
                        episode starts, and replaced by every call of either function; null: the start of an episode, of
                        which nothing is kept
            """
    }

    private var actionText: String {
        switch program.head {
        case .categorical, .actionValues:
            guard case .discrete(let actions) = program.actions else { return "one number" }
            return "\(actions.start) to \(actions.number(ofIndex: actions.count - 1))"
        case .multiCategorical(let counts):
            return
                "\(CWriter.count(counts.count, "number")), from 0 to below \(counts.map(String.init).joined(separator: ", "))"
        case .continuous:
            guard case .box(let box) = program.actions else { return CWriter.count(actionCount, "number") }
            return CWriter.shapeText(box.shape)
        }
    }

    private var outputText: String {
        switch program.head {
        case .categorical: return "\(CWriter.count(outputCount, "logit"))"
        case .multiCategorical(let counts):
            return "the logits of \(CWriter.sum(counts)) choices"
        case .actionValues: return "\(CWriter.count(outputCount, "action value"))"
        case .continuous(let head):
            let means = CWriter.count(head.count, "mean")
            if case .none = head.deviations { return "\(means), before tanh" }
            return "\(means), then as many logarithms of standard deviations"
        }
    }

    private var nanText: String {
        if case .continuous = program.head { return "the action is NaN, too." }
        return "of outputs that are NaN, the first valid action is chosen."
    }

    /// `3 numbers`; `2 x 3 numbers, row by row`.
    private static func shapeText(_ shape: [Int]) -> String {
        guard shape.count > 1 else { return count(shape.reduce(1, *), "number") }
        return "\(shape.map(String.init).joined(separator: " x ")) numbers, row by row"
    }

    /// `2 + 3`.
    private static func sum(_ counts: [Int]) -> String { counts.map(String.init).joined(separator: " + ") }

    /// `1 number`, `2 numbers`.
    private static func count(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

    /// The program of ten lines.
    private var exampleText: String {
        let isFloat = actionType == "float"
        let state = stateCount > 0 ? ", state[\(prefix)_state_size] = {0}" : ""
        let action = "action[\(prefix)_action_size]"
        let (floats, ints) = isFloat ? (", \(action)", "i") : ("", "i, \(action)")
        return """
            #include <stdio.h>
            #include "policy.h"
            int main(void) {
                float obs[\(prefix)_obs_size]\(state)\(floats);
                int \(ints);
                for (i = 0; i < \(prefix)_obs_size; ++i) if (scanf("%f", &obs[i]) != 1) return 1;
                \(prefix)_act(obs, 0, \(stateCount > 0 ? "state" : "0"), action);
                for (i = 0; i < \(prefix)_action_size; ++i) printf("\(isFloat ? "%g" : "%d")\\n", \
            \(isFloat ? "(double)action[i]" : "action[i]"));
                return 0;
            }
            """.split(separator: "\n").map { "       \($0)" }.joined(separator: "\n")
    }
}
