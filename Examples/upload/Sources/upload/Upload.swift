import NIOCore

/// A file of which some chunks have come.
struct Upload {
    private(set) var bytes = ByteBuffer()
    private var checksum = CRC32()
    let began: ContinuousClock.Instant

    init(began: ContinuousClock.Instant) {
        self.began = began
    }

    /// How many bytes have come.
    var count: Int { self.bytes.readableBytes }

    /// Takes in the next bytes.
    mutating func append(_ chunk: ByteBuffer) {
        self.checksum.update(with: chunk.readableBytesView)
        self.bytes.writeImmutableBuffer(chunk)
    }

    /// The file, when the last chunk has come.
    func file(named name: String) -> UploadedFile {
        UploadedFile(name: name, bytes: self.bytes, checksum: self.checksum.text)
    }
}
