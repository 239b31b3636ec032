import ReinCheckpoints

/// How numbers are multiplied without leaving their domains.
extension Domain {
    /// The number of this domain that is nearest to a product. On a grid, of whole numbers for instance, it is another one
    /// than the number itself, if there is one in the direction of the factor. Categories have no products.
    func scaled(_ number: Double, by factor: Double) -> StateTree {
        let product = number * factor
        // Away from zero, towards it, or neither.
        let direction = (number < 0 ? -1 : 1) * (factor > 1 ? 1 : factor < 1 ? -1 : 0)
        switch self {
        case .categories: return .double(number)
        case .real(let domain):
            let nearest = domain.nearest(to: product)
            guard let step = domain.step, domain.contains(number), domain.nearest(to: number) == nearest else {
                return .double(nearest)
            }
            return .double(domain.nearest(to: nearest + Double(direction) * step))
        case .integer(let domain):
            let nearest = domain.nearest(to: product)
            guard Double(nearest) == number, domain.contains(nearest + direction * domain.step) else {
                return .int(Int64(nearest))
            }
            return .int(Int64(nearest + direction * domain.step))
        case .normal(let domain):
            guard product.isFinite else { return .double(number) }
            let nearest = domain.nearest(to: product)
            guard let step = domain.step, domain.contains(number), domain.nearest(to: number) == nearest else {
                return .double(nearest)
            }
            return .double(domain.nearest(to: nearest + Double(direction) * step))
        }
    }
}
