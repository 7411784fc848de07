extension LatencyModel {
    /// Nil for models without regions.
    var regionCount: Int? {
        switch self {
        case .uniform, .logNormal: nil
        case .geographic: 8
        case .matrix(let rows): rows.count
        }
    }
}
