// swift-tools-version: 6.2
import CompilerPluginSupport
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let nioSOCKS = Target.Dependency.product(name: "NIOSOCKS", package: "swift-nio-extras")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")

let swiftSyntax = Target.Dependency.product(name: "SwiftSyntax", package: "swift-syntax")
let swiftSyntaxBuilder = Target.Dependency.product(name: "SwiftSyntaxBuilder", package: "swift-syntax")
let swiftSyntaxMacros = Target.Dependency.product(name: "SwiftSyntaxMacros", package: "swift-syntax")
let swiftParser = Target.Dependency.product(name: "SwiftParser", package: "swift-syntax")
let swiftDiagnostics = Target.Dependency.product(name: "SwiftDiagnostics", package: "swift-syntax")
let swiftCompilerPlugin = Target.Dependency.product(name: "SwiftCompilerPlugin", package: "swift-syntax")
let swiftMacroExpansion = Target.Dependency.product(name: "SwiftSyntaxMacroExpansion", package: "swift-syntax")
let macroTestSupport = Target.Dependency.product(name: "SwiftSyntaxMacrosGenericTestSupport", package: "swift-syntax")

let package = Package(
    name: "cometd",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: [
        .library(name: "Bayeux", targets: ["Bayeux"]),
        .library(name: "CometDServer", targets: ["CometDServer"]),
        .library(name: "CometDServices", targets: ["CometDServices"]),
        .library(name: "CometDServerNIO", targets: ["CometDServerNIO"]),
        .library(name: "CometDHummingbird", targets: ["CometDHummingbird"]),
        .library(name: "CometDWeb", targets: ["CometDWeb"]),
        .library(name: "CometDClient", targets: ["CometDClient"]),
        .library(name: "CometDClientNIO", targets: ["CometDClientNIO"]),
        .library(name: "CometDTestKit", targets: ["CometDTestKit"]),
        .executable(name: "cometd", targets: ["cometd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
    ],
    targets: [
        .target(name: "Bayeux", dependencies: [nioCore], swiftSettings: settings),
        .target(
            name: "CometDServer",
            dependencies: ["Bayeux", nioCore, collections, logging, lifecycle],
            swiftSettings: settings
        ),
        .systemLibrary(
            name: "CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"]), .brew(["zlib"])]
        ),
        .target(
            name: "CometDServicesSyntax",
            dependencies: [swiftSyntax, swiftSyntaxBuilder, swiftSyntaxMacros, swiftParser, swiftDiagnostics],
            swiftSettings: settings
        ),
        .macro(
            name: "CometDServicesMacros",
            dependencies: ["CometDServicesSyntax", swiftSyntaxMacros, swiftCompilerPlugin],
            swiftSettings: settings
        ),
        .target(
            name: "CometDServices",
            dependencies: ["Bayeux", "CometDServer", "CometDClient", "CometDServicesMacros"],
            swiftSettings: settings
        ),
        .target(
            name: "CometDServerNIO",
            dependencies: [
                "Bayeux", "CometDServer", "CZlib", nioCore, nioPosix, nioHTTP1, nioTLS, nioSSL, nioHTTP2,
                collections, logging, lifecycle,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "CometDHummingbird",
            dependencies: [
                "CometDServer", "CometDServerNIO", hummingbird, hummingbirdCore, nioCore, nioPosix, nioHTTP1,
                nioHTTPTypesHTTP1, logging, lifecycle,
            ],
            swiftSettings: settings
        ),
        .executableTarget(name: "cometd-embed", swiftSettings: settings),
        .plugin(name: "EmbedWebFiles", capability: .buildTool(), dependencies: ["cometd-embed"]),
        .target(
            name: "CometDWeb",
            dependencies: ["CZlib", hummingbird, nioCore],
            swiftSettings: settings,
            plugins: ["EmbedWebFiles"]
        ),
        .target(
            name: "CometDClient",
            dependencies: ["Bayeux", nioCore, collections, logging, lifecycle],
            swiftSettings: settings
        ),
        .target(
            name: "CometDClientNIO",
            dependencies: [
                "Bayeux", "CometDClient", nioCore, nioPosix, nioHTTP1, nioWebSocket, nioTLS, nioSSL, nioExtras,
                nioSOCKS,
                asyncHTTPClient, logging,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "CometDTestKit",
            dependencies: ["Bayeux", "CometDServer", nioCore, nioPosix, nioEmbedded, logging],
            swiftSettings: settings
        ),
        .target(
            name: "CometDBench",
            dependencies: ["Bayeux", nioCore, nioPosix, nioSSL, histogram],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "cometd",
            dependencies: [
                "Bayeux", "CometDServer", "CometDServerNIO", "CometDHummingbird", "CometDWeb", "CometDClient",
                "CometDClientNIO", "CometDBench", hummingbird, nioCore, nioPosix, nioHTTP1, nioTLS, nioSSL, arguments,
                configuration, logging, lifecycle,
                signals,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "cometd-application",
            dependencies: [
                "Bayeux", "CometDServer", "CometDServerNIO", nioCore, nioPosix, logging, lifecycle, signals,
            ],
            path: "Benchmarks/application",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "cometd-clients",
            dependencies: ["Bayeux", "CometDClient", "CometDClientNIO"],
            path: "Benchmarks/clients",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "cometd-micro",
            dependencies: ["Bayeux", "CometDServer", "CometDServerNIO", nioCore, nioPosix, nioEmbedded, logging],
            path: "Benchmarks/micro",
            swiftSettings: settings
        ),
        .testTarget(name: "BayeuxTests", dependencies: ["Bayeux", "CometDTestKit", nioCore], swiftSettings: settings),
        .testTarget(
            name: "CometDServerTests",
            dependencies: [
                "Bayeux", "CometDServer", "CometDTestKit", nioCore, nioPosix, nioEmbedded, logging, lifecycle,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CometDClientTests",
            dependencies: ["Bayeux", "CometDClient", "CometDTestKit", nioCore, nioEmbedded, logging, lifecycle],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CometDClientNIOTests",
            dependencies: [
                "Bayeux", "CometDClient", "CometDClientNIO", "CometDServer", "CometDServerNIO", "CometDTestKit",
                nioCore,
                nioPosix, nioHTTP1, nioSSL, logging, lifecycle,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CometDTestKitTests",
            dependencies: ["Bayeux", "CometDServer", "CometDServerNIO", "CometDTestKit", nioCore, nioPosix],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CometDServicesTests",
            dependencies: [
                "Bayeux", "CometDServer", "CometDServerNIO", "CometDClient", "CometDClientNIO", "CometDServices",
                "CometDServicesSyntax", "CometDTestKit", lifecycle, logging, nioCore, nioPosix, swiftSyntaxBuilder,
                swiftSyntaxMacros, swiftMacroExpansion, macroTestSupport,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CometDServerNIOTests",
            dependencies: [
                "Bayeux", "CometDServer", "CometDServerNIO", "CometDTestKit", "CZlib", nioCore, nioPosix, nioEmbedded,
                nioHTTP1, nioSSL, nioHTTP2, logging, lifecycle,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CometDHummingbirdTests",
            dependencies: [
                "Bayeux", "CometDHummingbird", "CometDServer", "CometDServerNIO", "CometDTestKit", hummingbird, nioCore,
                nioPosix,
                logging,
                nioHTTP1, nioSSL, nioHTTP2,
                lifecycle,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CometDWebTests",
            dependencies: ["CometDWeb", "CZlib", hummingbird, hummingbirdTesting, nioCore],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "Bayeux", "CometDClient", "CometDClientNIO", "CometDServer", "CometDServerNIO", "CometDHummingbird",
                "CometDServices", "CometDTestKit", "CometDWeb", hummingbird, nioCore, nioPosix, nioHTTP1, nioSSL,
                logging,
                lifecycle, signals,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CometDBenchTests",
            dependencies: [
                "Bayeux", "CometDBench", "CometDServer", "CometDServerNIO", nioCore, nioPosix, nioEmbedded, nioSSL,
                logging, lifecycle,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "cometdTests",
            dependencies: [
                "cometd", "Bayeux", "CometDBench", "CometDClient", "CometDClientNIO", "CometDServer",
                "CometDServerNIO", "CometDTestKit", "CometDWeb", hummingbird, hummingbirdTesting, arguments, nioCore,
                nioPosix,
            ],
            swiftSettings: settings
        ),
    ]
)
