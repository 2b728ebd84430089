// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "price-watch",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "cometd", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "price-watch",
            dependencies: [
                .product(name: "Bayeux", package: "cometd"),
                .product(name: "CometDClient", package: "cometd"),
                .product(name: "CometDClientNIO", package: "cometd"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        )
    ]
)
