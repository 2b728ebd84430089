import Bayeux
import CometDServer
import CometDServerNIO
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// A server for the benchmark of what hooks cost: plain, or with what most applications have (`--hooks`): a listener and
/// an authorizer that concern every message, and acknowledged messages.
@main struct Application {
    static func main() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = BayeuxServer(eventLoopGroup: group)
        if CommandLine.arguments.contains("--hooks") {
            try server.channel("/**").addListener { sender, message in sender != nil && message.data != nil }
            try server.channel("/**").addAuthorizer(.grantAll)
            server.addExtension(AcknowledgedMessagesExtension())
        }
        let listener = BayeuxListener(server, port: 0)
        let logger = Logger(label: "benchmark")
        let services = ServiceGroup(
            services: [server, listener],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let port = try await listener.boundAddress.port ?? 0
            FileHandle.standardOutput.write(Data("http://127.0.0.1:\(port)/cometd\n".utf8))
            try await group.next()
        }
    }
}
