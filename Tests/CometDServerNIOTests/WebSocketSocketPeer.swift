#if os(Linux)
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@testable import CometDServerNIO

/// The client's end of a TCP connection, which reads when it is told to and not before.
///
/// Blocks its thread.
final class WebSocketSocketPeer: Sendable {
    struct Failure: Error {
        var call: String
        var code: CInt
    }

    private let descriptor: CInt
    private let allowsCompression: Bool

    /// Connects to a port of this machine, with a small buffer for what it does not read.
    init(port: Int, allowsCompression: Bool = false) throws {
        self.allowsCompression = allowsCompression
        self.descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard self.descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        // What does not come within twenty seconds never will. Laid out as a `timeval`.
        var limit = (seconds: 20, microseconds: 0)
        let limitSize = socklen_t(MemoryLayout.size(ofValue: limit))
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, limitSize)
        setsockopt(self.descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, limitSize)
        var size: CInt = 16384
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let result = address.withSockAddr { connect(self.descriptor, $0, socklen_t($1)) }
        guard result == 0 else { throw Failure(call: "connect", code: errno) }
    }

    deinit { close(self.descriptor) }

    /// Sends all of some bytes.
    func put(_ bytes: ByteBuffer) throws {
        var rest = bytes
        while rest.readableBytes > 0 {
            let count = rest.withUnsafeReadableBytes {
                send(self.descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(call: "send", code: errno) }
            rest.moveReaderIndex(forwardBy: count)
        }
    }

    /// Sends nothing more.
    func endPutting() {
        shutdown(self.descriptor, CInt(SHUT_WR))
    }

    /// Reads the next frame.
    func takeFrame() throws -> WebSocketServerFrame? {
        var frame = try self.take(2)
        guard let second = frame.getInteger(at: frame.readerIndex + 1, as: UInt8.self) else { return nil }
        if second == 126 { frame.writeImmutableBuffer(try self.take(2)) }
        if second == 127 { frame.writeImmutableBuffer(try self.take(8)) }
        let length =
            switch second {
            case 126: Int(frame.getInteger(at: frame.readerIndex + 2, as: UInt16.self) ?? 0)
            case 127: Int(frame.getInteger(at: frame.readerIndex + 2, as: UInt64.self) ?? 0)
            default: Int(second)
            }
        frame.writeImmutableBuffer(try self.take(length))
        return WebSocketServerFrame(readingFrom: &frame, allowsCompression: self.allowsCompression)
    }

    /// Reads the next bytes; fewer than the most that are asked for only at the end of the connection.
    func take(_ most: Int) throws -> ByteBuffer {
        var bytes = ByteBuffer()
        while bytes.readableBytes < most {
            let missing = most - bytes.readableBytes
            var count = 0
            bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: missing) { target in
                count = recv(self.descriptor, target.baseAddress, missing, 0)
                return max(0, count)
            }
            if count == 0 { break }
            guard count > 0 || errno == EINTR else { throw Failure(call: "recv", code: errno) }
        }
        return bytes
    }
}
#endif
