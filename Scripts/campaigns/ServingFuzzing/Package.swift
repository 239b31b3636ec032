// swift-tools-version: 6.2

import PackageDescription

// Fuzz targets for the server of policies; `Scripts/campaigns/serve-fuzz` builds and runs them.
let package = Package(
    name: "rein-serving-fuzzing",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "rein", path: "../../..", traits: ["Serving"])],
    targets: [
        .executableTarget(
            name: "ServingFuzzer",
            dependencies: [
                .product(name: "ReinCheckpoints", package: "rein"),
                .product(name: "ReinServing", package: "rein"),
            ],
            // The program starts in libFuzzer's `main`.
            swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    ],
    swiftLanguageModes: [.v6]
)
