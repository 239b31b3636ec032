import ReinCheckpoints

/// What is started as a worker, and what it is told to make.
struct WorkerProgram: Sendable, Equatable {
    /// The path of the interpreter.
    let interpreter: String
    /// What the interpreter gets as arguments, which reads the modules.
    let arguments: [String]
    /// The modules of the worker by their names.
    let modules: StateMap
    /// What it is told to make.
    let hello: WorkerHello
    /// How long it may take.
    let limits: WorkerLimits

    /// A worker of the sources that are part of this library.
    init(interpreter: String, hello: WorkerHello, limits: WorkerLimits = WorkerLimits()) {
        self.init(
            interpreter: interpreter, arguments: ["-c", WorkerSource.bootstrap], modules: WorkerSource.modules,
            hello: hello, limits: limits)
    }

    /// A worker of other sources.
    init(
        interpreter: String, arguments: [String], modules: StateMap, hello: WorkerHello,
        limits: WorkerLimits = WorkerLimits()
    ) {
        self.interpreter = interpreter
        self.arguments = arguments
        self.modules = modules
        self.hello = hello
        self.limits = limits
    }
}
