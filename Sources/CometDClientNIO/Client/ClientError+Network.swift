import AsyncHTTPClient
import CometDClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

extension ClientError {
    /// What an error of the network means.
    init(network error: any Error) {
        switch error {
        case let error as ClientError:
            self = error
        case is ResponseAccumulator.ResponseTooBigError:
            self.init(.messageTooLarge, cause: error)
        case let error as HTTPClientError where Self.isConnecting(error):
            self.init(.unreachable, cause: error)
        case is NIOConnectionError, is NIOSSLError, is NIOSSLExtraError, is ChannelError, is SocketAddressError:
            self.init(.unreachable, cause: error)
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT].contains(error.errnoCode):
            self.init(.unreachable, cause: error)
        default:
            self.init(.connectionLost, cause: error)
        }
    }

    private static func isConnecting(_ error: HTTPClientError) -> Bool {
        [
            .connectTimeout, .getConnectionFromPoolTimeout, .invalidProxyResponse, .proxyAuthenticationRequired,
            .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
        ].contains(error)
    }
}
