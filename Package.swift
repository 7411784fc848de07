// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "samnode",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "samnode", targets: ["samnode"]),
        .executable(name: "simulate", targets: ["simulate"]),
        .executable(name: "reality", targets: ["reality"]),
        .executable(name: "fuzz", targets: ["fuzz"]),
        .executable(name: "negentropy-harness", targets: ["negentropy-harness"]),
        .library(name: "Biscuit", targets: ["Biscuit"]),
        .library(name: "Simulator", targets: ["Simulator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .systemLibrary(
            name: "CYAML", pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

        .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: strict),
        .target(
            name: "Overlay",
            dependencies: [
                "CSodium", "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "Gossip",
            dependencies: [
                "Overlay",
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "Biscuit",
            dependencies: ["CSodium", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .target(
            name: "Inference",
            dependencies: [
                "Overlay", "Gossip", "Biscuit",
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "Transport",
            dependencies: [
                "Overlay", "Gossip", "Inference",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "samnode",
            dependencies: [
                "CSodium", "YAML", "Overlay", "Gossip", "Biscuit", "Inference", "Transport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        .target(
            name: "Simulator",
            dependencies: ["YAML", "Overlay", "Gossip", "Biscuit", "Inference"],
            path: "Simulations/Simulator",
            swiftSettings: strict),
        .target(
            name: "Reporting",
            dependencies: ["Overlay", "Simulator"],
            path: "Simulations/Reporting",
            swiftSettings: strict),
        .executableTarget(
            name: "simulate",
            dependencies: [
                "YAML", "Overlay", "Gossip", "Biscuit", "Inference", "Simulator", "Reporting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Simulations/simulate",
            swiftSettings: strict),
        .executableTarget(
            name: "reality",
            dependencies: [
                "Overlay", "Gossip", "Inference", "Simulator",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Simulations/reality",
            swiftSettings: strict),

        .target(name: "AllocationCounter", path: "Benchmarks/AllocationCounter"),
        .target(
            name: "Measuring", dependencies: ["AllocationCounter"], path: "Benchmarks/Measuring", swiftSettings: strict),
        .executableTarget(
            name: "overlay-benchmark",
            dependencies: [
                "CSodium", "Inference", "Measuring", "Overlay", "Transport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Benchmarks/OverlayBenchmark",
            exclude: ["Competitors"],
            swiftSettings: strict),
        .executableTarget(
            name: "biscuit-benchmark",
            dependencies: [
                "AllocationCounter", "Biscuit", "Measuring", "Mutations",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/BiscuitBenchmark",
            resources: [.embedInCode("reference.py")],
            swiftSettings: strict),
        .executableTarget(
            name: "gossip-benchmark",
            dependencies: [
                "Measuring", "Overlay", "Gossip",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/GossipBenchmark",
            swiftSettings: strict),

        .target(name: "Mutations", path: "Fuzzing/Mutations", swiftSettings: strict),
        .target(
            name: "Fuzzing", dependencies: ["Mutations", "YAML", "Overlay", "Gossip", "Biscuit", "Inference"],
            path: "Fuzzing/Targets", swiftSettings: strict),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "AllocationCounter", "Fuzzing", "Measuring",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Fuzzing/fuzz",
            swiftSettings: strict),

        .executableTarget(
            name: "negentropy-harness", dependencies: ["Overlay", "Gossip"], path: "Tests/NegentropyHarness",
            swiftSettings: strict),

        .testTarget(name: "YAMLTests", dependencies: ["YAML", "Overlay"], swiftSettings: strict),
        .testTarget(
            name: "OverlayTests", dependencies: ["CSodium", "Overlay"], exclude: ["Vectors"], swiftSettings: strict),
        .testTarget(name: "GossipTests", dependencies: ["Overlay", "Gossip"], swiftSettings: strict),
        .testTarget(
            name: "BiscuitTests", dependencies: ["Biscuit"], exclude: ["Interop"], swiftSettings: strict),
        .testTarget(
            name: "InferenceTests", dependencies: ["Overlay", "Gossip", "Biscuit", "Inference"], swiftSettings: strict),
        .testTarget(
            name: "TransportTests", dependencies: ["Overlay", "Gossip", "Biscuit", "Inference", "Transport"],
            swiftSettings: strict),
        .testTarget(
            name: "SamnodeTests",
            dependencies: ["YAML", "Overlay", "Gossip", "Biscuit", "Inference", "Transport", "samnode", "Fuzzing"],
            swiftSettings: strict),
        .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing", "Mutations"], swiftSettings: strict),
        .testTarget(
            name: "SimulatorTests", dependencies: ["YAML", "Overlay", "Gossip", "Biscuit", "Inference", "Simulator"],
            swiftSettings: strict),
        .testTarget(
            name: "ReportingTests", dependencies: ["Overlay", "Simulator", "Reporting"], swiftSettings: strict),
        .testTarget(name: "StyleTests", swiftSettings: strict),
    ]
)
