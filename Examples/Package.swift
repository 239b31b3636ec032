// swift-tools-version: 6.2

import PackageDescription

// Programs that use Rein through its public API, as a user's package would.
let package = Package(
    name: "rein-examples",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "rein", path: "..")],
    targets: [
        "TrainCartPole", "TrainPendulum", "TrainRainbow", "CustomEnvironment", "ServeOnePolicy", "SelfPlayLeague",
    ]
    .map { name in
        .executableTarget(name: name, dependencies: [.product(name: "Rein", package: "rein")])
    } + [
        .executableTarget(
            name: "OwnAlgorithm",
            dependencies: [
                .product(name: "Rein", package: "rein"), .product(name: "ReinCommand", package: "rein"),
            ])
    ]
        + ["FitLine", "ResumingFunction", "TuneAnything", "TunePopulation"].map { name in
            .executableTarget(
                name: name,
                dependencies: [
                    .product(name: "ReinCheckpoints", package: "rein"), .product(name: "ReinTune", package: "rein"),
                ])
        } + [
            .executableTarget(
                name: "OwnSearcher",
                dependencies: ["ReinCheckpoints", "ReinRandom", "ReinTune"].map { .product(name: $0, package: "rein") }),
            .executableTarget(
                name: "TunePPO",
                dependencies: ["Rein", "ReinTrainables", "ReinTune"].map { .product(name: $0, package: "rein") }),
            .executableTarget(
                name: "TrainToBucket",
                dependencies: ["Rein", "ReinCheckpoints", "ReinStorage", "ReinTrainables", "ReinTune"].map {
                    .product(name: $0, package: "rein")
                }),
        ],
    swiftLanguageModes: [.v6]
)
