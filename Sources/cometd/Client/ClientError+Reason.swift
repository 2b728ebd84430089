import CometDClient
import CometDServer
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

extension ClientError {
    /// What is behind the error, in a few words: what the server said, or what the network said.
    var reason: String {
        if let cause = self.cause, let words = Self.words(for: cause) { return words }
        if !self.message.isEmpty { return self.message }
        return self.cause.map { "\($0)" } ?? self.code.description
    }

    /// The host and port that a connection could not be made to, which may be a proxy's; `nil` when that is not known.
    var connectedPlace: String? {
        (self.cause as? NIOConnectionError).map { ServerPlace.authority($0.host, $0.port) }
    }

    private static func words(for error: any Error) -> String? {
        switch error {
        case let error as ClientError:
            return error.reason
        case let error as NIOConnectionError:
            if let failure = error.connectionErrors.first {
                return Self.words(for: failure.error) ?? "\(failure.error)"
            }
            return error.dnsAError == nil && error.dnsAAAAError == nil ? nil : "no such host"
        case is SocketAddressError:
            return "no such host"
        case let error as IOError:
            return String(cString: strerror(error.errnoCode)).lowercased()
        case ChannelError.connectTimeout(_):
            return "no answer"
        case is NIOSSLExtraError:
            return "the server's certificate is for another host, see --insecure"
        case let error as NIOSSLError:
            return Self.words(forTLS: error)
        default:
            return Self.words(forHTTP: "\(error)")
        }
    }

    private static func words(forTLS error: NIOSSLError) -> String? {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") || error == .unableToValidateCertificate {
            return "the server's certificate is not trusted; name its authority with --ca, or see --insecure"
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            return "it does not speak TLS there; is it http instead of https?"
        }
        if text.contains("EOF during handshake") { return "closed during the TLS handshake" }
        return nil
    }

    private static func words(forHTTP text: String) -> String? {
        if text.contains("connectTimeout") { return "no answer" }
        if text.contains("tlsHandshakeTimeout") { return "no answer to the TLS handshake" }
        if text.contains("remoteConnectionClosed") { return "closed by the server" }
        if text.contains("proxyAuthenticationRequired") {
            return "the proxy wants credentials; use --proxy http://user:password@host:port"
        }
        if text.contains("invalidProxyResponse") || text.contains("ProxyHandshakeTimeout") {
            return "the proxy refuses"
        }
        return nil
    }
}
