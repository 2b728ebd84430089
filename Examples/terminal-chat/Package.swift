// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "terminal-chat",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "cometd", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "terminal-chat",
            dependencies: [
                .product(name: "Bayeux", package: "cometd"),
                .product(name: "CometDClient", package: "cometd"),
                .product(name: "CometDClientNIO", package: "cometd"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        )
    ]
)
