/// Where a node lives in the geographic model, in twelve bytes.
struct Site: Hashable, Sendable {
    /// Kilometers per radian of a great circle.
    static let earthRadius = 6_371.0
    /// What a vector from the center of the Earth to its surface is long here: steps of 200 m.
    private static let scale = 32_000.0
    private static let metersPerThousandth: Int64 = 111_195
    /// One-way times of last miles in microseconds: a few percent in data centers, then fibre, cable, DSL and mobile networks.
    /// Half of the round trips to the nearest server that access measurements find (FCC, Measuring Broadband America:
    /// about 10 ms for fibre, 20 for cable, 40 for DSL), with a tail for what is busy or wireless.
    private static let lastMiles = QuantileTable([
        .init(0, 100), .init(50, 300), .init(200, 1_500), .init(500, 4_500), .init(750, 9_000), .init(900, 18_000),
        .init(980, 40_000), .init(1_000, 100_000),
    ])

    let region: UInt8
    private let x: Int16
    private let y: Int16
    private let z: Int16
    /// In microseconds.
    let lastMile: UInt32

    init(of node: NodeIndex, draws: Draws) {
        let place = Placement(of: node, draws: draws)
        let region = Region.all[place.region]
        self.region = UInt8(place.region)
        lastMile = UInt32(clamping: draws.value(of: Self.lastMiles, .place, of: UInt64(node.number), 5))
        let (sine, cosine) = (Double(region.latitudeSine) / 1e6, Double(region.latitudeCosine) / 1e6)
        let (across, along) = (Double(region.longitudeSine) / 1e6, Double(region.longitudeCosine) / 1e6)
        let east = Double(place.east) / 1e3 / Self.earthRadius
        let north = Double(place.north) / 1e3 / Self.earthRadius
        // The center and steps along the tangents to the east and to the north, brought back to the surface.
        let point = (
            cosine * along - across * east - sine * along * north,
            cosine * across + along * east - sine * across * north,
            sine + cosine * north
        )
        let length = (point.0 * point.0 + point.1 * point.1 + point.2 * point.2).squareRoot()
        x = Int16((point.0 / length * Self.scale).rounded())
        y = Int16((point.1 / length * Self.scale).rounded())
        z = Int16((point.2 / length * Self.scale).rounded())
    }

    /// Meters along the surface. The arc sine is polynomial 4.4.45 of Abramowitz and Stegun, wrong by 5e-5 at most, which is
    /// 650 m or 4 microseconds in fibre.
    func distance(to other: Site) -> UInt64 {
        let (east, north, up) = (Int64(x) - Int64(other.x), Int64(y) - Int64(other.y), Int64(z) - Int64(other.z))
        let chord = Double(east * east + north * north + up * up).squareRoot()
        let half = min(1, chord / (2 * Self.scale))
        let cubic = ((-0.018_729_3 * half + 0.074_261_0) * half - 0.212_114_4) * half + 1.570_728_8
        let arc = 1.570_796_326_794_897 - (1 - half).squareRoot() * cubic
        return UInt64(max(0, 2 * Self.earthRadius * 1e3 * arc).rounded())
    }

    /// Thousandths of a map of the world, from 180° west to the east and from 90° north to the south.
    static func position(of node: NodeIndex, draws: Draws) -> (x: UInt16, y: UInt16) {
        let place = Placement(of: node, draws: draws)
        let region = Region.all[place.region]
        let degrees = (
            east: place.east * 1_000_000 / Int64(region.latitudeCosine) * 1_000 / metersPerThousandth,
            north: place.north * 1_000 / metersPerThousandth
        )
        let longitude = (Int64(region.longitude) + degrees.east + 540_000) % 360_000
        let latitude = min(max(Int64(region.latitude) + degrees.north, -90_000), 90_000)
        return (UInt16(longitude * 1_000 / 360_001), UInt16((90_000 - latitude) * 1_000 / 180_001))
    }
}

/// A node's region, and how far from its center it lives.
private struct Placement {
    let region: Int
    /// Meters.
    let east: Int64
    let north: Int64

    init(of node: NodeIndex, draws: Draws) {
        let subject = UInt64(node.number)
        var left = draws.below(1_000, .place, of: subject, 0)
        var region = 0
        while region < Region.all.count - 1, left >= Region.all[region].weight {
            left -= Region.all[region].weight
            region += 1
        }
        self.region = region
        let reach = UInt64(Region.all[region].reach) * 1_000
        // The sum of two even draws: more nodes near the center than at the rim.
        func offset(_ counter: UInt64) -> Int64 {
            let sum =
                draws.below(reach + 1, .place, of: subject, counter)
                + draws.below(reach + 1, .place, of: subject, counter + 1)
            return Int64(sum) - Int64(reach)
        }
        east = offset(1)
        north = offset(3)
    }
}
