import Rein
import ReinCheckpoints
import ReinExport
import ReinPolicies
public import ReinTune

extension AlgorithmTrainable: Exporting {
    /// Writes the policies as files of other programs.
    ///
    ///     try await driver.exportModel(["onnx", "c"])  // ["onnx": ".../model.onnx", "c": ".../policy.h"]
    ///
    /// - Parameters:
    ///   - formats: `onnx`, `safetensors` and `c`, in any order, with their default options.
    ///   - directory: the path of an existing directory. Files of an earlier export are replaced.
    /// - Returns: for each format the path of its file; where there are several policies, that of a folder named like the
    ///   format with one folder for each policy.
    /// - Throws: `StateError` for a format that is not known, with the nearest, before anything is written; and for what
    ///   cannot be exported or written.
    public func exportModel(formats: [String], to directory: String) throws -> [String: String] {
        let forms = try formats.map { try ModelForm(named: $0) }
        let ids = algorithm.lineup.policies
        var paths: [String: String] = [:]
        for form in forms {
            if ids.count == 1 {
                paths[form.name] = try algorithm.exportPolicyModel(to: directory, as: form, replacingExisting: true)
                continue
            }
            let folder = "\(directory)/\(form.name)"
            for id in ids {
                let place = "\(folder)/\(id)"
                try LocalFile.makeDirectories(place)
                try algorithm.exportPolicyModel(id, to: place, as: form, replacingExisting: true)
            }
            paths[form.name] = folder
        }
        return paths
    }
}
