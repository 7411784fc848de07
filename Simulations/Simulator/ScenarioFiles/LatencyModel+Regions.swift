extension LatencyModel {
    /// Names of the regions by number; empty for models without regions. Those of a matrix are their numbers.
    var regionNames: [String] {
        switch self {
        case .uniform, .logNormal: []
        case .geographic: Region.all.map(\.name)
        case .matrix(let rows): rows.indices.map(String.init)
        }
    }
}
