import Bayeux
import CometDServer
import CometDServices
import Synchronization

/// Puts files together that come in chunks.
///
/// A client calls `upload` with each chunk, as binary data whose `meta` has the file's `name` and the `offset` at which
/// the chunk begins.
@Service("upload")
final class UploadService: Sendable {
    private struct Key: Hashable {
        let session: ServerSession
        let name: String
    }

    private let limits: UploadLimits
    private let uploads = Mutex<[Key: Upload]>([:])
    private let received: @Sendable (UploadedFile) -> Void

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - limits: What clients may upload.
    ///   - received: Called with each file that is complete, on an event loop.
    init(limits: UploadLimits, received: @escaping @Sendable (UploadedFile) -> Void) {
        self.limits = limits
        self.received = received
    }

    /// Takes a chunk.
    ///
    /// On the event loop of the caller: so the chunks of a client are taken in the order in which it sent them.
    @RemoteCall("upload", runs: .onEventLoop)
    func upload(_ chunk: BinaryData, from client: ServerSession) throws -> UploadProgress {
        guard let name = chunk.metadata?["name"]?.stringValue, !name.isEmpty,
            name.utf8.count <= self.limits.maxNameLength
        else { throw RemoteCallFailure("the file has no name, or one that is too long") }
        guard let offset = chunk.metadata?["offset"]?.intValue else { throw RemoteCallFailure("no offset") }

        let (progress, file) = try self.uploads.withLock { uploads in
            try self.add(chunk, at: offset, to: Key(session: client, name: name), of: &uploads)
        }
        if let file { self.received(file) }
        return progress
    }

    /// Forgets what a client has begun, when its session has ended.
    func discardUploads(of session: ServerSession) {
        self.uploads.withLock { uploads in
            uploads = uploads.filter { $0.key.session != session }
        }
    }

    private func add(
        _ chunk: BinaryData,
        at offset: Int,
        to key: Key,
        of uploads: inout [Key: Upload]
    ) throws -> (UploadProgress, UploadedFile?) {
        // Whose time is over makes room; the clients learn of it with their next chunk.
        let now = ContinuousClock.now
        for (key, upload) in uploads where upload.began.duration(to: now) > self.limits.maxDuration {
            uploads[key] = nil
        }
        // Taken out while it grows, so that its bytes are not copied; put back unless it is complete or too large.
        var upload = try uploads.removeValue(forKey: key) ?? self.begin(for: key.session, among: uploads, at: now)
        guard offset == upload.count else {
            uploads[key] = upload.count > 0 ? upload : nil
            throw RemoteCallFailure("expected offset \(upload.count)")
        }
        guard upload.count + chunk.bytes.readableBytes <= self.limits.maxSize else {
            throw RemoteCallFailure("the file is larger than \(self.limits.maxSize) bytes")
        }
        upload.append(chunk.bytes)
        if chunk.isLast {
            let file = upload.file(named: key.name)
            return (UploadProgress(count: upload.count, checksum: file.checksum), file)
        }
        uploads[key] = upload
        return (UploadProgress(count: upload.count), nil)
    }

    private func begin(
        for session: ServerSession,
        among uploads: [Key: Upload],
        at now: ContinuousClock.Instant
    ) throws -> Upload {
        guard uploads.count < self.limits.maxUploads,
            uploads.keys.count(where: { $0.session == session }) < self.limits.maxUploadsPerSession
        else { throw RemoteCallFailure("too many uploads") }
        return Upload(began: now)
    }
}
