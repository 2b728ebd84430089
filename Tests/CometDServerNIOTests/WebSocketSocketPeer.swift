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

    /// Connects to a port of this machine, with a small buffer for what it does not read.
    init(port: Int) throws {
        self.descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard self.descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        // What does not come within this time never will.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(self.descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var size: CInt = 16384
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(self.descriptor, $0, length) }
        }
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
        return WebSocketServerFrame(readingFrom: &frame)
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
