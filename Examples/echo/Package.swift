// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "echo",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "cometd", path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "echo",
            dependencies: [
                .product(name: "CometDHummingbird", package: "cometd"),
                .product(name: "CometDServer", package: "cometd"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        )
    ]
)
