// swift-tools-version: 6.2

import PackageDescription

// Fuzz targets for the server of policies; `Scripts/campaigns/serve-fuzz` builds and runs them.
let package = Package(
    name: "rein-serving-fuzzing",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "rein", path: "../../..", traits: ["ServingGRPC"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "ServingFuzzer",
            dependencies: [
                .product(name: "ReinCheckpoints", package: "rein"),
                .product(name: "ReinNumerics", package: "rein"),
                .product(name: "ReinServing", package: "rein"),
                .product(name: "ReinServingGRPC", package: "rein"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCInProcessTransport", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            // The program starts in libFuzzer's `main`.
            swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    ],
    swiftLanguageModes: [.v6]
)
