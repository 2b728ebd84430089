import Bayeux
import NIOCore
import NIOHTTP1

/// The text that a `long-polling` request brings.
enum LongPollingText {
    /// Reads the body of a request.
    ///
    /// - Throws: ``UnreadableRequest`` with the status to answer with.
    static func read(_ request: IncomingRequest, limits: ScanLimits) throws(UnreadableRequest) -> ByteBuffer {
        // Told apart without looking closer: this is what nearly all clients send.
        switch request.headers.contentType {
        case nil, "application/json", "application/json;charset=UTF-8", "application/json;charset=utf-8":
            return request.body
        case .some(let header):
            guard let type = BodyType(header) else { throw UnreadableRequest(.unsupportedMediaType) }
            return try self.read(request.body, as: type, limits: limits)
        }
    }

    private static func read(
        _ body: ByteBuffer,
        as type: BodyType,
        limits: ScanLimits
    ) throws(UnreadableRequest) -> ByteBuffer {
        guard type.isForm, !self.startsLikeJSON(body) else { return type.charset.utf8(body) }
        let values: [ByteBuffer]
        do throws(FormParameters.Malformed) {
            values = try FormParameters.values(of: "message", in: body)
        } catch {
            throw UnreadableRequest(.badRequest)
        }
        guard !values.isEmpty else { throw UnreadableRequest(.badRequest) }
        do throws(ScanError) {
            return try MessageParameters.combine(values.map { type.charset.utf8($0) }, limits: limits)
        } catch {
            throw UnreadableRequest(error)
        }
    }

    /// Whether a body is JSON whatever its type says: CometD does not look at the type, and `curl -d` calls all a form.
    private static func startsLikeJSON(_ body: ByteBuffer) -> Bool {
        let first = body.readableBytesView.first { $0 > 0x20 }
        return first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
    }
}
