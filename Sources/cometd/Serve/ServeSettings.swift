import CometDServer
import CometDServerNIO
import Logging
import NIOCore

/// What `cometd serve` is told: where it listens, how it treats connections, and how its server behaves.
struct ServeSettings: Hashable {
    /// The name or address to listen at.
    var host = "127.0.0.1"
    /// The port to listen at; 0 for one that is free.
    var port = 8080
    /// The path at which the server lives.
    var path = "/cometd"
    /// Whether there are the demo's pages, with their services and the client library in JavaScript.
    var hasDemo = false
    /// A folder with libraries of others that pages of the demo load; see ``DemoLibraries``.
    var demoLibraries = ""
    /// What is installed on the server, in this order.
    var extensions: [ServerExtension] = [.ack, .timesync, .binary]
    /// The least important events that are logged.
    var logLevel = Logger.Level.info
    /// How many threads work.
    var eventLoops = System.coreCount
    /// How connections are treated.
    var listener = ListenerOptions()
    /// How connections are encrypted; not at all when it names no certificate.
    var tls = TLSOptions(certificateChain: "", privateKey: "")
    /// How the server behaves.
    var server = ServerOptions()
}

extension ServeSettings {
    /// The options of the command that are not the server's.
    static let table = OptionTable<ServeSettings>([
        .init(
            "Command",
            [
                .init("port", \.port, .integer(in: 0...65535, "a port"), "The port to listen at; 0 picks a free one."),
                .init("host", \.host, .host, "The name or address to listen at."),
                .init("path", \.path, .path, "The path at which the server lives."),
                .init(
                    "demo",
                    \.hasDemo,
                    .bool,
                    "Whether there are demo pages, with their services and the JavaScript client."
                ),
                .init(
                    "demoLibraries",
                    \.demoLibraries,
                    .folder,
                    "A folder with jQuery, Angular and Dojo, for the demo's pages; none to let browsers load them from a public network."
                ),
                .init("extensions", \.extensions, .extensions, "The extensions that clients may use; none for none."),
                .init("logLevel", \.logLevel, .logLevel, "The least important events that are logged."),
            ]
        ),
        .init(
            "Listener",
            [
                .init(
                    "requestTimeout",
                    \.listener.requestTimeout,
                    .positiveDuration,
                    "How long a client may take to send a request."
                ),
                .init(
                    "httpIdleTimeout",
                    \.listener.idleTimeout,
                    .positiveDuration,
                    "How long a connection may be open without a request."
                ),
                .init(
                    "maxRequestHeaderSize",
                    \.listener.maxHeaderSize,
                    .size(upTo: 16 << 20),
                    "How large the path, the query and the headers of a request may be."
                ),
                .init(
                    "eventLoops",
                    \.eventLoops,
                    .integer(in: 1...1024),
                    "How many threads work; by default as many as there are cores."
                ),
            ]
        ),
        Self.tlsSection,
        Self.http2Section,
    ])
}

extension OptionSyntax<String> {
    /// A host's name or address; an IPv6 address may stand in brackets.
    fileprivate static var host: Self {
        Self(placeholder: "host", legal: "a host name or an IP address") { text in
            let host = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
            let isHost = host.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || "0123456789.:-_%".unicodeScalars.contains(scalar)
            }
            return isHost && !host.isEmpty ? host : nil
        } text: { value in
            value
        }
    }
}

extension OptionSyntax<String> {
    /// The path of a folder; empty for the usual one.
    fileprivate static var folder: Self {
        Self(placeholder: "folder", legal: "the path of a folder, or none") {
            $0
        } text: {
            $0
        }
    }
}

extension OptionSyntax<Logger.Level> {
    /// One of the levels of swift-log.
    fileprivate static var logLevel: Self {
        .oneOf(
            [
                "trace": .trace, "debug": .debug, "info": .info, "notice": .notice, "warning": .warning,
                "error": .error,
                "critical": .critical,
            ],
            placeholder: "level"
        )
    }
}
