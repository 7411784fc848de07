/// Where on Earth nodes live in the geographic model.
///
/// Weights follow the IPFS network as Trautwein and others crawled it (SIGCOMM 2022: USA 28.5 %, China 24.2 %, France 8.3 %,
/// Taiwan 7.2 %, South Korea 6.7 % of peers); what that leaves to other countries is spread over the regions by judgement.
struct Region: Hashable, Sendable {
    let name: String
    /// In thousandths of all nodes.
    let weight: UInt64
    /// The center in thousandths of a degree, north and east.
    let latitude: Int
    let longitude: Int
    /// Sine and cosine of both, in millionths; tables, since no machine needs to agree with another about them then.
    let latitudeSine: Int
    let latitudeCosine: Int
    let longitudeSine: Int
    let longitudeCosine: Int
    /// Nodes are up to this far east, west, north and south of the center, in kilometers, rarely at the rim.
    let reach: Int

    static let all = [
        Region(
            name: "north-america-east", weight: 170, latitude: 39_500, longitude: -79_000, latitudeSine: 636_078,
            latitudeCosine: 771_625, longitudeSine: -981_627, longitudeCosine: 190_809, reach: 1_000),
        Region(
            name: "north-america-west", weight: 140, latitude: 38_000, longitude: -118_000, latitudeSine: 615_661,
            latitudeCosine: 788_011, longitudeSine: -882_948, longitudeCosine: -469_472, reach: 900),
        Region(
            name: "europe", weight: 210, latitude: 49_500, longitude: 5_000, latitudeSine: 760_406,
            latitudeCosine: 649_448, longitudeSine: 87_156, longitudeCosine: 996_195, reach: 900),
        Region(
            name: "eastern-europe", weight: 40, latitude: 54_000, longitude: 33_000, latitudeSine: 809_017,
            latitudeCosine: 587_785, longitudeSine: 544_639, longitudeCosine: 838_671, reach: 900),
        Region(
            name: "china", weight: 260, latitude: 31_000, longitude: 114_000, latitudeSine: 515_038,
            latitudeCosine: 857_167, longitudeSine: 913_545, longitudeCosine: -406_737, reach: 1_000),
        Region(
            name: "east-asia", weight: 140, latitude: 32_000, longitude: 127_000, latitudeSine: 529_919,
            latitudeCosine: 848_048, longitudeSine: 798_636, longitudeCosine: -601_815, reach: 1_000),
        Region(
            name: "south-asia-oceania", weight: 30, latitude: 3_000, longitude: 103_000, latitudeSine: 52_336,
            latitudeCosine: 998_630, longitudeSine: 974_370, longitudeCosine: -224_951, reach: 2_500),
        Region(
            name: "south-america", weight: 10, latitude: -20_000, longitude: -50_000, latitudeSine: -342_020,
            latitudeCosine: 939_693, longitudeSine: -766_044, longitudeCosine: 642_788, reach: 1_500),
    ]
}
