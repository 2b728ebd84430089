// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "hummingbird-app",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "cometd", path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "hummingbird-app",
            dependencies: [
                .product(name: "Bayeux", package: "cometd"),
                .product(name: "CometDHummingbird", package: "cometd"),
                .product(name: "CometDServer", package: "cometd"),
                .product(name: "CometDServerNIO", package: "cometd"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            resources: [
                .embedInCode("Resources/index.html"),
                .embedInCode("Resources/client.js"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        )
    ]
)
