public import ReinCheckpoints
public import ReinPolicies

extension Policy {
    /// The policy as a file of another program: everything between an observation and the most likely action.
    ///
    /// The same policy, form and id give the same bytes on any machine.
    ///
    /// - Parameters:
    ///   - form: which file.
    ///   - id: what the policy is called.
    /// - Throws: `StateError` for options that do not fit the policy, and one that names the tensor and the element of a
    ///   weight that is not finite.
    public func exported(as form: ModelForm, id: String = "policy") throws(StateError) -> [UInt8] {
        let program = try PolicyProgram(self, id: id)
        return switch form {
        case .onnx(let options): try ONNXExport.bytes(of: program, options)
        case .safetensors(let names): try TorchExport.bytes(of: program, names)
        case .c(let prefix): Array(try CExport.text(of: program, prefix: prefix).utf8)
        }
    }
}
