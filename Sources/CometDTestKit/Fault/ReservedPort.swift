import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A port of the loopback interface that is nobody else's, also while nothing listens there.
///
/// A socket is bound to it and never used. Where the system does not let a listener share the port with it (Linux does),
/// there is no reservation.
final class ReservedPort {
    let number: Int
    private let descriptor: CInt

    /// Reserves a free port; nil when that cannot be done.
    init?() {
        #if os(Linux)
        #if canImport(Musl)
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { return nil }
        var on: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        guard let number = Self.bind(descriptor) else {
            close(descriptor)
            return nil
        }
        self.number = number
        self.descriptor = descriptor
        #else
        return nil
        #endif
    }

    deinit { close(self.descriptor) }

    private static func bind(_ descriptor: CInt) -> Int? {
        guard let any = try? SocketAddress(ipAddress: "127.0.0.1", port: 0) else { return nil }
        #if canImport(Glibc)
        let result = any.withSockAddr { Glibc.bind(descriptor, $0, socklen_t($1)) }
        #elseif canImport(Musl)
        let result = any.withSockAddr { Musl.bind(descriptor, $0, socklen_t($1)) }
        #elseif canImport(Darwin)
        let result = any.withSockAddr { Darwin.bind(descriptor, $0, socklen_t($1)) }
        #endif
        // A `sockaddr_in`: the port is its third and fourth byte.
        var address = [UInt8](repeating: 0, count: 16)
        var size = socklen_t(address.count)
        let read = address.withUnsafeMutableBytes { bytes in
            getsockname(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &size)
        }
        return result == 0 && read == 0 ? Int(address[2]) << 8 | Int(address[3]) : nil
    }
}
