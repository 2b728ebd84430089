/// What a client is answered to each chunk.
struct UploadProgress: Codable, Sendable {
    /// How many bytes have come: where the next chunk begins.
    var count: Int
    /// The CRC-32 of the file, when this was its last chunk.
    var checksum: String?
}
