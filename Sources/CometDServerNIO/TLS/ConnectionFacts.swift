import CometDServer
import NIOCore
import NIOSSL

/// What is known of a connection, asked for once: its two ends and its TLS.
final class ConnectionFacts: Sendable {
    let remote: SocketAddress?
    let local: SocketAddress?
    let tls: TLSFacts?

    /// Looks at a connection whose TLS handshake, if there is one, is over; called on its event loop.
    ///
    /// - Parameters:
    ///   - channel: The connection.
    ///   - applicationProtocol: The protocol that was agreed on by ALPN, if it is known.
    ///   - serverName: The name of the server that the client asked for, if it is known.
    init(of channel: any Channel, applicationProtocol: String? = nil, serverName: String? = nil) {
        self.remote = channel.remoteAddress
        self.local = channel.localAddress
        let handler = try? channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
        self.tls = handler.map { handler in
            TLSFacts(
                version: Self.text(of: handler.tlsVersion),
                applicationProtocol: applicationProtocol,
                serverName: serverName,
                clientCertificate: handler.peerCertificate.flatMap { Self.facts(of: $0) }
            )
        }
    }

    private static func text(of version: TLSVersion?) -> String {
        switch version {
        case .tlsv1: "TLSv1"
        case .tlsv11: "TLSv1.1"
        case .tlsv12: "TLSv1.2"
        case .tlsv13: "TLSv1.3"
        case nil: "unknown"
        }
    }

    private static func facts(of certificate: NIOSSLCertificate) -> TLSFacts.ClientCertificate? {
        guard let der = try? certificate.toDERBytes() else { return nil }
        let commonName = certificate.subjectName.last { $0.type == .commonName }?.value
        return TLSFacts.ClientCertificate(der: der, commonName: commonName)
    }
}
