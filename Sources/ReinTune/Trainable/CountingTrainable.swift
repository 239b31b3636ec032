/// A trainable that knows by itself how far it is, so that it also goes on from checkpoints that no driver wrote.
public protocol CountingTrainable: Trainable {
    /// The number of steps since the start of training, those before a checkpoint included.
    var completedIterations: Int { get }
}
