import Bayeux
import CometDClient
import CometDClientNIO
import CometDServer
import Foundation
import Logging
import NIOHTTP1
import NIOSSL

extension ConnectionArguments {
    /// Makes the client of a command, and begins to log.
    ///
    /// - Parameters:
    ///   - url: Where the server lives.
    ///   - extensions: What the client has installed.
    /// - Returns: The client; it is not connected.
    /// - Throws: ``CommandFailure`` when the URL is none, or the file of `--ca` cannot be read.
    func client(_ url: String, extensions: [any ClientExtension] = []) throws(CommandFailure) -> CommandClient {
        let tls = try self.tls()
        // The URL is checked before the one thing that a process can do only once.
        let place = try ServerPlace(url)
        LoggingSystem.bootstrap { ServeLogHandler(label: $0, level: self.logLevel ?? .error) }
        do throws(ClientError) {
            let client = try BayeuxClient(
                url,
                options: self.options(extensions),
                connection: self.connection,
                network: ClientNetwork(tls: tls, proxy: self.proxy?.proxy),
                logger: Logger(label: "cometd.client")
            )
            return CommandClient(client: client, place: place, ext: self.ext, limit: self.limit)
        } catch {
            throw CommandFailure.talking(to: place, error)
        }
    }

    /// Which certificates are trusted.
    func tls() throws(CommandFailure) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if self.insecure { tls.certificateVerification = .none }
        if let path = self.ca {
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
            } catch {
                throw CommandFailure(.usage, "cannot read certificates from '\(path.onOneLine)', the file of --ca")
            }
        }
        return tls
    }

    private func options(_ extensions: [any ClientExtension]) -> ClientOptions {
        var options = ClientOptions()
        if !self.transport.isEmpty { options.transports = self.transport.map(\.connectionType) }
        options.maxNetworkDelay = self.limit
        options.webSocketMaxNetworkDelay = self.limit
        options.extensions = extensions
        return options
    }

    private var connection: ConnectionOptions {
        var connection = ConnectionOptions()
        connection.headers = HTTPHeaders(self.header.map { ($0.name, $0.value) })
        connection.connectTimeout = self.limit
        return connection
    }
}
