// swift-tools-version: 6.2

import PackageDescription

// Measurements, apart from the package itself, so that its users do not build them. `./run` runs them all.
let package = Package(
    name: "rein-benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "rein", path: "..")],
    targets: [
        // The library that KernelBenchmarks compares the kernels with.
        .systemLibrary(
            name: "CReferenceBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .executableTarget(
            name: "KernelBenchmarks",
            dependencies: ["CReferenceBLAS", .product(name: "CReinKernels", package: "rein")]),
        .executableTarget(
            name: "EnvironmentBenchmarks",
            dependencies: [
                .product(name: "ReinEnvironments", package: "rein"),
                .product(name: "ReinNumerics", package: "rein"),
            ]),
        // The ceiling that TrainingBenchmarks measures updates against.
        .target(name: "CMultiplyAddPeak"),
        .executableTarget(
            name: "TrainingBenchmarks",
            dependencies: [
                "CMultiplyAddPeak", .product(name: "Rein", package: "rein"),
                .product(name: "ReinNumerics", package: "rein"),
            ]),
        // The checksums that TrainableBenchmarks measures archives against.
        .systemLibrary(
            name: "CChecksums", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .executableTarget(
            name: "TrainableBenchmarks",
            dependencies: [
                "CChecksums", .product(name: "ReinCheckpoints", package: "rein"),
                .product(name: "ReinTune", package: "rein"),
            ]),
        .executableTarget(
            name: "TunerBenchmarks",
            dependencies: [
                .product(name: "ReinCheckpoints", package: "rein"), .product(name: "ReinTune", package: "rein"),
            ]),
        .executableTarget(
            name: "ExportBenchmarks",
            dependencies: [
                .product(name: "Rein", package: "rein"), .product(name: "ReinCheckpoints", package: "rein"),
                .product(name: "ReinExport", package: "rein"), .product(name: "ReinPolicies", package: "rein"),
                .product(name: "ReinSpaces", package: "rein"),
            ]),
        .executableTarget(
            name: "SearchBenchmarks",
            dependencies: [
                .product(name: "Rein", package: "rein"), .product(name: "ReinCheckpoints", package: "rein"),
                .product(name: "ReinRandom", package: "rein"), .product(name: "ReinTrainables", package: "rein"),
                .product(name: "ReinTune", package: "rein"),
            ]),
    ]
        + ["CheckpointBenchmarks", "InferenceBenchmarks"].map { name in
            .executableTarget(name: name, dependencies: [.product(name: "Rein", package: "rein")])
        }
        + ["GymnasiumBenchmarks", "LearningBenchmarks"].map { name in
            .executableTarget(
                name: name,
                dependencies: [
                    .product(name: "Rein", package: "rein"), .product(name: "ReinGymnasium", package: "rein"),
                ])
        },
    swiftLanguageModes: [.v6]
)
