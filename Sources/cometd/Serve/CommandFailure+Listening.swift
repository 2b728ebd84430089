import CometDServer
import Foundation
import NIOCore

extension CommandFailure {
    /// Why a server cannot listen, in a user's words.
    ///
    /// - Parameters:
    ///   - host: The name or address that it was to listen at.
    ///   - port: The port.
    ///   - error: What NIO says.
    /// - Returns: The failure; `error` itself where it is one.
    static func listening(at host: String, port: Int, _ error: any Error) -> CommandFailure {
        if let failure = error as? CommandFailure { return failure }
        if error is SocketAddressError.UnknownHost {
            return CommandFailure(.failure, "cannot find the host '\(host)'")
        }
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: return CommandFailure(.failure, "port \(port) on \(host) is already in use")
        case EACCES, EPERM: return CommandFailure(.failure, "not permitted to listen at port \(port) on \(host)")
        case EADDRNOTAVAIL: return CommandFailure(.failure, "\(host) is no address of this machine")
        default: return CommandFailure(.failure, "cannot serve at port \(port) on \(host): \("\(error)".onOneLine)")
        }
    }
}
