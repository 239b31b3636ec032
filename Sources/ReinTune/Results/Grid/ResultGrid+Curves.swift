public import ReinCheckpoints

extension ResultGrid {
    /// How a metric went in each trial, in the order of `trials`. The results are read anew.
    ///
    /// - Parameters:
    ///   - metric: the name of the metric.
    ///   - other: what it is drawn against, such as `time_total_s`; results that lack one of both are left out.
    /// - Throws: `StateError` when no trial has one of both, with the nearest name that there is.
    public func learningCurves(
        _ metric: String, against other: String = "training_iteration"
    ) throws(StateError) -> [LearningCurve] {
        var curves: [LearningCurve] = []
        var hasMetric = false
        var hasOther = false
        for trial in trials {
            var curve = LearningCurve(trial: trial.id)
            // What is wrong with the file was said when it was first read.
            var known: [String] = []
            trial.resultFile?.forEachResult(&known) { _, result in
                let y = result.number(ofMetric: metric)
                let x = result.number(ofMetric: other)
                hasMetric = hasMetric || y != nil
                hasOther = hasOther || x != nil
                if let x, let y, x.isFinite {
                    curve.x.append(x)
                    curve.y.append(y)
                }
                return true
            }
            curves.append(curve)
        }
        guard hasMetric else { throw lacksMetric(metric) }
        guard hasOther else { throw lacksMetric(other) }
        return curves
    }
}
