// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "private-messages",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "cometd", path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "private-messages",
            dependencies: [
                .product(name: "Bayeux", package: "cometd"),
                .product(name: "CometDHummingbird", package: "cometd"),
                .product(name: "CometDServer", package: "cometd"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .treatAllWarnings(as: .error),
                // The policy is asked on the event loop that asks; without this each question would cost two hops.
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ]
        )
    ]
)
