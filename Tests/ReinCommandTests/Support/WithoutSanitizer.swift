import CAllocationCounter
import Testing

extension Trait where Self == ConditionTrait {
    /// Leaves a test out under a sanitizer, which needs memory and files without limit to start at all.
    static var withoutSanitizer: Self {
        .disabled(if: sanitizer_is_at_work() != 0, "a sanitizer starts with no limit only")
    }
}
