// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "stock-prices",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "cometd", path: "../.."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "stock-prices",
            dependencies: [
                .product(name: "Bayeux", package: "cometd"),
                .product(name: "CometDServer", package: "cometd"),
                .product(name: "CometDServerNIO", package: "cometd"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        )
    ]
)
