/// Whether catalogs list what was published last and nothing else; by images, so that 100,000 catalogs need no comparison
/// entry by entry.
public struct ConvergedCatalogs: Sendable {
    /// Nodes that were looked at.
    public let inspected: Int
    /// Nodes that list something else, in the order in which they were looked at; their number is ``different``.
    public let example: NodeIndex?
    public let different: Int

    public var isConverged: Bool { different == 0 }

    /// - Parameters:
    ///   - nodes: honest and live; all of them, or a ``NodeSample``.
    ///   - truth: of the entries that honest live publishers list as their own.
    ///   - image: what a node lists of these publishers.
    public init(_ nodes: [NodeIndex], truth: CatalogImage, image: (NodeIndex) -> CatalogImage) {
        var example: NodeIndex?
        var different = 0
        for node in nodes where image(node) != truth {
            different += 1
            if example == nil { example = node }
        }
        inspected = nodes.count
        self.example = example
        self.different = different
    }

    /// The violation, when they have not converged.
    public func violation(at time: VirtualTime) -> Violation? {
        guard let example else { return nil }
        let text = "\(different) of \(inspected) catalogs differ from what was published; the first of node \(example)"
        return Violation(.notConverged, at: time, node: example, text)
    }
}

extension LinkGraph {
    /// What is wrong with the links of a world in which nothing else is wrong any more.
    /// - Parameter lasting: links that only one end has known for long; at any one moment a link may be between its ends.
    public func violations(at time: VirtualTime, lasting: Set<OneSided>) -> [Violation] {
        let oneSided = self.oneSided.filter(lasting.contains)
        var found: [Violation] = []
        if let first = oneSided.first {
            let text =
                "\(oneSided.count) links are known at one end only; it has one to node \(first.neighbor), which has none back"
            found.append(Violation(.oneSidedLink, at: time, node: first.node, text))
        }
        if components > 1 {
            let text = "the network fell into \(components) parts, the largest of \(largest) nodes"
            found.append(Violation(.split, at: time, text))
        }
        return found
    }
}
