package import ReinCheckpoints
import ReinExport
package import ReinPolicies

extension Policy {
    /// The files by which other programs run the policy, which are made when they are written.
    ///
    /// - Parameters:
    ///   - files: which forms.
    ///   - id: what the policy is called.
    package func modelFiles(_ files: NativeModelFiles, id: String) -> [ModelFile] {
        let files = files.forms.map { form in
            ModelFile(form.fileName) { () throws(StateError) in
                do throws(StateError) {
                    return try exported(as: form, id: id)
                } catch {
                    throw error.nested(under: "policies/\(id)/model/\(form.fileName)")
                }
            }
        }
        return files.sorted(byBytesOf: \.name)
    }
}

extension Player {
    /// The files by which other programs run the policy, as its settings ask for them.
    var modelFiles: [ModelFile] { policy.modelFiles(configuration.exportsNativeModelFiles, id: id.string) }
}
