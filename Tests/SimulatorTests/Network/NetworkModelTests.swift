import Overlay
import Testing

@testable import Simulator

@Suite struct NetworkModelTests {
    private static let models: [LatencyModel] = [
        .uniform(SpanRange(.milliseconds(10), .milliseconds(100))),
        .logNormal(median: .milliseconds(40), spread: 600),
        .geographic,
        .matrix([[500, 40_000, 90_000], [40_000, 700, 120_000], [90_000, 120_000, 900]]),
    ]

    private static func plan(_ latency: LatencyModel, nodes: Int = 1_000, seed: UInt64 = 7) -> Plan {
        var plan = Plan(seed: seed, nodes: nodes, duration: .seconds(1))
        plan.latency = latency
        return plan
    }

    /// One-way times of 50,000 pairs, in microseconds.
    private static func sample(_ model: NetworkModel) -> Quantiles<UInt64> {
        Quantiles(
            (0..<50_000).map {
                model.base(from: NodeIndex($0 % 997), to: NodeIndex(1_000 + $0 / 53)).nanoseconds / 1_000
            })
    }

    @Test(arguments: models) func isSymmetricAndNeverBelowItsFloor(latency: LatencyModel) throws {
        let model = try NetworkModel(Self.plan(latency))
        #expect(model.floor > .zero)
        for one in 0..<100 {
            for other in 0..<one {
                let (here, there) = (NodeIndex(one), NodeIndex(other))
                #expect(model.base(from: here, to: there) == model.base(from: there, to: here))
                #expect(model.base(from: here, to: there) >= model.floor)
            }
        }
    }

    /// A change of these numbers changes every run that anybody wrote down.
    @Test func staysTheSame() throws {
        let bases = try Self.models.map {
            try NetworkModel(Self.plan($0)).base(from: NodeIndex(3), to: NodeIndex(8)).nanoseconds
        }
        #expect(bases == [49_562_517, 36_512_853, 87_068_997, 90_000_000])
    }

    @Test(arguments: models) func doesNotDependOnHowManyNodesThereAre(latency: LatencyModel) throws {
        let large = try NetworkModel(Self.plan(latency, nodes: 500))
        var plan = Self.plan(latency, nodes: 10)
        plan.absent = [NodeIndex(1)]
        let small = try NetworkModel(plan)
        for node in 2..<300 {
            let (here, there) = (NodeIndex(0), NodeIndex(node))
            #expect(large.base(from: here, to: there) == small.base(from: here, to: there))
            #expect(large.region(of: there) == small.region(of: there))
            #expect(large.position(of: there) == small.position(of: there))
        }
    }

    @Test func uniformQuantiles() throws {
        let sample = try Self.sample(NetworkModel(Self.plan(Self.models[0])))
        #expect(try abs(Int(#require(sample.median)) - 55_000) < 1_000)
        #expect(try abs(Int(#require(sample.value(atPercent: 90))) - 91_000) < 1_000)
    }

    /// A log-normal distribution has its quantiles at median·e^(spread·z).
    @Test func logNormalQuantiles() throws {
        let sample = try Self.sample(NetworkModel(Self.plan(Self.models[1])))
        #expect(try abs(Int(#require(sample.median)) - 40_000) < 600)
        #expect(try abs(Int(#require(sample.value(atPercent: 90))) - 86_300) < 1_500)
        #expect(try abs(Int(#require(sample.value(atPercent: 99))) - 161_500) < 5_000)
    }

    @Test func matrixEntriesAreMet() throws {
        let model = try NetworkModel(Self.plan(.matrix([[1_000, 30_000], [50_000, 2_000]])))
        let first = try #require((0..<100).map(NodeIndex.init).first { model.region(of: $0) == 0 })
        let second = try #require((0..<100).map(NodeIndex.init).first { model.region(of: $0) == 1 })
        #expect(model.base(from: first, to: second) == .milliseconds(30))
        #expect(model.base(from: second, to: first) == .milliseconds(50))
        #expect(model.floor == .milliseconds(1))
        #expect(model.regions == ["row-0", "row-1"])
        let share = (0..<2_000).count { model.region(of: NodeIndex($0)) == 0 }
        #expect((888...1_112).contains(share))
    }

    @Test func refusesWhatIsNoNetwork() {
        #expect(throws: NetworkError.matrixRows(0)) { try NetworkModel(Self.plan(.matrix([]))) }
        #expect(throws: NetworkError.matrixRow(1, columns: 1, rows: 2)) {
            try NetworkModel(Self.plan(.matrix([[1, 2], [3]])))
        }
        #expect(throws: NetworkError.spread(5_001)) {
            try NetworkModel(Self.plan(.logNormal(median: .seconds(1), spread: 5_001)))
        }
        var plan = Self.plan(.geographic)
        plan.bandwidth = 0
        #expect(throws: NetworkError.noBandwidth) { try NetworkModel(plan) }
        plan = Self.plan(.geographic)
        plan.packetLength = 0
        #expect(throws: NetworkError.packetLength(0)) { try NetworkModel(plan) }
    }
}

@Suite struct GeographyTests {
    private static func model(nodes: Int = 2_000) throws -> NetworkModel {
        var plan = Plan(seed: 11, nodes: nodes, duration: .seconds(1))
        plan.latency = .geographic
        return try NetworkModel(plan)
    }

    @Test func tablesOfAnglesAreRight() {
        #expect(Region.all.map(\.weight).reduce(0, +) == 1_000)
        for region in Region.all {
            for (sine, cosine, degrees) in [
                (region.latitudeSine, region.latitudeCosine, region.latitude),
                (region.longitudeSine, region.longitudeCosine, region.longitude),
            ] {
                let length = sine * sine + cosine * cosine
                #expect(abs(length - 1_000_000_000_000) < 2_000_000, "\(region.name)")
                #expect((sine > 0) == (degrees > 0) && (cosine > 0) == (abs(degrees) < 90_000), "\(region.name)")
            }
        }
    }

    @Test func nodesLiveWhereWeightsSay() throws {
        let model = try Self.model()
        var counts = Array(repeating: 0, count: model.regions.count)
        for node in 0..<20_000 { counts[model.region(of: NodeIndex(node))] += 1 }
        for (region, count) in zip(Region.all, counts) {
            // Five standard deviations of the largest region are 310.
            #expect(abs(count - Int(region.weight) * 20) < 310, "\(region.name)")
        }
    }

    /// Centers of regions are 6,400, 8,660 and 3,360 km apart.
    @Test func distancesAreThoseOfTheEarth() throws {
        let sites = (0..<3_000).map { Site(of: NodeIndex($0), draws: Draws(seed: 11)) }
        func median(_ one: UInt8, _ other: UInt8) -> UInt64? {
            let (here, there) = (sites.filter { $0.region == one }, sites.filter { $0.region == other })
            return Quantiles(zip(here, there).map { $0.distance(to: $1) / 1_000 }).median
        }
        #expect(try (6_000...6_800).contains(#require(median(0, 2))))
        #expect(try (8_300...9_000).contains(#require(median(2, 4))))
        #expect(try (3_000...3_900).contains(#require(median(0, 1))))
        #expect(sites[0].distance(to: sites[0]) < 2_000)
    }

    @Test func roundTripsAreLikeTheInternets() throws {
        let model = try Self.model()
        let pairs = (0..<100_000).map {
            model.base(from: NodeIndex($0 % 1_999), to: NodeIndex($0 / 50)) * 2
        }.map(\.milliseconds)
        let trips = Quantiles(pairs)
        print(
            "median \(trips.median ?? 0) p90 \(trips.value(atPercent: 90) ?? 0) p99 \(trips.value(atPercent: 99) ?? 0)")
        #expect(try (120...180).contains(#require(trips.median)))
        #expect(try (220...300).contains(#require(trips.value(atPercent: 90))))
        #expect(try (330...460).contains(#require(trips.value(atPercent: 99))))
    }

    @Test func aThirdNodeShortensSomeWays() throws {
        let model = try Self.model()
        let shortened = (0..<1_000).count { number in
            let ends = (NodeIndex(number), NodeIndex(number + 1))
            let direct = model.base(from: ends.0, to: ends.1)
            return (0..<30).contains { step in
                let middle = NodeIndex(1_100 + step)
                return model.base(from: ends.0, to: middle) + model.base(from: middle, to: ends.1) < direct
            }
        }
        print("\(shortened) of 1000 pairs have a shorter way by one of 30 others")
        #expect((50...700).contains(shortened))
    }

    @Test func mapsPutRegionsWhereTheyAre() throws {
        let model = try Self.model()
        for node in 0..<2_000 {
            let place = model.position(of: NodeIndex(node))
            #expect(place.x < 1_000 && place.y < 1_000)
            let center = Region.all[model.region(of: NodeIndex(node))]
            let x = (center.longitude + 180_000) / 360
            #expect(abs(Int(place.x) - x) < 80)
            #expect(abs(Int(place.y) - (90_000 - center.latitude) / 180) < 130)
        }
    }
}
