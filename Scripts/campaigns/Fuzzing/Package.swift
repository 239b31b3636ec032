// swift-tools-version: 6.2

import PackageDescription

// Fuzz targets for everything that reads bytes from outside; `Scripts/campaigns/fuzz` builds and runs them.
let package = Package(
    name: "rein-fuzzing",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "rein", path: "../../..")],
    targets: [
        .systemLibrary(name: "CFuzzer"),
        .executableTarget(
            name: "Fuzzer",
            dependencies: [
                "CFuzzer",
                .product(name: "Rein", package: "rein"),
                .product(name: "ReinCheckpoints", package: "rein"),
                .product(name: "ReinCommand", package: "rein"),
                .product(name: "ReinInterop", package: "rein"),
                .product(name: "ReinRLlib", package: "rein"),
            ],
            // The program starts in libFuzzer's `main`.
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    ],
    swiftLanguageModes: [.v6]
)
