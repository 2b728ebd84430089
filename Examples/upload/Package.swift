// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "upload",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "cometd", path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .executableTarget(
            name: "upload",
            dependencies: [
                .product(name: "Bayeux", package: "cometd"),
                .product(name: "CometDHummingbird", package: "cometd"),
                .product(name: "CometDServer", package: "cometd"),
                .product(name: "CometDServices", package: "cometd"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        )
    ]
)
