// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "rein",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "Rein", targets: ["Rein"]),
        .library(name: "CReinKernels", targets: ["CReinKernels"]),
        .library(name: "ReinCheckpoints", targets: ["ReinCheckpoints"]),
        .library(name: "ReinRandom", targets: ["ReinRandom"]),
        .library(name: "ReinNumerics", targets: ["ReinNumerics"]),
        .library(name: "ReinSpaces", targets: ["ReinSpaces"]),
        .library(name: "ReinEnvironments", targets: ["ReinEnvironments"]),
        .library(name: "ReinGymnasium", targets: ["ReinGymnasium"]),
        .library(name: "ReinPolicies", targets: ["ReinPolicies"]),
        .library(name: "ReinExport", targets: ["ReinExport"]),
        .library(name: "ReinRLlib", targets: ["ReinRLlib"]),
        .library(name: "ReinInterop", targets: ["ReinInterop"]),
        .library(name: "ReinCommand", targets: ["ReinCommand"]),
        .library(name: "ReinFoundation", targets: ["ReinFoundation"]),
        .library(name: "ReinStorage", targets: ["ReinStorage"]),
        .library(name: "ReinTune", targets: ["ReinTune"]),
        .library(name: "ReinTrainables", targets: ["ReinTrainables"]),
        .executable(name: "rein", targets: ["ReinProgram"]),
        .library(name: "ReinServing", targets: ["ReinServing"]),
        .library(name: "ReinServingGRPC", targets: ["ReinServingGRPC"]),
        .executable(name: "rein-serve", targets: ["ReinServe"]),
    ],
    traits: [
        .trait(name: "Serving", description: "The server of policies, rein-serve, over HTTP."),
        .trait(
            name: "ServingGRPC", description: "The server of policies over gRPC, too.", enabledTraits: ["Serving"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // For the trait `Serving`; nobody fetches them without it. Without its own traits hummingbird links no Foundation.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // For the trait `ServingGRPC`; nobody fetches them without it.
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.42.0"),
    ],
    targets: [
        // The C libraries that Rein stands on, from the system's package manager.
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .systemLibrary(
            name: "CMessagePack", pkgConfig: "msgpack",
            providers: [.apt(["libmsgpack-dev"]), .brew(["msgpack"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

        // The house, from the ground up: each target imports only what stands above it in this list.
        .target(name: "CSystemCalls"),
        .target(name: "CReinKernels", linkerSettings: [.linkedLibrary("m")]),
        .target(name: "CReinClassicControl", linkerSettings: [.linkedLibrary("m")]),
        .target(name: "ReinCheckpoints", dependencies: ["CMessagePack", "COpenSSL", "CSystemCalls", "CZip", "CZlib"]),
        .target(name: "ReinProcesses", dependencies: ["CSystemCalls", "ReinCheckpoints"]),
        .target(name: "ReinRandom"),
        .target(name: "ReinNumerics", dependencies: ["CReinKernels", "COpenBLAS", "ReinCheckpoints", "ReinRandom"]),
        .target(name: "ReinNetworks", dependencies: ["ReinCheckpoints", "ReinNumerics"]),
        .target(name: "ReinSpaces", dependencies: ["ReinCheckpoints", "ReinNumerics"]),
        .target(name: "ReinPolicies", dependencies: ["ReinCheckpoints", "ReinNumerics", "ReinNetworks", "ReinSpaces"]),
        .target(
            name: "ReinExport",
            dependencies: ["ReinCheckpoints", "ReinNumerics", "ReinNetworks", "ReinSpaces", "ReinPolicies"]),
        .target(
            name: "ReinRLlib",
            dependencies: ["ReinCheckpoints", "ReinNumerics", "ReinNetworks", "ReinSpaces", "ReinPolicies"]),
        .target(
            name: "ReinEnvironments",
            dependencies: ["CReinClassicControl", "ReinCheckpoints", "ReinNumerics", "ReinSpaces"]),
        .target(
            name: "ReinGymnasium",
            dependencies: [
                "CSystemCalls", "ReinCheckpoints", "ReinProcesses", "ReinRandom", "ReinNumerics", "ReinSpaces",
                "ReinEnvironments",
            ],
            resources: [.embedInCode("Worker")]),
        .target(
            name: "ReinInterop",
            dependencies: ["ReinCheckpoints", "ReinNumerics", "ReinNetworks", "ReinSpaces", "ReinPolicies"]),
        .target(
            name: "Rein",
            dependencies: [
                "ReinCheckpoints", "ReinNumerics", "ReinNetworks", "ReinEnvironments", "ReinPolicies", "ReinExport",
                "ReinRLlib",
            ]),
        .target(
            name: "ReinTune", dependencies: ["CSystemCalls", "ReinCheckpoints", "ReinProcesses", "ReinRandom"]),
        .target(
            name: "ReinTrainables", dependencies: ["ReinCheckpoints", "ReinExport", "ReinPolicies", "Rein", "ReinTune"]),
        .target(
            name: "ReinCommand",
            dependencies: [
                "Rein", "ReinGymnasium", "ReinInterop", "ReinTrainables", "ReinTune",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "ReinProgram", dependencies: ["ReinCommand"]),

        // Beside the house: what programs may take along, and `rein` does not link.
        .target(name: "ReinFoundation", dependencies: ["Rein", "ReinInterop"]),
        .target(name: "CReinCurl", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(name: "ReinStorage", dependencies: ["CReinCurl", "ReinCheckpoints"]),
        // Empty without the trait `Serving`, so that nobody who does not ask for it fetches what a server takes.
        .target(
            name: "ReinServing",
            dependencies: [
                "CSystemCalls", "CZlib", "ReinCheckpoints", "ReinRandom", "ReinNumerics", "ReinNetworks", "ReinSpaces",
                "ReinPolicies", "ReinRLlib", "ReinInterop",
                .product(name: "Hummingbird", package: "hummingbird", condition: .when(traits: ["Serving"])),
                .product(name: "HummingbirdCore", package: "hummingbird", condition: .when(traits: ["Serving"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Serving"])),
                .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["Serving"])),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Serving"])),
                .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["Serving"])),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras", condition: .when(traits: ["Serving"])),
                .product(
                    name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras", condition: .when(traits: ["Serving"])),
                .product(name: "HTTPTypes", package: "swift-http-types", condition: .when(traits: ["Serving"])),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Serving"])),
                .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Serving"])),
                .product(
                    name: "UnixSignals", package: "swift-service-lifecycle", condition: .when(traits: ["Serving"])),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: .when(traits: ["Serving"])),
            ]),
        // Empty without the trait `ServingGRPC`, in the same way.
        .target(
            name: "ReinServingGRPC",
            dependencies: [
                "ReinCheckpoints", "ReinNumerics", "ReinServing",
                .product(name: "GRPCCore", package: "grpc-swift-2", condition: .when(traits: ["ServingGRPC"])),
                .product(
                    name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport",
                    condition: .when(traits: ["ServingGRPC"])),
                .product(name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "NIOHTTP2", package: "swift-nio-http2", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "NIOHPACK", package: "swift-nio-http2", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["ServingGRPC"])),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle",
                    condition: .when(traits: ["ServingGRPC"])),
            ],
            exclude: ["Protocol/inference.proto"]),
        .executableTarget(
            name: "ReinServe",
            dependencies: [
                "ReinCheckpoints", "ReinPolicies", "ReinServing",
                .target(name: "ReinServingGRPC", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Serving"])),
                .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Serving"])),
            ]),

        // Tests, and what several of them share.
        .target(
            name: "ReinTestSupport",
            dependencies: [
                "CZip", "ReinCheckpoints", "ReinNumerics", "ReinNetworks", "ReinSpaces", "ReinPolicies",
                "ReinEnvironments",
            ],
            path: "Tests/ReinTestSupport", resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ReinCheckpointsTests", dependencies: ["ReinCheckpoints", "ReinTestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ReinNumericsTests",
            dependencies: ["CAllocationCounter", "CReinKernels", "ReinCheckpoints", "ReinNumerics", "ReinTestSupport"]),
        .testTarget(
            name: "ReinNetworksTests",
            dependencies: ["ReinCheckpoints", "ReinNumerics", "ReinNetworks", "ReinTestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(name: "ReinSpacesTests", dependencies: ["ReinCheckpoints", "ReinNumerics", "ReinSpaces"]),
        .testTarget(
            name: "ReinEnvironmentsTests",
            dependencies: [
                "CAllocationCounter", "CReinClassicControl", "ReinCheckpoints", "ReinNumerics", "ReinEnvironments",
                "ReinTestSupport",
            ],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ReinGymnasiumTests",
            dependencies: [
                "CAllocationCounter", "CSystemCalls", "ReinCheckpoints", "ReinEnvironments", "ReinGymnasium",
                "ReinNumerics",
                "ReinProcesses", "ReinSpaces", "ReinTestSupport", "GymnasiumProbe", "Rein",
            ],
            exclude: ["Fixtures"]),
        .executableTarget(
            name: "GymnasiumProbe", dependencies: ["ReinEnvironments", "ReinGymnasium"], path: "Tests/GymnasiumProbe"),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .testTarget(
            name: "ReinPoliciesTests", dependencies: ["CAllocationCounter", "Rein", "ReinTestSupport"]),
        .testTarget(
            name: "ReinExportTests",
            dependencies: [
                "ReinCheckpoints", "ReinExport", "ReinInterop", "ReinNumerics", "ReinNetworks", "ReinSpaces",
                "ReinPolicies", "ReinRLlib", "ReinTestSupport",
            ],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ReinRLlibTests",
            dependencies: [
                "ReinCheckpoints", "ReinNumerics", "ReinNetworks", "ReinSpaces", "ReinPolicies", "ReinRLlib",
                "ReinTestSupport",
            ]),
        .testTarget(
            name: "ReinInteropTests",
            dependencies: [
                "ReinCheckpoints", "ReinNumerics", "ReinNetworks", "ReinEnvironments", "ReinPolicies", "ReinInterop",
                "ReinTestSupport",
            ],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ReinTests", dependencies: ["CAllocationCounter", "Rein", "ReinTestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ReinStorageTests", dependencies: ["ReinCheckpoints", "ReinStorage", "ReinTestSupport", "ReinTune"]),
        .testTarget(
            name: "ReinTuneTests",
            dependencies: [
                "ReinCheckpoints", "ReinProcesses", "ReinRandom", "ReinTune", "ReinTestSupport", "TrialProbe",
            ],
            resources: [.copy("Fixtures")]),
        .executableTarget(
            name: "TrialProbe", dependencies: ["CSystemCalls", "ReinCheckpoints", "ReinRandom", "ReinTune"],
            path: "Tests/TrialProbe"),
        .executableTarget(
            name: "TrainableProbe", dependencies: ["ReinCheckpoints", "ReinTrainables", "ReinTune"],
            path: "Tests/TrainableProbe"),
        .testTarget(
            name: "ReinTrainablesTests",
            dependencies: [
                "Rein", "ReinCheckpoints", "ReinExport", "ReinTune", "ReinTrainables", "ReinTestSupport",
                "TrainableProbe",
            ]),
        .testTarget(
            name: "ReinServingTests",
            dependencies: [
                "CAllocationCounter", "CZlib", "ReinCheckpoints", "ReinExport", "ReinInterop", "ReinNumerics",
                "ReinNetworks", "ReinSpaces", "ReinPolicies", "ReinRLlib", "ReinServe", "ReinServing",
                "ReinTestSupport",
                .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Serving"])),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Serving"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Serving"])),
                .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["Serving"])),
                .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["Serving"])),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: .when(traits: ["Serving"])),
            ],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ReinServingGRPCTests",
            dependencies: [
                "ReinCheckpoints", "ReinNetworks", "ReinNumerics", "ReinPolicies", "ReinServe", "ReinServing",
                "ReinServingGRPC", "ReinSpaces", "ReinTestSupport",
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "GRPCCore", package: "grpc-swift-2", condition: .when(traits: ["ServingGRPC"])),
                .product(
                    name: "GRPCInProcessTransport", package: "grpc-swift-2",
                    condition: .when(traits: ["ServingGRPC"])),
                .product(
                    name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport",
                    condition: .when(traits: ["ServingGRPC"])),
                .product(name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "NIOEmbedded", package: "swift-nio", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "NIOHPACK", package: "swift-nio-http2", condition: .when(traits: ["ServingGRPC"])),
                .product(name: "NIOHTTP2", package: "swift-nio-http2", condition: .when(traits: ["ServingGRPC"])),
            ],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ReinServeTests",
            dependencies: [
                "ReinCheckpoints", "ReinServe", "ReinServing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Serving"])),
            ]),
        .testTarget(name: "ReinFoundationTests", dependencies: ["Rein", "ReinInterop", "ReinFoundation"]),
        .testTarget(
            name: "ReinCommandTests",
            dependencies: [
                "CAllocationCounter", "Rein", "ReinCheckpoints", "ReinCommand", "ReinProgram", "ReinTestSupport",
                "ReinTune",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// One set of compiler settings for every Swift target: an import is internal unless it says otherwise.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
for target in package.targets where target.type != .system && !target.name.hasPrefix("C") {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
    // What a trainable's steps touch stays with whoever trains it, so that it need not be Sendable.
    if ["ReinTune", "ReinTrainables"].contains(target.name) {
        target.swiftSettings?.append(.enableUpcomingFeature("NonisolatedNonsendingByDefault"))
    }
}
