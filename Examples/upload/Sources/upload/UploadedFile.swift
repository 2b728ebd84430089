import NIOCore

/// A file that has come.
struct UploadedFile: Sendable {
    let name: String
    let bytes: ByteBuffer
    let checksum: String
}
