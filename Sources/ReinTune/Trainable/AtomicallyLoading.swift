/// A trainable of which a `load` that throws leaves everything as it was.
///
/// A structure of nothing but values needs no such promise. Of an object, and of a structure that has some, a driver keeps
/// the state while it restores, to put it back after an error; with the promise it does not.
public protocol AtomicallyLoading: Trainable {}
