import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#elseif canImport(Darwin)
import Darwin
#endif

extension JSONBytes {
    /// The same text in bytes of its own: a slice keeps the whole buffer that it was received in.
    package var detached: JSONBytes {
        JSONBytes(trusted: ByteBuffer(bytes: self.buffer.readableBytesView))
    }

    /// Whether the text is exactly these bytes.
    package func hasBytes(_ bytes: [UInt8]) -> Bool {
        self.buffer.withUnsafeReadableBytes { own in
            own.count == bytes.count
                && bytes.withUnsafeBytes { other in
                    guard let one = own.baseAddress, let two = other.baseAddress else { return true }
                    return memcmp(one, two, own.count) == 0
                }
        }
    }
}
