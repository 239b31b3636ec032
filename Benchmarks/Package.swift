// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "rein", path: "..")
    ],
    targets: [
        .executableTarget(
            name: "EnvironmentBenchmarks",
            dependencies: [
                .product(name: "ReinEnvironments", package: "rein"),
                .product(name: "ReinNumerics", package: "rein"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
