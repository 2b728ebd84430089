import ArgumentParser
import Bayeux
import CometDBench
import CometDServer
import CometDServerNIO
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// `cometd bench server`: the load server of the book's benchmark.
struct BenchServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "The load server of CometD's benchmark.",
        discussion: """
            Asks for its parameters on standard input, as CometD's own does; an empty line
            takes the default in brackets. What is given as an option is not asked for. With
            --auto nothing is asked.
            """
    )

    @Flag(help: "Ask nothing, and take the defaults.")
    var auto = false

    @Option(help: ArgumentHelp("The port to listen at; 0 picks a free one. (default: 8080)", valueName: "port"))
    var port: Int?

    @Option(help: ArgumentHelp("The name or address to listen at; 0.0.0.0 for all.", valueName: "host"))
    var host = "127.0.0.1"

    @Flag(inversion: .prefixedNo, help: "Encrypt the connections. (default: false)")
    var ssl: Bool?

    @Option(help: ArgumentHelp("A PEM file with the server's certificate, for --ssl.", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("A PEM file with the certificate's private key, for --ssl.", valueName: "file"))
    var tlsKey: String?

    @Option(help: ArgumentHelp("How many event loops there are. (default: 8)", valueName: "number"))
    var selectors: Int?

    @Option(help: ArgumentHelp("How many threads there may be. (default: 256)", valueName: "number"))
    var maxThreads: Int?

    @Option(
        help: ArgumentHelp("A list out of jsrws,jettyws,http,asynchttp. (default: jsrws,http)", valueName: "list")
    )
    var transports: String?

    @Flag(inversion: .prefixedNo, help: "Print what each run takes. (default: true)")
    var recordStatistics: Bool?

    @Flag(inversion: .prefixedNo, help: "Measure how long event loops let work wait. (default: true)")
    var recordLatencies: Bool?

    @Flag(inversion: .prefixedNo, help: "Tell of work that holds an event loop for long. (default: false)")
    var detectLongRequests: Bool?

    mutating func validate() throws {
        guard 0...65535 ~= self.port ?? 0 else { throw ValidationError("--port takes a number from 0 to 65535") }
        guard 1...1024 ~= self.selectors ?? 1 else {
            throw ValidationError("--selectors takes a number from 1 to 1024")
        }
        guard 1...65536 ~= self.maxThreads ?? 1 else { throw ValidationError("--max-threads takes a number from 1") }
        guard self.transports.map({ ServerParameters.Transport.list($0) != nil }) ?? true else {
            throw ValidationError("--transports takes a list out of jsrws,jettyws,http,asynchttp")
        }
    }

    private var given: ServerParameters.Given {
        var given = ServerParameters.Given()
        given.port = self.port
        given.ssl = self.ssl
        given.selectors = self.selectors
        given.maxThreads = self.maxThreads
        given.transports = self.transports.flatMap { ServerParameters.Transport.list($0) }
        given.recordStatistics = self.recordStatistics
        given.recordLatencies = self.recordLatencies
        given.detectLongRequests = self.detectLongRequests
        return given
    }

    func run() async throws {
        let parameters: ServerParameters
        if self.auto {
            parameters = ServerParameters(self.given)
        } else {
            do {
                parameters = try ServerParameters(self.given, asking: BenchTerminal.questionnaire)
            } catch {
                throw CommandFailure(.usage, "the input ended before all was asked; see --auto")
            }
        }
        OpenFiles.allowMost()
        LoggingSystem.bootstrap { ServeLogHandler(label: $0, level: .warning) }
        try await self.serve(parameters)
    }

    private func serve(_ parameters: ServerParameters) async throws {
        let logger = Logger(label: "cometd")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: parameters.eventLoops)
        let server = BayeuxServer(options: Self.options(parameters), eventLoopGroup: group, logger: logger)
        server.addExtension(AcknowledgedMessagesExtension())
        let service = BenchService(parameters, group: group)
        try service.install(on: server)
        let listener = BayeuxListener(
            server,
            host: self.host,
            port: parameters.port,
            tls: try self.tls(parameters, logger: logger),
            logger: logger
        )
        let services = ServiceGroup(
            services: [server, listener],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await services.run() }
                let address = try await listener.boundAddress
                let scheme = parameters.ssl ? "https" : "http"
                let place = ServerPlace.authority(self.host, address.port ?? parameters.port)
                try StandardOutput.write(line: "CometD listening on \(scheme)://\(place)/cometd")
                try await tasks.waitForAll()
            }
        } catch {
            throw CommandFailure.listening(at: self.host, port: parameters.port, error)
        }
    }

    private static func options(_ parameters: ServerParameters) -> ServerOptions {
        var options = ServerOptions()
        let chosen = Set(parameters.transports.map(\.transport))
        options.allowedTransports = options.allowedTransports.filter { type in
            switch type {
            case .webSocket: chosen.contains(.webSocket)
            case .longPolling: chosen.contains(.longPolling)
            default: false
            }
        }
        return options
    }

    private func tls(_ parameters: ServerParameters, logger: Logger) throws -> ListenerTLS? {
        guard parameters.ssl else { return nil }
        guard let certificate = self.tlsCertificate, let key = self.tlsKey else {
            throw CommandFailure(.usage, "with ssl, --tls-certificate and --tls-key are needed")
        }
        do throws(TLSFileError) {
            return try ListenerTLS(TLSOptions(certificateChain: certificate, privateKey: key), logger: logger)
        } catch {
            throw CommandFailure(.usage, error.message.onOneLine)
        }
    }
}
