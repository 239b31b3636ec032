import Foundation
import ReinTestSupport

/// The interpreter with Gymnasium that `REIN_GYMNASIUM_PYTHON` names.
enum RealPython {
    static let interpreter = PythonInterpreter(variable: "REIN_GYMNASIUM_PYTHON")
    static let isThere = interpreter?.has("gymnasium") ?? false
    static let hasPettingZoo = isThere && interpreter?.has("pettingzoo.classic.tictactoe_v3") == true
    static let hasEnvPool = isThere && interpreter?.has("envpool") == true
    static let path = interpreter?.path ?? ""
    /// Lets interpreters find the modules of the tests.
    static func addModules() { _ = modules }

    private static let modules: Bool = {
        let folder = #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Fixtures"
        return setenv("PYTHONPATH", folder, 1) == 0
    }()

    static let message = "set REIN_GYMNASIUM_PYTHON to an interpreter with gymnasium[mujoco,box2d,toy-text]"
}
