#if Serving
/// A request that has been checked against the version of the model that is to answer it, which stays in memory meanwhile.
struct CheckedRequest: Sendable {
    /// The request.
    let request: InferenceRequest
    /// What is to be acted on, and answered.
    let prepared: PreparedInference
    /// The right to use the model; nil when its sequence has one.
    let pin: ModelPin?
    /// Who acts.
    let model: ServedModel
    /// The sequence that it belongs to.
    let turn: SequenceTurn
    /// Receives what the policy does.
    let results: InferenceResults
    /// When it came.
    let begin: ContinuousClock.Instant
    /// When it was checked.
    let checked = ContinuousClock.now
    /// Until when its client waits.
    let deadline: RequestDeadline?

    init(
        _ request: InferenceRequest, _ prepared: PreparedInference, pin: ModelPin?, model: ServedModel,
        turn: SequenceTurn, begin: ContinuousClock.Instant
    ) {
        self.request = request
        self.prepared = prepared
        self.pin = pin
        self.model = model
        self.turn = turn
        self.begin = begin
        results = InferenceResults(model.policy, rows: prepared.rows)
        deadline = prepared.parameters.deadline(from: begin)
    }
}
#endif
