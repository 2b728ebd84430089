/// What clients may upload.
///
/// Together they bound the memory: at most `maxSize` times `maxUploads`, 256 MiB by default.
struct UploadLimits: Sendable {
    /// How many bytes a file may have.
    var maxSize = 4 << 20
    /// How many uploads may be going on at a time.
    var maxUploads = 64
    /// How many of them may be one session's.
    var maxUploadsPerSession = 4
    /// How long an upload may take, from its first chunk to its last.
    var maxDuration: Duration = .seconds(60)
    /// How many bytes of UTF-8 the name of a file may have.
    var maxNameLength = 255
}
